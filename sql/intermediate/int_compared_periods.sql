/*
description: >-
  Which periods are compared: a week and a month with the one before, a month with that of the year before and with
  April of its fiscal year. Each pair once, by what it is compared with.
grain: [period_kind, period_start, comparison]
time_column: period_start
not_null: [other_start]
*/
with periods as (
    select
        p.period_kind,
        p.period_start,
        c.fiscal_year_start,
        lag(p.period_start) over (partition by p.period_kind order by p.period_start) as previous_start,
        lag(p.period_start, 12) over (partition by p.period_kind order by p.period_start) as year_before_start
    from intermediate.int_fact_periods as p
    inner join staging.stg_run__calendar as c on p.period_start = c.date_day
    where p.period_kind in ('week', 'month')
)

select
    period_kind, -- week or month
    period_start,
    'previous' as comparison, -- previous, year_before or april
    previous_start as other_start
from periods
where previous_start is not null
union all
select
    period_kind,
    period_start,
    'year_before' as comparison,
    year_before_start as other_start
from periods
where period_kind = 'month' and year_before_start is not null
union all
select
    p.period_kind,
    p.period_start,
    'april' as comparison,
    p.fiscal_year_start as other_start
from periods as p
inner join intermediate.int_fact_periods as a
    on p.period_kind = a.period_kind and p.fiscal_year_start = a.period_start
where p.period_kind = 'month' and p.fiscal_year_start < p.period_start
