/*
description: >-
  The days of the facts and what is known of each measure. A label day has the status of its report; a Tokyo day needs
  the two UTC days that cover it, and has the worse status of the two. A measure has the worst status of the datasets it
  needs; one that only adds to it keeps a day from being final, where that dataset ever came. What is not fetched by day
  (Copilot) has no day before its first one: where nobody has a licence, there is nothing that could be missing. After
  the last day of a dataset that is switched off, a measure that needs it has no day, and no other waits for it.
grain: [measure, activity_date]
time_column: activity_date
not_null: [is_working_day, day_status]
*/
with report_days as (
    select
        source,
        dataset,
        activity_date,
        day_kind,
        report_status,
        coalesce(lag(report_status) over (partition by source, dataset order by activity_date), 'missing')
            as report_status_before
    from intermediate.int_report_days
),

-- The first UTC day of instants covers no whole Tokyo day, so it does not begin the facts.
span as (
    select
        min(
            case when day_kind = 'instant' then cast(activity_date + interval '1' day as date) else activity_date end
        ) as first_date,
        max(activity_date) as last_date
    from report_days
    where report_status <> 'missing'
),

days as (
    select
        c.date_day as activity_date,
        c.is_working_day,
        c.iso_week_start,
        c.month_start,
        c.fiscal_year_start
    from staging.stg_run__calendar as c
    inner join span as p on c.date_day >= p.first_date and c.date_day <= p.last_date
),

known as (
    select
        source,
        dataset,
        activity_date,
        report_status = 'final' and (day_kind <> 'instant' or report_status_before = 'final') as is_final
    from report_days
    where report_status <> 'missing' and (day_kind <> 'instant' or report_status_before <> 'missing')
    union all
    select
        d.source,
        d.dataset,
        c.activity_date,
        c.is_final
    from intermediate.int_copilot_days as c
    inner join staging.stg_run__measure_datasets as d on d.measure = 'copilot'
),

told as (
    select
        source,
        dataset,
        activity_date
    from report_days
    union all
    select
        source,
        dataset,
        activity_date
    from known
),

ends as (
    select
        o.source,
        o.dataset,
        coalesce(max(t.activity_date), date '1900-01-01') as last_date
    from staging.stg_run__switched_off as o
    left join told as t on o.source = t.source and o.dataset = t.dataset
    group by o.source, o.dataset
),

measure_ends as (
    select
        d.measure,
        min(e.last_date) as last_date
    from staging.stg_run__measure_datasets as d
    inner join ends as e on d.source = e.source and d.dataset = e.dataset
    where d.is_needed
    group by d.measure
),

first_days as (
    select
        source,
        dataset,
        min(activity_date) as first_date
    from known
    group by source, dataset
),

-- An organisation without a dataset that only adds to a measure must not wait for it.
wanted as (
    select
        d.measure,
        d.source,
        d.dataset,
        d.is_needed,
        case when w.dataset is null then f.first_date end as asked_from,
        least(e.last_date, m.last_date) as asked_to
    from staging.stg_run__measure_datasets as d
    left join staging.stg_run__dataset_windows as w on d.source = w.source and d.dataset = w.dataset
    left join first_days as f on d.source = f.source and d.dataset = f.dataset
    left join ends as e on d.source = e.source and d.dataset = e.dataset
    left join measure_ends as m on d.measure = m.measure
    where f.first_date is not null or (d.is_needed and w.dataset is not null)
)

select
    w.measure,
    d.activity_date, -- label day of the reports, Tokyo day of sign-ins and events
    d.is_working_day,
    d.iso_week_start,
    d.month_start,
    d.fiscal_year_start,
    case
        when max(case when w.is_needed and k.activity_date is null then 1 else 0 end) = 1 then 'missing'
        when min(case when k.is_final then 1 else 0 end) = 1 then 'final'
        else 'provisional'
    end as day_status -- missing, provisional or final
from days as d
inner join wanted as w
    on
        (w.asked_from is null or d.activity_date >= w.asked_from)
        and (w.asked_to is null or d.activity_date <= w.asked_to)
left join known as k on w.source = k.source and w.dataset = k.dataset and d.activity_date = k.activity_date
group by w.measure, d.activity_date, d.is_working_day, d.iso_week_start, d.month_start, d.fiscal_year_start
