/*
description: >-
  Non-interactive sign-ins added up by user, app and address, where they are fetched. Only the first of each window has
  an instant, so only its Tokyo day is known. Without a device: a phone cannot be told from a PC.
grain: [source_date, summary_id]
kind: view
time_column: activity_date
*/
select
    id as summary_id,
    cast(try_cast(first_sign_in_date_time as timestamptz) at time zone 'UTC' as timestamp) as first_occurred_at, -- UTC
    cast(
        try_cast(first_sign_in_date_time as timestamptz) at time zone 'UTC'
        + (select c.hours_ahead_of_utc from raw.clock as c) * interval 1 hour as date
    ) as activity_date, -- Tokyo day of the first one
    _day as source_date, -- UTC day
    user_principal_name_key as address_key, -- key of the sign-in name
    try_cast(sign_in_count as bigint) as sign_ins_count,
    coalesce(try_cast(error_code as integer) = 0, false) as is_successful,
    coalesce(lower(trim(agent_type)) not in ('', 'notagentic'), false) as is_agent, -- a program of its own, no person
    ip_network_kind as network_kind -- place of the address; NULL where none was told
from raw.graph_sign_in_summaries
