/*
description: >-
  Every dataset fetched by day and every day between the first and the last accepted one, with its status. A day is
  missing (no accepted revision, or one in which hardly anybody is recognised), provisional (fetched before the source
  was done with it) or final. A dataset that is switched off has no day after the last one that came: what nobody asks
  for is not missing.
grain: [source, dataset, activity_date]
time_column: activity_date
not_null: [report_status]
checks:
- name: calendar_covers_every_landed_day
  sql: |
    select l.dataset, l.activity_date
    from staging.stg_run__landing_days as l
    inner join staging.stg_run__dataset_windows as w on l.source = w.source and l.dataset = w.dataset
    left join staging.stg_run__calendar as c on l.activity_date = c.date_day
    where l.is_accepted and c.date_day is null
*/
with landed as (
    select
        w.source,
        w.dataset,
        w.day_kind,
        l.activity_date,
        l.row_count,
        l.fetched_at,
        case when l.age_days >= w.settled_after_days then 'final' else 'provisional' end as report_status
    from staging.stg_run__dataset_windows as w
    inner join staging.stg_run__landing_days as l on w.source = l.source and w.dataset = l.dataset
    left join intermediate.int_doubtful_days as d
        on l.source = d.source and l.dataset = d.dataset and l.activity_date = d.source_date
    where l.is_accepted and d.source_date is null
),

ends as (
    select
        o.source,
        o.dataset,
        coalesce(max(l.activity_date), date '1900-01-01') as last_date
    from staging.stg_run__switched_off as o
    left join staging.stg_run__landing_days as l on o.source = l.source and o.dataset = l.dataset and l.is_accepted
    group by o.source, o.dataset
),

span as (
    select
        min(activity_date) as first_date,
        max(activity_date) as last_date
    from landed
),

days as (
    select c.date_day
    from staging.stg_run__calendar as c
    inner join span as s on c.date_day >= s.first_date and c.date_day <= s.last_date
)

select
    w.source, -- graph or box
    w.dataset,
    w.day_kind, -- report_day or instant
    d.date_day as activity_date, -- UTC day
    coalesce(l.report_status, 'missing') as report_status, -- missing, provisional or final
    l.row_count, -- rows of the accepted revision, NULL when missing
    l.fetched_at -- UTC, NULL when missing
from staging.stg_run__dataset_windows as w
cross join days as d
left join landed as l
    on w.source = l.source and w.dataset = l.dataset and d.date_day = l.activity_date
left join ends as e on w.source = e.source and w.dataset = e.dataset
where e.last_date is null or d.date_day <= e.last_date
