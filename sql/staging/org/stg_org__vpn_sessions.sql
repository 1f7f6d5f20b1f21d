/*
description: Connections from outside, once each, from the newest reading of the file.
kind: view
grain: [address_key, connected_at]
not_null: [address_key, connected_at, activity_date]
*/
select
    address_key,
    try_cast(connected_at as timestamp) as connected_at, -- UTC
    try_cast(disconnected_at as timestamp) as disconnected_at, -- UTC; NULL = not known
    cast(
        try_cast(connected_at as timestamp)
        + (select c.hours_ahead_of_utc from raw.clock as c) * interval 1 hour as date
    ) as activity_date -- Tokyo day of the beginning
from raw.org_vpn_sessions
where _day = (select max(o._day) from raw.org_vpn_sessions as o)
qualify row_number() over (partition by address_key, connected_at order by disconnected_at desc nulls last) = 1
