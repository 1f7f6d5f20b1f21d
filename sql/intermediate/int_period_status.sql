/*
description: >-
  How complete each day, week, month and fiscal year is, per measure, from the first day on that is known of the
  measure. Final means: every such day in it is final, no working day of it lies before them, and the facts reach its
  end.
grain: [period_kind, period_start, measure]
time_column: period_start
not_null: [days_count, known_days_count, is_final]
*/
-- One source may begin a day later than another: what lies before its first day was never asked for, so is not missing.
with measure_spans as (
    select
        measure,
        min(activity_date) as first_known_date
    from intermediate.int_measure_days
    where day_status <> 'missing'
    group by measure
),

known_days as (
    select
        m.activity_date,
        m.iso_week_start,
        m.month_start,
        m.fiscal_year_start,
        m.is_working_day,
        m.measure,
        m.day_status
    from intermediate.int_measure_days as m
    left join measure_spans as s on m.measure = s.measure
    where s.first_known_date is null or m.activity_date >= s.first_known_date
),

period_days as (
    select
        'day' as period_kind,
        activity_date as period_start,
        measure,
        is_working_day,
        day_status
    from known_days
    union all
    select
        'week' as period_kind,
        iso_week_start as period_start,
        measure,
        is_working_day,
        day_status
    from known_days
    union all
    select
        'month' as period_kind,
        month_start as period_start,
        measure,
        is_working_day,
        day_status
    from known_days
    union all
    select
        'fiscal_year' as period_kind,
        fiscal_year_start as period_start,
        measure,
        is_working_day,
        day_status
    from known_days
),

counted as (
    select
        period_kind,
        period_start,
        measure,
        count(*) as days_count,
        sum(case when is_working_day then 1 else 0 end) as working_days_count,
        sum(case when day_status <> 'missing' then 1 else 0 end) as known_days_count,
        sum(case when day_status = 'final' then 1 else 0 end) as final_days_count
    from period_days
    group by period_kind, period_start, measure
),

last_day as (
    select max(activity_date) as last_date
    from intermediate.int_measure_days
)

select
    c.period_kind, -- day, week, month or fiscal_year
    c.period_start,
    w.period_end, -- last day of the whole period
    c.measure,
    c.days_count, -- days of the period that lie in the facts
    cast(c.known_days_count as bigint) as known_days_count, -- of those, not missing
    -- Days that nobody ever asked for are not known either: three days of March are 3 of 31.
    cast(c.known_days_count as double) / coalesce(f.days_over_count, c.days_count)
        as coverage_share, -- of the days of the period that are over, 0..1
    c.final_days_count = c.days_count
    and c.working_days_count = w.working_days_count
    and w.period_end <= l.last_date as is_final
from counted as c
inner join intermediate.int_periods as w on c.period_kind = w.period_kind and c.period_start = w.period_start
left join intermediate.int_fact_periods as f on c.period_kind = f.period_kind and c.period_start = f.period_start
cross join last_day as l
