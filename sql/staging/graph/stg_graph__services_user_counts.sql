/*
description: >-
  People of the tenant active and inactive per service over a period of days, one row per day of asking.
  Blank stays NULL.
grain: [seen_on]
kind: view
not_null: [seen_on]
*/
select
    _day as seen_on, -- day of asking
    try_cast(nullif(trim(report_refresh_date), '') as date) as last_activity_date, -- the last day of the period
    try_cast(report_period as integer) as period_days,
    try_cast(nullif(trim(exchange_active), '') as bigint) as exchange_active_people,
    try_cast(nullif(trim(exchange_inactive), '') as bigint) as exchange_inactive_people,
    try_cast(nullif(trim(onedrive_active), '') as bigint) as onedrive_active_people,
    try_cast(nullif(trim(onedrive_inactive), '') as bigint) as onedrive_inactive_people,
    try_cast(nullif(trim(sharepoint_active), '') as bigint) as sharepoint_active_people,
    try_cast(nullif(trim(sharepoint_inactive), '') as bigint) as sharepoint_inactive_people,
    try_cast(nullif(trim(teams_active), '') as bigint) as teams_active_people,
    try_cast(nullif(trim(teams_inactive), '') as bigint) as teams_inactive_people,
    try_cast(nullif(trim(office_365_active), '') as bigint) as office_365_active_people,
    try_cast(nullif(trim(office_365_inactive), '') as bigint) as office_365_inactive_people
from raw.graph_services_user_counts
qualify row_number() over (partition by _day order by _fetched_at desc, _sha256 asc) = 1
