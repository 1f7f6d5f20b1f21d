/*
description: >-
  What each kind of evidence says of where a person worked on a Tokyo day: successful sign-ins, own Box actions, VPN
  sessions, declarations. Only evidence that the rules of that day use. One row per person, day and kind of evidence:
  each kind is added up by itself.
grain: []
kind: view
time_column: activity_date
*/
with identities as (
    select
        identity_key,
        person_key,
        key_kind,
        valid_from,
        valid_to
    from intermediate.int_named_identities
    where key_kind in ('address', 'employee')
),

rules as (
    select
        rule_kind,
        said,
        means,
        valid_from,
        valid_to
    from staging.stg_run__telework_rules
    where means is not null
),

evidence as (
    select
        person_key,
        activity_date,
        log_kind as evidence_kind,
        case when has_desktop_office then 1 else 0 end as office,
        case when has_desktop_remote then 1 else 0 end as remote,
        case when has_phone then 1 else 0 end as phone,
        0 as declared_share
    from intermediate.int_sign_in_person_days
    union all
    -- Added up without devices: they may show somebody in an office, but never at home, where any phone is, too.
    select
        i.person_key,
        s.activity_date,
        'token_summary' as evidence_kind,
        1 as office,
        0 as remote,
        0 as phone,
        0 as declared_share
    from staging.stg_graph__sign_in_summaries as s
    inner join identities as i
        on
            s.address_key = i.identity_key
            and i.key_kind = 'address'
            and i.valid_from <= s.activity_date
            and s.activity_date <= i.valid_to
    inner join rules as r
        on
            s.network_kind = r.said
            and r.rule_kind = 'network'
            and r.means = 'office'
            and r.valid_from <= s.activity_date
            and s.activity_date <= r.valid_to
    where s.is_successful and not s.is_agent
    group by i.person_key, s.activity_date
    union all
    select
        person_key,
        activity_date,
        'box' as evidence_kind,
        case when has_desktop_office then 1 else 0 end as office,
        case when has_desktop_remote then 1 else 0 end as remote,
        case when has_phone then 1 else 0 end as phone,
        0 as declared_share
    from intermediate.int_box_person_days
    union all
    select
        i.person_key,
        v.activity_date,
        'vpn' as evidence_kind,
        max(case when r.means = 'office' then 1 else 0 end) as office,
        max(case when r.means = 'remote' then 1 else 0 end) as remote,
        0 as phone,
        0 as declared_share
    from staging.stg_org__vpn_sessions as v
    inner join identities as i
        on
            v.address_key = i.identity_key
            and i.key_kind = 'address'
            and i.valid_from <= v.activity_date
            and v.activity_date <= i.valid_to
    inner join rules as r
        on
            r.rule_kind = 'vpn'
            and r.said = 'session'
            and r.valid_from <= v.activity_date
            and v.activity_date <= r.valid_to
    group by i.person_key, v.activity_date
    union all
    select
        i.person_key,
        d.work_date as activity_date,
        'declaration' as evidence_kind,
        max(case when r.means = 'office' then 1 else 0 end) as office,
        max(case when r.means = 'remote' then 1 else 0 end) as remote,
        0 as phone,
        least(round(sum(case when r.means = 'remote' then d.day_share else 0 end), 6), 1) as declared_share
    from staging.stg_org__telework_declarations as d
    inner join identities as i
        on
            d.employee_key = i.identity_key
            and i.key_kind = 'employee'
            and i.valid_from <= d.work_date
            and d.work_date <= i.valid_to
    inner join rules as r
        on
            d.work_place = r.said
            and r.rule_kind = 'declared'
            and r.valid_from <= d.work_date
            and d.work_date <= r.valid_to
    group by i.person_key, d.work_date
)

select
    e.person_key,
    e.activity_date, -- Tokyo day
    e.evidence_kind, -- sign_in, token_sign_in, token_summary, box, vpn or declaration
    e.office = 1 as says_office,
    e.remote = 1 as says_remote, -- from outside, or declared as telework
    e.phone = 1 as says_phone, -- a phone was used, wherever it was
    e.declared_share -- declared telework, 1 = the whole day
from evidence as e
inner join rules as u
    on
        e.evidence_kind = u.said
        and u.rule_kind = 'evidence'
        and u.valid_from <= e.activity_date
        and e.activity_date <= u.valid_to
where e.activity_date is not null
