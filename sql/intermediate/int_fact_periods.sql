/*
description: >-
  The weeks, months and fiscal years that the facts reach, with their days by the calendar, how many of those are over,
  and which lie in the facts. No row knows more of the facts than its own period, so that a new day changes the rows of
  its own periods only.
grain: [period_kind, period_start]
time_column: period_start
not_null: [period_end, facts_from, facts_to, working_days_count, days_over_count]
*/
with facts as (
    select
        min(activity_date) as first_date,
        max(activity_date) as last_date
    from intermediate.int_days
)

select
    p.period_kind, -- week, month or fiscal_year
    p.period_start,
    p.period_end, -- last day
    greatest(p.period_start, f.first_date) as facts_from, -- first day of the period that lies in the facts
    least(p.period_end, f.last_date) as facts_to, -- last one
    p.working_days_count, -- of the whole period
    count(case when c.date_day <= f.last_date then 1 end) as days_over_count, -- days up to the last day of the facts
    count(case when c.date_day between f.first_date and f.last_date and c.is_working_day then 1 end)
        as facts_working_days_count -- working days that lie in the facts
from intermediate.int_periods as p
cross join facts as f
inner join staging.stg_run__calendar as c on p.period_start <= c.date_day and c.date_day <= p.period_end
where p.period_kind <> 'day' and p.period_start <= f.last_date and f.first_date <= p.period_end
group by p.period_kind, p.period_start, p.period_end, p.working_days_count, f.first_date, f.last_date
