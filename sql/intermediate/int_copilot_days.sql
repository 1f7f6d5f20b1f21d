/*
description: >-
  The days of which a Copilot report tells who used it and who did not: those that were the newest day of a report. It
  counts when it was asked for within 10 days, and tells of the 21 days before its newest day.
grain: [activity_date]
kind: by_day
time_column: activity_date
looks_ahead_days: 31
not_null: [is_final]
*/
with reports as (
    select distinct
        as_of_date,
        seen_on
    from staging.stg_graph__copilot_usage
    where
        seen_on >= $start_date
        and as_of_date <= seen_on
        and seen_on <= cast(as_of_date + interval '10' day as date)
)

select
    r.as_of_date as activity_date, -- UTC day
    -- Two days until a report is usually there, three in which it is still corrected: as for the other reports.
    max(case when l.seen_on >= cast(r.as_of_date + interval '5' day as date) then 1 else 0 end) = 1
        as is_final -- asked for again when nothing comes late any more
from reports as r
inner join reports as l
    on
        l.as_of_date >= r.as_of_date
        and l.as_of_date <= cast(r.as_of_date + interval '21' day as date)
group by r.as_of_date
