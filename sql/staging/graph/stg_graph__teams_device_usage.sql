/*
description: Devices used for Teams, one row per account and UTC day, typed. Blank means not used.
grain: [activity_date, account_key]
kind: view
time_column: activity_date
not_null: [activity_date]
*/
select
    _day as activity_date, -- the UTC day the report is about
    coalesce(user_id_key, user_principal_name_key) as account_key, -- what tells two accounts apart in the report
    user_id_key as entra_key, -- key of the Entra object id
    user_principal_name_key as address_key, -- key of the sign-in name
    coalesce(lower(trim(used_ios)) in ('yes', 'true'), false) as used_ios,
    coalesce(lower(trim(used_android_phone)) in ('yes', 'true'), false) as used_android,
    coalesce(lower(trim(used_windows)) in ('yes', 'true'), false) as used_windows,
    coalesce(lower(trim(used_mac)) in ('yes', 'true'), false) as used_mac,
    coalesce(lower(trim(used_web)) in ('yes', 'true'), false) as used_web
from raw.graph_teams_device_usage
