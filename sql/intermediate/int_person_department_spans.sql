/*
description: >-
  Each person's time cut where a post, the tree above it or its place in today's organisation changes: within a span
  nothing moves. One row per view of history, person, span and department the person belongs to (each post's
  department, all its ancestors, ALL). as_was = the organisation of that day, today = the present one.
grain: [organisation_view, person_key, span_from, department_key]
time_column: span_from
not_null: [span_to, weight]
checks:
- name: everybody_counts_once_in_both_views
  sql: |
    select organisation_view, person_key, span_from from intermediate.int_person_department_spans
    where department_key = 'ALL' and abs(weight - 1) > 0.00001
*/
with today as (
    select max(activity_date) as last_date
    from intermediate.int_days
),

posts as (
    select
        'as_was' as organisation_view,
        a.person_key,
        t.ancestor_key as department_key,
        a.weight,
        a.is_telework_capable,
        greatest(a.valid_from, t.valid_from) as valid_from,
        least(a.valid_to, t.valid_to) as valid_to
    from intermediate.int_person_assignments as a
    inner join intermediate.int_department_tree as t
        on a.department_key = t.department_key and a.valid_from <= t.valid_to and t.valid_from <= a.valid_to
    union all
    select
        'today' as organisation_view,
        a.person_key,
        t.ancestor_key as department_key,
        a.weight * m.people_share as weight,
        a.is_telework_capable,
        greatest(a.valid_from, m.valid_from) as valid_from,
        least(a.valid_to, m.valid_to) as valid_to
    from intermediate.int_person_assignments as a
    inner join intermediate.int_department_today as m
        on a.department_key = m.department_key and a.valid_from <= m.valid_to and m.valid_from <= a.valid_to
    inner join intermediate.int_department_tree as t on m.today_key = t.department_key
    inner join today as d on t.valid_from <= d.last_date and d.last_date <= t.valid_to
),

cuts as (
    select
        person_key,
        valid_from as span_from
    from posts
    union
    select
        person_key,
        cast(valid_to + interval '1' day as date) as span_from
    from posts
),

spans as (
    select
        person_key,
        span_from,
        cast(lead(span_from) over (partition by person_key order by span_from) - interval '1' day as date) as span_to
    from cuts
)

select
    p.organisation_view, -- as_was or today
    s.person_key,
    p.department_key, -- a department, one of its ancestors, or ALL
    s.span_from,
    s.span_to, -- last day
    round(sum(p.weight), 9) as weight, -- share of the person that belongs to the department
    round(sum(case when p.is_telework_capable then p.weight else 0 end), 9) as telework_capable_weight
from spans as s
inner join posts as p
    on s.person_key = p.person_key and p.valid_from <= s.span_from and s.span_from <= p.valid_to
group by p.organisation_view, s.person_key, p.department_key, s.span_from, s.span_to
