/*
description: >-
  Newest use of Copilot per app, one row per person with a licence and day of asking. Empty without licences. What only
  version 2 of the report tells is NULL where the service gave version 1.
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
    try_cast(nullif(trim(copilot_chat_last_activity_date), '') as date) as copilot_chat_last_activity_date,
    try_cast(nullif(trim(report_period), '') as bigint) as period_days, -- 28: version 2; 30 or 7: version 1
    -- Days with any use in these period_days; NULL: not told, 0: none.
    try_cast(nullif(trim(active_usage_days_for_all_apps), '') as bigint) as active_days_count,
    try_cast(nullif(trim(prompts_submitted_for_all_apps), '') as bigint) as prompts_count,
    try_cast(nullif(trim(prompts_submitted_for_copilot_chat_work), '') as bigint) as work_chat_prompts_count,
    try_cast(nullif(trim(prompts_submitted_for_copilot_chat_web), '') as bigint) as web_chat_prompts_count
from raw.graph_copilot_usage
