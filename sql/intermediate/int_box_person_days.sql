/*
description: >-
  A person's own human-driven Box actions of a Tokyo day, and where they came from. Not counted: what an administrator
  did for the user, file-request uploads (Box names the folder's owner as uploader), machine event types.
grain: [person_key, activity_date]
kind: by_day
time_column: activity_date
not_null: [box_actions_count]
*/
with people as (
    select
        identity_key,
        person_key,
        key_kind,
        valid_from,
        valid_to
    from intermediate.int_named_identities
    where key_kind in ('box_id', 'address')
),

networks as (
    select
        said as network_kind,
        means as place,
        valid_from,
        valid_to
    from staging.stg_run__telework_rules
    where rule_kind = 'network'
),

sums as (
    select
        coalesce(b.person_key, a.person_key) as person_key,
        e.activity_date,
        count(*) as box_actions_count,
        count(case when t.action_kind = 'write' then 1 end) as box_write_count,
        count(case when t.action_kind = 'read' then 1 end) as box_read_count,
        count(case when t.action_kind = 'share' then 1 end) as box_share_count,
        count(case when t.action_kind = 'collaboration' then 1 end) as box_collaboration_count,
        max(case when e.device_kind = 'desktop' and n.place = 'office' then 1 else 0 end) as desktop_office,
        max(case when e.device_kind = 'desktop' and n.place = 'remote' then 1 else 0 end) as desktop_remote,
        max(case when e.device_kind = 'phone' then 1 else 0 end) as phone
    from staging.stg_box__events as e
    inner join staging.stg_run__box_event_types as t on e.event_type = t.event_type
    left join networks as n
        on e.network_kind = n.network_kind and n.valid_from <= e.activity_date and e.activity_date <= n.valid_to
    left join people as b
        on
            e.actor_box_key = b.identity_key
            and b.key_kind = 'box_id'
            and b.valid_from <= e.activity_date
            and e.activity_date <= b.valid_to
    left join people as a
        on
            e.actor_address_key = a.identity_key
            and a.key_kind = 'address'
            and a.valid_from <= e.activity_date
            and e.activity_date <= a.valid_to
    where
        -- A Tokyo day begins on the UTC day before.
        e.source_date >= $start_date - interval '1' day
        and not e.is_done_by_other
        and not e.is_file_request
        and e.activity_date is not null
        and coalesce(b.person_key, a.person_key) is not null
    -- Once, by person: by account first would copy the keys of millions of days.
    group by coalesce(b.person_key, a.person_key), e.activity_date
)

select
    person_key,
    activity_date, -- Tokyo day
    box_actions_count, -- all kinds, logins among them
    box_write_count, -- made, changed, moved or deleted
    box_read_count, -- opened, seen or downloaded
    box_share_count, -- links, sent items, file requests
    box_collaboration_count, -- invitations, comments, tasks
    desktop_office = 1 as has_desktop_office,
    desktop_remote = 1 as has_desktop_remote,
    phone = 1 as has_phone
from sums
