/*
description: Box events of every accepted UTC day, and those first seen after the day had first been accepted.
grain: [activity_date]
kind: by_day
time_column: activity_date
not_null: [events_count, late_events_count]
*/
with events as (
    select
        source_date,
        first_fetched_at,
        arrival_lag_minutes
    from staging.stg_box__events
)

select
    d.activity_date, -- UTC day
    c.is_working_day,
    cast(count(e.first_fetched_at) as bigint) as events_count,
    cast(count(case when e.first_fetched_at > d.first_accepted_at then 1 end) as bigint) as late_events_count,
    round(
        cast(count(case when e.first_fetched_at > d.first_accepted_at then 1 end) as double)
        / nullif(count(e.first_fetched_at), 0), 6
    ) as late_share,
    round(
        max(case when e.first_fetched_at > d.first_accepted_at then e.arrival_lag_minutes end) / 60.0, 2
    ) as late_lag_hours_max
from staging.stg_run__landing_days as d
left join staging.stg_run__calendar as c on d.activity_date = c.date_day
left join events as e on d.activity_date = e.source_date
where d.source = 'box' and d.dataset = 'events' and d.is_accepted
group by d.activity_date, c.is_working_day
