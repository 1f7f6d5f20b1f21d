/*
description: >-
  Where a person worked on a Tokyo day. Days without any evidence have no row. office = in the office only, remote =
  elsewhere only, mixed = both, mobile = only a phone, unknown = no evidence that tells a place. What a person did
  (sign-ins, Box, VPN) goes before what apps did alone (token sign-ins, then their summaries), that before what was
  declared, and that before a phone; a declared part of a day makes a mixed day of it, whatever else was seen.
grain: [person_key, activity_date]
kind: by_day
time_column: activity_date
by_quarter: true
not_null: [telework_class, telework_days, has_known_place, is_contradictory]
checks:
- name: every_telework_class_has_a_weight
  sql: |
    select d.person_key, d.activity_date
    from intermediate.int_telework_days as d
    left join staging.stg_run__telework_rules as r
        on
            d.telework_class = r.said and r.rule_kind = 'telework_days'
            and r.valid_from <= d.activity_date and d.activity_date <= r.valid_to
    where r.said is null
*/
with person_days as (
    select
        person_key,
        activity_date,
        max(case when says_office and evidence_kind in ('sign_in', 'box', 'vpn') then 1 else 0 end) as acted_office,
        max(case when says_remote and evidence_kind in ('sign_in', 'box', 'vpn') then 1 else 0 end) as acted_remote,
        max(case when says_office and evidence_kind = 'token_sign_in' then 1 else 0 end) as token_office,
        max(case when says_remote and evidence_kind = 'token_sign_in' then 1 else 0 end) as token_remote,
        max(case when says_office and evidence_kind = 'token_summary' then 1 else 0 end) as summary_office,
        max(case when says_office and evidence_kind = 'declaration' then 1 else 0 end) as declared_office,
        max(declared_share) as declared_share,
        max(case when says_phone then 1 else 0 end) as phone
    from intermediate.int_telework_evidence
    group by person_key, activity_date
),

seen as (
    select
        person_key,
        activity_date,
        case
            when acted_office + acted_remote > 0 then acted_office
            when token_office + token_remote > 0 then token_office
            else summary_office
        end as seen_office,
        case when acted_office + acted_remote > 0 then acted_remote else token_remote end as seen_remote,
        case
            when acted_office + acted_remote > 0 then 'action'
            when token_office + token_remote + summary_office > 0 then 'token'
            when declared_share > 0 or declared_office = 1 then 'declaration'
            when phone = 1 then 'phone'
            else 'none'
        end as best_evidence,
        declared_office,
        declared_share,
        phone
    from person_days
),

classes as (
    select
        person_key,
        activity_date,
        best_evidence,
        declared_share,
        case
            when declared_share > 0 and declared_share < 1 then 'mixed'
            when seen_office = 1 and seen_remote = 1 then 'mixed'
            when seen_office = 1 then 'office'
            when seen_remote = 1 then 'remote'
            when declared_share = 1 then 'remote'
            when declared_office = 1 then 'office'
            when phone = 1 then 'mobile'
            else 'unknown'
        end as telework_class,
        -- Declared to be elsewhere all day and seen in the office, or the other way round.
        (declared_share = 1 and seen_office = 1)
        or (declared_office = 1 and declared_share = 0 and seen_remote = 1) as is_contradictory
    from seen
),

weights as (
    select
        said as telework_class,
        telework_days,
        valid_from,
        valid_to
    from staging.stg_run__telework_rules
    where rule_kind = 'telework_days'
)

select
    c.person_key,
    c.activity_date, -- Tokyo day
    c.telework_class, -- office, remote, mixed, mobile or unknown
    case
        when c.telework_class = 'mixed' and c.declared_share > 0 and c.declared_share < 1 then c.declared_share
        else coalesce(w.telework_days, 0)
    end as telework_days, -- what the day counts as telework, 0..1: as declared in part, else what the class counts
    c.telework_class in ('office', 'remote', 'mixed') as has_known_place,
    c.best_evidence, -- strongest that tells anything: action, token, declaration, phone or none
    c.is_contradictory -- what was declared for the whole day is not what was seen; what was seen counts
from classes as c
left join weights as w
    on c.telework_class = w.telework_class and w.valid_from <= c.activity_date and c.activity_date <= w.valid_to
