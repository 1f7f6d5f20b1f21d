/*
description: >-
  The days on which the directory was read. Of several readings of one Tokyo day the newest counts, as a whole: an
  account that is gone from it is gone.
grain: [seen_on]
kind: view
time_column: seen_on
not_null: [source_date]
*/
with readings as (
    select
        _day as source_date,
        max(_fetched_at) as fetched_at,
        -- A morning run in Tokyo still bears the UTC date of the day before; the directory is that of the morning.
        coalesce(
            cast(max(_fetched_at) + (select c.hours_ahead_of_utc from raw.clock as c) * interval 1 hour as date), _day
        ) as seen_on
    from raw.graph_users
    group by _day
)

select
    source_date, -- UTC day of the reading
    seen_on -- its Tokyo day
from readings
qualify row_number() over (partition by seen_on order by fetched_at desc, source_date desc) = 1
