/*
description: >-
  Every account that a report, a sign-in or a Box event of a month named, so that one day more does not ask for all of
  history again. The month is that of the source's own UTC day.
grain: [source_name, month_start, first_key, second_key]
kind: by_day
time_column: month_start
not_null: [source_name, key_kind, month_start]
*/
select distinct
    'graph_teams_user_activity' as source_name, -- the raw table, or the part of it that is counted
    'entra_id' as key_kind, -- of first_key: entra_id or box_id
    cast(date_trunc('month', activity_date) as date) as month_start,
    entra_key as first_key, -- key of the id, NULL where the source tells none
    address_key as second_key -- key of the address
from staging.stg_graph__teams_user_activity
union all
select distinct
    'graph_email_activity' as source_name,
    'entra_id' as key_kind,
    cast(date_trunc('month', activity_date) as date) as month_start,
    cast(null as varchar) as first_key,
    address_key as second_key
from staging.stg_graph__email_activity
union all
select distinct
    'graph_sign_ins' as source_name,
    'entra_id' as key_kind,
    cast(date_trunc('month', source_date) as date) as month_start,
    entra_key as first_key,
    address_key as second_key
from staging.stg_graph__sign_ins
union all
select distinct
    'box_events' as source_name,
    'box_id' as key_kind,
    cast(date_trunc('month', source_date) as date) as month_start,
    actor_box_key as first_key,
    actor_address_key as second_key
from staging.stg_box__events
