/*
description: >-
  Every account that a report, a sign-in, a Box event or a VPN session of a month named, and every employee number that
  a declaration did, so that one day more does not ask for all of history again. The month is that of the source's own
  UTC day.
grain: [source_name, month_start, first_key, second_key]
kind: by_day
time_column: month_start
not_null: [source_name, key_kind, month_start, first_named_on]
*/
select
    'graph_teams_user_activity' as source_name, -- the raw table, or the part of it that is counted
    'entra_id' as key_kind, -- of first_key: entra_id, box_id or employee
    cast(date_trunc('month', activity_date) as date) as month_start,
    entra_key as first_key, -- key of the id or number, NULL where the source tells none
    address_key as second_key, -- key of the address
    min(activity_date) as first_named_on -- day of the month on which it first stood there
from staging.stg_graph__teams_user_activity
where activity_date >= date_trunc('month', $start_date)
group by cast(date_trunc('month', activity_date) as date), entra_key, address_key
union all
select
    'graph_teams_device_usage' as source_name,
    'entra_id' as key_kind,
    cast(date_trunc('month', activity_date) as date) as month_start,
    entra_key as first_key,
    address_key as second_key,
    min(activity_date) as first_named_on
from staging.stg_graph__teams_device_usage
where activity_date >= date_trunc('month', $start_date)
group by cast(date_trunc('month', activity_date) as date), entra_key, address_key
union all
select
    'graph_email_activity' as source_name,
    'entra_id' as key_kind,
    cast(date_trunc('month', activity_date) as date) as month_start,
    cast(null as varchar) as first_key,
    address_key as second_key,
    min(activity_date) as first_named_on
from staging.stg_graph__email_activity
where activity_date >= date_trunc('month', $start_date)
group by cast(date_trunc('month', activity_date) as date), address_key
union all
select
    'graph_email_app_usage' as source_name,
    'entra_id' as key_kind,
    cast(date_trunc('month', activity_date) as date) as month_start,
    cast(null as varchar) as first_key,
    address_key as second_key,
    min(activity_date) as first_named_on
from staging.stg_graph__email_app_usage
where activity_date >= date_trunc('month', $start_date)
group by cast(date_trunc('month', activity_date) as date), address_key
union all
select
    'graph_onedrive_activity' as source_name,
    'entra_id' as key_kind,
    cast(date_trunc('month', activity_date) as date) as month_start,
    cast(null as varchar) as first_key,
    address_key as second_key,
    min(activity_date) as first_named_on
from staging.stg_graph__onedrive_activity
where activity_date >= date_trunc('month', $start_date)
group by cast(date_trunc('month', activity_date) as date), address_key
union all
select
    'graph_sharepoint_activity' as source_name,
    'entra_id' as key_kind,
    cast(date_trunc('month', activity_date) as date) as month_start,
    cast(null as varchar) as first_key,
    address_key as second_key,
    min(activity_date) as first_named_on
from staging.stg_graph__sharepoint_activity
where activity_date >= date_trunc('month', $start_date)
group by cast(date_trunc('month', activity_date) as date), address_key
union all
select
    'graph_m365_app_users' as source_name,
    'entra_id' as key_kind,
    cast(date_trunc('month', activity_date) as date) as month_start,
    cast(null as varchar) as first_key,
    address_key as second_key,
    min(activity_date) as first_named_on
from staging.stg_graph__m365_app_users
where activity_date >= date_trunc('month', $start_date)
group by cast(date_trunc('month', activity_date) as date), address_key
union all
select
    'graph_sign_ins' as source_name,
    'entra_id' as key_kind,
    cast(date_trunc('month', source_date) as date) as month_start,
    entra_key as first_key,
    address_key as second_key,
    min(source_date) as first_named_on
from staging.stg_graph__sign_ins
where source_date >= date_trunc('month', $start_date)
group by cast(date_trunc('month', source_date) as date), entra_key, address_key
union all
select
    'graph_sign_in_summaries' as source_name,
    'entra_id' as key_kind,
    cast(date_trunc('month', source_date) as date) as month_start,
    cast(null as varchar) as first_key,
    address_key as second_key,
    min(source_date) as first_named_on
from staging.stg_graph__sign_in_summaries
where source_date >= date_trunc('month', $start_date)
group by cast(date_trunc('month', source_date) as date), address_key
union all
select
    'box_events' as source_name,
    'box_id' as key_kind,
    cast(date_trunc('month', source_date) as date) as month_start,
    actor_box_key as first_key,
    actor_address_key as second_key,
    min(source_date) as first_named_on
from staging.stg_box__events
where source_date >= date_trunc('month', $start_date)
group by cast(date_trunc('month', source_date) as date), actor_box_key, actor_address_key
union all
select
    'box_event_owners' as source_name,
    'box_id' as key_kind,
    cast(date_trunc('month', source_date) as date) as month_start,
    owner_box_key as first_key,
    owner_address_key as second_key,
    min(source_date) as first_named_on
from staging.stg_box__events
where
    source_date >= date_trunc('month', $start_date)
    and coalesce(owner_box_key, owner_address_key) is not null
group by cast(date_trunc('month', source_date) as date), owner_box_key, owner_address_key
union all
select
    'org_vpn_sessions' as source_name,
    'entra_id' as key_kind,
    cast(date_trunc('month', activity_date) as date) as month_start,
    cast(null as varchar) as first_key,
    address_key as second_key,
    min(activity_date) as first_named_on
from staging.stg_org__vpn_sessions
where activity_date >= date_trunc('month', $start_date)
group by cast(date_trunc('month', activity_date) as date), address_key
union all
select
    'org_telework_declarations' as source_name,
    'employee' as key_kind,
    cast(date_trunc('month', work_date) as date) as month_start,
    employee_key as first_key,
    cast(null as varchar) as second_key,
    min(work_date) as first_named_on
from staging.stg_org__telework_declarations
where work_date >= date_trunc('month', $start_date)
group by cast(date_trunc('month', work_date) as date), employee_key
