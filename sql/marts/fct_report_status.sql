/*
description: >-
  What is known of each dataset and day. A missing day is never shown as zero. A dataset that is not fetched by day has
  the days that its answers tell of.
grain: [source, dataset, activity_date]
time_column: activity_date
not_null: [report_status]
*/
select
    source, -- graph or box
    dataset, -- name of the report or stream
    activity_date, -- UTC day
    report_status, -- missing, provisional (may still change) or final
    row_count, -- rows of the accepted answer, NULL when missing or when no answer is of that day alone
    fetched_at -- when it was fetched, UTC; NULL like row_count
from intermediate.int_report_days
union all
select
    d.source,
    d.dataset,
    m.activity_date,
    m.day_status as report_status,
    cast(null as bigint) as row_count,
    cast(null as timestamp) as fetched_at
from intermediate.int_measure_days as m
inner join marts.dim_measure_dataset as d on m.measure = d.measure
where not d.is_fetched_by_day
