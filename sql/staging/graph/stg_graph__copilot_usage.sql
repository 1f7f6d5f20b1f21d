/*
description: Newest use of Copilot per app, one row per person with a licence and day of asking. Empty without licences.
grain: [seen_on, address_key]
kind: view
not_null: [seen_on]
*/
select
    _day as seen_on, -- day of asking
    user_principal_name_key as address_key, -- key of the sign-in name; this report has no account id
    try_cast(nullif(trim(report_refresh_date), '') as date) as as_of_date, -- the last day the report knows
    try_cast(nullif(trim(last_activity_date), '') as date) as last_activity_date, -- in any app; NULL: never
    try_cast(nullif(trim(microsoft_teams_copilot_last_activity_date), '') as date) as teams_copilot_last_activity_date,
    try_cast(nullif(trim(word_copilot_last_activity_date), '') as date) as word_copilot_last_activity_date,
    try_cast(nullif(trim(excel_copilot_last_activity_date), '') as date) as excel_copilot_last_activity_date,
    try_cast(nullif(trim(powerpoint_copilot_last_activity_date), '') as date) as powerpoint_copilot_last_activity_date,
    try_cast(nullif(trim(outlook_copilot_last_activity_date), '') as date) as outlook_copilot_last_activity_date,
    try_cast(nullif(trim(onenote_copilot_last_activity_date), '') as date) as onenote_copilot_last_activity_date,
    try_cast(nullif(trim(loop_copilot_last_activity_date), '') as date) as loop_copilot_last_activity_date,
    try_cast(nullif(trim(copilot_chat_last_activity_date), '') as date) as copilot_chat_last_activity_date
from raw.graph_copilot_usage
