/*
description: >-
  Which ISO week tells the habits of a week, a month and a fiscal year to date: the week itself, else the last one that
  is over and whose Sunday lies in the period; its 12 weeks may begin in the year before.
grain: [period_kind, period_start]
time_column: period_start
not_null: [week_start]
*/
with weeks as (
    select distinct
        w.week_start,
        c.month_start,
        c.fiscal_year_start
    from intermediate.int_tool_weeks as w
    inner join staging.stg_run__calendar as c on w.week_end = c.date_day
    where w.is_over
)

select
    'week' as period_kind, -- week, month or fiscal_year
    week_start as period_start,
    week_start -- Monday
from weeks
union all
select
    'month' as period_kind,
    month_start as period_start,
    max(week_start) as week_start
from weeks
group by month_start
union all
select
    'fiscal_year' as period_kind,
    fiscal_year_start as period_start,
    max(week_start) as week_start
from weeks
group by fiscal_year_start
