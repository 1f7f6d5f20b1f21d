/*
description: >-
  How many accounts each dataset named on each UTC day, and how many of them belong to somebody on that day. What falls
  suddenly says that nobody is recognised, not that nobody was active (int_doubtful_days).
grain: [source, dataset, source_date]
kind: by_day
time_column: source_date
not_null: [accounts_count, matched_accounts_count]
*/
with seen as (
    select
        'teams_user_activity' as dataset,
        'entra_id' as key_kind,
        activity_date as source_date,
        entra_key as first_key,
        address_key as second_key
    from staging.stg_graph__teams_user_activity
    where activity_date >= $start_date
    union all
    select
        'teams_device_usage' as dataset,
        'entra_id' as key_kind,
        activity_date as source_date,
        entra_key as first_key,
        address_key as second_key
    from staging.stg_graph__teams_device_usage
    where activity_date >= $start_date
    union all
    select
        'email_activity' as dataset,
        'entra_id' as key_kind,
        activity_date as source_date,
        cast(null as varchar) as first_key,
        address_key as second_key
    from staging.stg_graph__email_activity
    where activity_date >= $start_date
    union all
    select
        'email_app_usage' as dataset,
        'entra_id' as key_kind,
        activity_date as source_date,
        cast(null as varchar) as first_key,
        address_key as second_key
    from staging.stg_graph__email_app_usage
    where activity_date >= $start_date
    union all
    select
        'm365_app_users' as dataset,
        'entra_id' as key_kind,
        activity_date as source_date,
        cast(null as varchar) as first_key,
        address_key as second_key
    from staging.stg_graph__m365_app_users
    where activity_date >= $start_date
    union all
    select
        'office365_active_users' as dataset,
        'entra_id' as key_kind,
        activity_date as source_date,
        cast(null as varchar) as first_key,
        address_key as second_key
    from staging.stg_graph__office365_active_users
    where activity_date >= $start_date
    union all
    select
        'onedrive_activity' as dataset,
        'entra_id' as key_kind,
        activity_date as source_date,
        cast(null as varchar) as first_key,
        address_key as second_key
    from staging.stg_graph__onedrive_activity
    where activity_date >= $start_date
    union all
    select
        'sharepoint_activity' as dataset,
        'entra_id' as key_kind,
        activity_date as source_date,
        cast(null as varchar) as first_key,
        address_key as second_key
    from staging.stg_graph__sharepoint_activity
    where activity_date >= $start_date
    union all
    select distinct
        'sign_ins' as dataset,
        'entra_id' as key_kind,
        source_date,
        entra_key as first_key,
        address_key as second_key
    from staging.stg_graph__sign_ins
    where source_date >= $start_date
    union all
    -- Of Box those whose address is of a domain of ours: how many outsiders there are is another question every day.
    select distinct
        'events' as dataset,
        'box_id' as key_kind,
        e.source_date,
        e.actor_box_key as first_key,
        e.actor_address_key as second_key
    from staging.stg_box__events as e
    inner join staging.stg_run__own_domains as o
        on e.actor_domain = o.own_domain or e.actor_domain like '%.' || o.own_domain
    where e.source_date >= $start_date and e.actor_kind = 'person'
)

select
    w.source, -- graph or box
    s.dataset,
    s.source_date, -- UTC day
    count(distinct coalesce(s.first_key, s.second_key)) as accounts_count,
    count(
        distinct case
            when coalesce(i.person_key, a.person_key) is not null then coalesce(s.first_key, s.second_key)
        end
    ) as matched_accounts_count -- of the accounts, those of a member of staff
from seen as s
inner join staging.stg_run__dataset_windows as w on s.dataset = w.dataset
left join intermediate.int_named_identities as i
    on
        s.first_key = i.identity_key and s.key_kind = i.key_kind
        and i.valid_from <= s.source_date and s.source_date <= i.valid_to
left join intermediate.int_named_identities as a
    on
        s.second_key = a.identity_key and a.key_kind = 'address'
        and a.valid_from <= s.source_date and s.source_date <= a.valid_to
where coalesce(s.first_key, s.second_key) is not null
group by w.source, s.dataset, s.source_date
