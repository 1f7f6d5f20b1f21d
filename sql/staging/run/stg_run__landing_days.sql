/*
description: What became of each dataset's day, and how old the day was when it was last fetched.
grain: [source, dataset, activity_date]
kind: view
not_null: [activity_date, is_accepted]
*/
select
    source,
    dataset,
    _day as activity_date, -- the source's own day
    coalesce(status = 'accepted', false) as is_accepted,
    row_count,
    fetched_at, -- UTC
    first_accepted_at, -- UTC, when a whole answer about the day was first accepted, NULL while there is none
    date_diff('day', _day, cast(fetched_at as date)) as age_days, -- days between the day and its fetching
    coalesce(is_simulated, false) as is_simulated
from raw.landing_days
