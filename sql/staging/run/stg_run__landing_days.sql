/*
description: >-
  What became of each dataset's day, and how old the day was when it was last fetched. A day of Box that a whole User
  Activity report covers, and no whole answer of the API, is a day of events.
grain: [source, dataset, activity_date]
kind: view
time_column: activity_date
not_null: [activity_date, is_accepted]
*/
select
    l.source,
    case when l.dataset = 'activity_report' then 'events' else l.dataset end as dataset,
    l._day as activity_date, -- the source's own day
    coalesce(l.status = 'accepted', false) as is_accepted,
    l.row_count,
    l.fetched_at, -- UTC
    l.first_accepted_at, -- UTC, when a whole answer about the day was first accepted, NULL while there is none
    date_diff('day', l._day, cast(l.fetched_at as date)) as age_days, -- days between the day and its fetching
    coalesce(l.is_simulated, false) as is_simulated
from raw.landing_days as l
where l.dataset <> 'activity_report' or l.status = 'accepted'
qualify
    row_number() over (
        partition by l.source, case when l.dataset = 'activity_report' then 'events' else l.dataset end, l._day
        order by coalesce(l.status = 'accepted', false) desc, l.dataset desc
    ) = 1
