/*
description: >-
  Where a person worked on a Tokyo day, from successful interactive sign-ins and own Box actions. Days without any
  evidence have no row. office = desktop from an office only, remote = desktop from elsewhere only, mixed = both,
  mobile = only a phone, unknown = no evidence that tells a place.
grain: [person_key, activity_date]
not_null: [telework_class]
*/
with identities as (
    select
        identity_key,
        person_key,
        key_kind,
        valid_from,
        valid_to
    from intermediate.int_identities
    where key_kind in ('entra_id', 'address')
),

sign_ins as (
    select
        s.entra_key,
        s.address_key,
        s.activity_date,
        max(case when s.device_kind = 'desktop' and n.place = 'office' then 1 else 0 end) as desktop_office,
        max(case when s.device_kind = 'desktop' and n.place = 'remote' then 1 else 0 end) as desktop_remote,
        max(case when s.device_kind = 'phone' then 1 else 0 end) as phone
    from staging.stg_graph__sign_ins as s
    left join staging.stg_run__network_places as n on s.network_kind = n.network_kind
    where s.is_successful and s.is_interactive and s.activity_date is not null
    group by s.entra_key, s.address_key, s.activity_date
),

evidence as (
    select
        coalesce(e.person_key, a.person_key) as person_key,
        s.activity_date,
        s.desktop_office,
        s.desktop_remote,
        s.phone
    from sign_ins as s
    left join identities as e
        on
            s.entra_key = e.identity_key
            and e.key_kind = 'entra_id'
            and e.valid_from <= s.activity_date
            and s.activity_date <= e.valid_to
    left join identities as a
        on
            s.address_key = a.identity_key
            and a.key_kind = 'address'
            and a.valid_from <= s.activity_date
            and s.activity_date <= a.valid_to
    union all
    select
        person_key,
        activity_date,
        case when has_desktop_office then 1 else 0 end as desktop_office,
        case when has_desktop_remote then 1 else 0 end as desktop_remote,
        case when has_phone then 1 else 0 end as phone
    from intermediate.int_box_person_days
),

person_days as (
    select
        person_key,
        activity_date,
        max(desktop_office) as desktop_office,
        max(desktop_remote) as desktop_remote,
        max(phone) as phone
    from evidence
    where person_key is not null
    group by person_key, activity_date
)

select
    person_key,
    activity_date, -- Tokyo day
    case
        when desktop_office = 1 and desktop_remote = 1 then 'mixed'
        when desktop_office = 1 then 'office'
        when desktop_remote = 1 then 'remote'
        when phone = 1 then 'mobile'
        else 'unknown'
    end as telework_class -- office, remote, mixed, mobile or unknown
from person_days
