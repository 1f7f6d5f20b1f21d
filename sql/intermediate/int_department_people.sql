/*
description: >-
  How many people count in each cell of a department (int_home_cells) and week, month and fiscal year, and how many were
  there on a day of the facts at all: who moved is there in several departments and counts in one.
grain: [department_key, period_kind, period_start, segment_kind, segment]
kind: by_day
time_column: period_start
not_null: [headcount_people, present_people]
*/
-- Working days up to and with each day, so that those of a span are one difference.
with calendar as (
    select
        date_day,
        is_working_day,
        sum(case when is_working_day then 1 else 0 end) over (order by date_day) as working_days_so_far
    from staging.stg_run__calendar
),

people as (
    select
        p.person_key,
        p.period_kind,
        p.period_start,
        c.department_key,
        c.segment_kind,
        c.segment,
        1 as is_counted,
        0 as working_days
    from intermediate.int_person_periods as p
    inner join intermediate.int_home_cells as c
        on
            p.home_key = c.home_key
            and p.employment_type = c.employment_type
            and p.is_telework_capable = c.is_telework_capable
    where p.period_kind <> 'week' or c.segment_kind in ('all', 'telework_capable')
    union all
    -- Where movers were besides.
    select
        p.person_key,
        p.period_kind,
        p.period_start,
        c.department_key,
        c.segment_kind,
        c.segment,
        0 as is_counted,
        0 as working_days
    from intermediate.int_person_periods as p
    inner join intermediate.int_fact_periods as d on p.period_kind = d.period_kind and p.period_start = d.period_start
    inner join intermediate.int_person_homes as h
        on
            p.person_key = h.person_key
            and h.span_from <= d.facts_to
            and d.facts_from <= h.span_to
    inner join intermediate.int_home_cells as c
        on
            h.home_key = c.home_key
            and h.employment_type = c.employment_type
            and h.is_telework_capable = c.is_telework_capable
    where p.spans_count > 1 and (p.period_kind <> 'week' or c.segment_kind in ('all', 'telework_capable'))
    union all
    -- The days that they owe, whether the facts hold them or not.
    select
        cast(null as varchar) as person_key,
        d.period_kind,
        d.period_start,
        c.department_key,
        c.segment_kind,
        c.segment,
        0 as is_counted,
        sum(b.working_days_so_far - a.working_days_so_far + case when a.is_working_day then 1 else 0 end)
            as working_days
    from intermediate.int_fact_periods as d
    inner join intermediate.int_person_homes as h
        on h.span_from <= d.facts_to and d.period_start <= h.span_to
    inner join calendar as a on greatest(h.span_from, d.period_start) = a.date_day
    inner join calendar as b on least(h.span_to, d.facts_to) = b.date_day
    inner join intermediate.int_home_cells as c
        on
            h.home_key = c.home_key
            and h.employment_type = c.employment_type
            and h.is_telework_capable = c.is_telework_capable
            and c.segment_kind in ('all', 'telework_capable')
    group by d.period_kind, d.period_start, c.department_key, c.segment_kind, c.segment
    union all
    -- Departments that nobody counts in are departments, too.
    select
        cast(null as varchar) as person_key,
        d.period_kind,
        d.period_start,
        t.department_key,
        'all' as segment_kind,
        'all' as segment,
        0 as is_counted,
        0 as working_days
    from intermediate.int_fact_periods as d
    inner join intermediate.int_departments as t
        on t.valid_from <= d.facts_to and d.facts_from <= t.valid_to
    where t.department_key <> 'NONE'
)

select
    department_key,
    period_kind, -- week, month or fiscal_year
    period_start,
    segment_kind, -- see int_home_cells
    segment,
    cast(sum(is_counted) as bigint) as headcount_people, -- who count in the cell
    count(distinct person_key) as present_people, -- who were in it on a day, or count in it
    cast(sum(working_days) as bigint) as person_working_days -- up to the last day of the facts, by the calendar
from people
group by department_key, period_kind, period_start, segment_kind, segment
