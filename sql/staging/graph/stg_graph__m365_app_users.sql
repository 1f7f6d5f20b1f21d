/*
description: Microsoft 365 apps used by platform and by app, one row per account and UTC day.
grain: [activity_date, address_key]
kind: view
time_column: activity_date
not_null: [activity_date]
*/
select
    _day as activity_date, -- the UTC day the report is about
    user_principal_name_key as address_key, -- key of the sign-in name; this report has no account id
    lower(nullif(trim(windows), '')) in ('yes', 'true') as used_windows,
    lower(nullif(trim(mac), '')) in ('yes', 'true') as used_mac,
    lower(nullif(trim(mobile), '')) in ('yes', 'true') as used_mobile,
    lower(nullif(trim(web), '')) in ('yes', 'true') as used_web,
    lower(nullif(trim(outlook), '')) in ('yes', 'true') as used_outlook,
    lower(nullif(trim(word), '')) in ('yes', 'true') as used_word,
    lower(nullif(trim(excel), '')) in ('yes', 'true') as used_excel,
    lower(nullif(trim(powerpoint), '')) in ('yes', 'true') as used_powerpoint,
    lower(nullif(trim(onenote), '')) in ('yes', 'true') as used_onenote,
    lower(nullif(trim(teams), '')) in ('yes', 'true') as used_teams,
    lower(nullif(trim(outlook_mobile), '')) in ('yes', 'true') as used_outlook_mobile,
    lower(nullif(trim(outlook_web), '')) in ('yes', 'true') as used_outlook_web,
    lower(nullif(trim(word_mobile), '')) in ('yes', 'true') as used_word_mobile,
    lower(nullif(trim(word_web), '')) in ('yes', 'true') as used_word_web,
    lower(nullif(trim(excel_mobile), '')) in ('yes', 'true') as used_excel_mobile,
    lower(nullif(trim(excel_web), '')) in ('yes', 'true') as used_excel_web,
    lower(nullif(trim(powerpoint_mobile), '')) in ('yes', 'true') as used_powerpoint_mobile,
    lower(nullif(trim(powerpoint_web), '')) in ('yes', 'true') as used_powerpoint_web,
    lower(nullif(trim(onenote_mobile), '')) in ('yes', 'true') as used_onenote_mobile,
    lower(nullif(trim(onenote_web), '')) in ('yes', 'true') as used_onenote_web,
    lower(nullif(trim(teams_mobile), '')) in ('yes', 'true') as used_teams_mobile,
    lower(nullif(trim(teams_web), '')) in ('yes', 'true') as used_teams_web
from raw.graph_m365_app_users
