/*
description: Teams user activity, one row per account and UTC day, typed. A day's accepted revision only.
grain: [activity_date, account_key]
kind: view
time_column: activity_date
not_null: [activity_date]
*/
-- In an accepted report a blank count means none, so blank = 0; a text that is no number stays NULL. Microsoft does not
-- say so; captured answers for single days have blanks where others have 0.
select
    _day as activity_date, -- the UTC day the report is about
    coalesce(user_id_key, user_principal_name_key) as account_key, -- what tells two accounts apart in the report
    user_id_key as entra_key, -- key of the Entra object id
    user_principal_name_key as address_key, -- key of the sign-in name
    -- Team chat holds posts and replies already.
    try_cast(coalesce(nullif(trim(team_chat_message_count), ''), '0') as bigint) as team_chat_messages_count,
    try_cast(coalesce(nullif(trim(private_chat_message_count), ''), '0') as bigint) as private_chat_messages_count,
    try_cast(coalesce(nullif(trim(meetings_organized_count), ''), '0') as bigint) as meetings_organized_count,
    try_cast(coalesce(nullif(trim(meetings_attended_count), ''), '0') as bigint) as meetings_attended_count,
    try_cast(coalesce(nullif(trim(call_count), ''), '0') as bigint) as calls_count,
    try_cast(coalesce(nullif(trim(audio_duration_in_seconds), ''), '0') as bigint) as audio_seconds,
    try_cast(coalesce(nullif(trim(video_duration_in_seconds), ''), '0') as bigint) as video_seconds,
    try_cast(coalesce(nullif(trim(screen_share_duration_in_seconds), ''), '0') as bigint) as screen_share_seconds,
    coalesce(lower(trim(has_other_action)) in ('yes', 'true'), false) as has_other_action,
    coalesce(lower(trim(is_licensed)) in ('yes', 'true'), false) as is_licensed
from raw.graph_teams_user_activity
