/*
description: >-
  Every day, week, month and fiscal year of the calendar. A week belongs to the month and the fiscal year of its Monday,
  so these rest on days up to its Sunday.
grain: [period_kind, period_start]
time_column: period_start
not_null: [period_end, rests_on_to, working_days_count]
*/
with period_days as (
    select
        'day' as period_kind,
        date_day as period_start,
        date_day as period_of_week,
        date_day,
        is_working_day
    from staging.stg_run__calendar
    union all
    select
        'week' as period_kind,
        iso_week_start as period_start,
        iso_week_start as period_of_week,
        date_day,
        is_working_day
    from staging.stg_run__calendar
    union all
    select
        'month' as period_kind,
        month_start as period_start,
        month_of_week as period_of_week,
        date_day,
        is_working_day
    from staging.stg_run__calendar
    union all
    select
        'fiscal_year' as period_kind,
        fiscal_year_start as period_start,
        fiscal_year_of_week as period_of_week,
        date_day,
        is_working_day
    from staging.stg_run__calendar
),

weeks as (
    select
        period_kind,
        period_of_week as period_start,
        max(date_day) as last_day
    from period_days
    group by period_kind, period_of_week
),

whole as (
    select
        period_kind,
        period_start,
        max(date_day) as period_end,
        sum(case when is_working_day then 1 else 0 end) as working_days_count
    from period_days
    group by period_kind, period_start
)

select
    p.period_kind, -- day, week, month or fiscal_year
    p.period_start, -- the day, Monday, first day of the month, 1 April
    p.period_end, -- last day
    greatest(p.period_end, coalesce(w.last_day, p.period_end)) as rests_on_to, -- no later day reaches it
    cast(p.working_days_count as bigint) as working_days_count
from whole as p
left join weeks as w on p.period_kind = w.period_kind and p.period_start = w.period_start
