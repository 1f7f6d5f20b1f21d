/*
description: >-
  Files and pages in SharePoint, Teams channels among them; one row per account and UTC day, typed. Blank counts stay
  NULL.
grain: [activity_date, address_key]
kind: view
time_column: activity_date
not_null: [activity_date]
*/
select
    _day as activity_date, -- the UTC day the report is about
    user_principal_name_key as address_key, -- key of the sign-in name; this report has no account id
    try_cast(nullif(trim(viewed_or_edited_file_count), '') as bigint) as files_viewed_or_edited_count,
    -- The sync client works by itself: never a sign of use.
    try_cast(nullif(trim(synced_file_count), '') as bigint) as files_synced_count,
    try_cast(nullif(trim(shared_internally_file_count), '') as bigint) as files_shared_internally_count,
    try_cast(nullif(trim(shared_externally_file_count), '') as bigint) as files_shared_externally_count,
    try_cast(nullif(trim(visited_page_count), '') as bigint) as pages_visited_count,
    -- Here deleted means that the licence was taken away.
    lower(nullif(trim(is_deleted), '')) in ('yes', 'true') as has_lost_licence
from raw.graph_sharepoint_activity
