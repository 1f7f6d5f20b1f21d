/*
description: >-
  Where a person signed in from on a Tokyo day, by log. Only what succeeded; in the log of interactive sign-ins only
  where somebody was at the keyboard.
grain: [person_key, activity_date, log_kind]
kind: by_day
time_column: activity_date
not_null: [person_key, activity_date, log_kind]
*/
with people as (
    select
        identity_key,
        person_key,
        key_kind,
        valid_from,
        valid_to
    from intermediate.int_named_identities
    where key_kind in ('entra_id', 'address')
),

networks as (
    select
        said as network_kind,
        means as place,
        valid_from,
        valid_to
    from staging.stg_run__telework_rules
    where rule_kind = 'network'
)

select
    coalesce(e.person_key, a.person_key) as person_key,
    s.activity_date, -- Tokyo day
    s.log_kind, -- sign_in, or token_sign_in for those made by apps on a person's behalf
    max(case when s.device_kind = 'desktop' and n.place = 'office' then 1 else 0 end) = 1 as has_desktop_office,
    max(case when s.device_kind = 'desktop' and n.place = 'remote' then 1 else 0 end) = 1 as has_desktop_remote,
    max(case when s.device_kind = 'phone' then 1 else 0 end) = 1 as has_phone
from staging.stg_graph__sign_ins as s
left join networks as n
    on s.network_kind = n.network_kind and n.valid_from <= s.activity_date and s.activity_date <= n.valid_to
left join people as e
    on
        s.entra_key = e.identity_key
        and e.key_kind = 'entra_id'
        and e.valid_from <= s.activity_date
        and s.activity_date <= e.valid_to
left join people as a
    on
        s.address_key = a.identity_key
        and a.key_kind = 'address'
        and a.valid_from <= s.activity_date
        and s.activity_date <= a.valid_to
where
    -- A Tokyo day begins on the UTC day before.
    s.source_date >= $start_date - interval '1' day
    and s.activity_date is not null
    and s.is_successful
    -- In the log of interactive sign-ins some are not: nobody was at the keyboard, and the address may be any.
    and (s.is_interactive or s.log_kind = 'token_sign_in')
    and coalesce(e.person_key, a.person_key) is not null
group by coalesce(e.person_key, a.person_key), s.activity_date, s.log_kind
