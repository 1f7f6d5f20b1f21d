/*
description: >-
  In which department a person counts in a week, a month and a fiscal year: that of most of the person's working days in
  the whole period by the calendar, whatever data have arrived; with ties, and without a working day, the later one. Who
  is on the rolls on no day of the facts in the period has no row.
grain: [person_key, period_kind, period_start]
kind: by_day
time_column: period_start
not_null: [span_from, home_key, spans_count]
*/
-- Working days up to and with each day, so that those of a span are one difference.
with calendar as (
    select
        date_day,
        is_working_day,
        sum(case when is_working_day then 1 else 0 end) over (order by date_day) as working_days_so_far
    from staging.stg_run__calendar
),

held as (
    select
        h.person_key,
        p.period_kind,
        p.period_start,
        h.span_from,
        h.home_key,
        h.department_key,
        greatest(h.span_from, p.period_start) as first_day,
        least(h.span_to, p.period_end) as last_day,
        p.facts_from,
        p.facts_to
    from intermediate.int_fact_periods as p
    inner join intermediate.int_person_homes as h on h.span_from <= p.period_end and p.period_start <= h.span_to
),

departments as (
    select
        h.person_key,
        h.period_kind,
        h.period_start,
        h.department_key,
        max(h.span_from) as span_from,
        max(h.last_day) as last_day,
        sum(
            b.working_days_so_far - a.working_days_so_far + case when a.is_working_day then 1 else 0 end
        ) as working_days_count,
        count(*) as spans_count,
        max(case when h.first_day <= h.facts_to and h.facts_from <= h.last_day then 1 else 0 end) as is_in_facts
    from held as h
    inner join calendar as a on h.first_day = a.date_day
    inner join calendar as b on h.last_day = b.date_day
    group by h.person_key, h.period_kind, h.period_start, h.department_key
),

chosen as (
    select
        person_key,
        period_kind,
        period_start,
        span_from,
        sum(spans_count) over (partition by person_key, period_kind, period_start) as spans_count,
        max(is_in_facts) over (partition by person_key, period_kind, period_start) as is_in_facts,
        row_number() over (
            partition by person_key, period_kind, period_start order by working_days_count desc, last_day desc
        ) as department_choice
    from departments
)

select
    c.person_key,
    c.period_kind, -- week, month or fiscal_year
    c.period_start,
    c.span_from, -- the last span of the person in that department in the period; int_person_homes
    h.home_key,
    h.employment_type,
    h.is_telework_capable,
    cast(c.spans_count as bigint) as spans_count -- spans of the person in the whole period; one = moved nowhere
from chosen as c
inner join intermediate.int_person_homes as h on c.person_key = h.person_key and c.span_from = h.span_from
where c.department_choice = 1 and c.is_in_facts = 1
