/*
description: >-
  How many of the working days of a week, month and fiscal year are known, per measure, by the calendar of the whole
  period: what decides whether two periods may be compared.
grain: [period_kind, period_start, measure]
time_column: period_start
*/
select
    p.period_kind, -- week, month or fiscal_year
    p.period_start,
    d.measure,
    count(case when d.day_status <> 'missing' then 1 end) as known_working_days_count,
    p.working_days_count, -- of the whole period by the calendar
    cast(count(case when d.day_status <> 'missing' then 1 end) as double) / p.working_days_count as known_share -- 0..1
from intermediate.int_fact_periods as p
inner join intermediate.int_measure_days as d
    on p.period_start <= d.activity_date and d.activity_date <= p.period_end and d.is_working_day
group by p.period_kind, p.period_start, p.working_days_count, d.measure
