/*
description: Licences and newest activity per service as of one UTC day, one row per account, typed.
grain: [activity_date, address_key]
kind: view
time_column: activity_date
not_null: [activity_date]
*/
select
    _day as activity_date, -- the UTC day the report is about
    user_principal_name_key as address_key, -- key of the sign-in name; this report has no account id
    lower(nullif(trim(has_exchange_license), '')) in ('yes', 'true') as has_exchange_licence,
    lower(nullif(trim(has_onedrive_license), '')) in ('yes', 'true') as has_onedrive_licence,
    lower(nullif(trim(has_sharepoint_license), '')) in ('yes', 'true') as has_sharepoint_licence,
    lower(nullif(trim(has_teams_license), '')) in ('yes', 'true') as has_teams_licence,
    -- A newest date may lie years back: active on the day means equal to activity_date.
    try_cast(nullif(trim(exchange_last_activity_date), '') as date) as exchange_last_activity_date,
    try_cast(nullif(trim(onedrive_last_activity_date), '') as date) as onedrive_last_activity_date,
    try_cast(nullif(trim(sharepoint_last_activity_date), '') as date) as sharepoint_last_activity_date,
    try_cast(nullif(trim(teams_last_activity_date), '') as date) as teams_last_activity_date,
    lower(nullif(trim(is_deleted), '')) in ('yes', 'true') as is_deleted
from raw.graph_office365_active_users
