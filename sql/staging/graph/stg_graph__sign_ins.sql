/*
description: >-
  Sign-ins, one row per log and id (the loader keeps each once), those made by apps on a person's behalf among them if
  they are fetched.
grain: []
kind: view
time_column: activity_date
*/
with sign_ins as (
    select
        'sign_in' as log_kind,
        id,
        created_date_time,
        user_id_key,
        user_principal_name_key,
        is_interactive,
        error_code,
        operating_system,
        ip_network_kind,
        _day
    from raw.graph_sign_ins
    union all
    select
        'token_sign_in' as log_kind,
        id,
        created_date_time,
        user_id_key,
        user_principal_name_key,
        is_interactive,
        error_code,
        operating_system,
        ip_network_kind,
        _day
    from raw.graph_non_interactive_sign_ins
)

select
    id as sign_in_id,
    log_kind, -- sign_in, or token_sign_in for the log of those made by apps on a person's behalf
    cast(try_cast(created_date_time as timestamptz) at time zone 'UTC' as timestamp) as occurred_at, -- UTC
    cast(
        try_cast(created_date_time as timestamptz) at time zone 'UTC'
        + (select c.hours_ahead_of_utc from raw.clock as c) * interval 1 hour as date
    ) as activity_date, -- Tokyo day
    _day as source_date, -- UTC day, the day by which sign-ins are fetched
    user_id_key as entra_key, -- key of the Entra object id
    user_principal_name_key as address_key, -- key of the sign-in name
    coalesce(lower(trim(is_interactive)) in ('yes', 'true'), false) as is_interactive,
    coalesce(try_cast(error_code as integer) = 0, false) as is_successful,
    case
        when regexp_matches(lower(trim(operating_system)), '^(windows|macos|linux)') then 'desktop'
        when regexp_matches(lower(trim(operating_system)), '^(ios|android)') then 'phone'
    end as device_kind, -- desktop, phone or NULL when the record does not say
    ip_network_kind as network_kind -- place of the address, decided when the sign-in was landed
from sign_ins
