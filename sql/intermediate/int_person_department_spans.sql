/*
description: >-
  Each person's time cut where a post, or the tree above it, changes: within a span nothing moves. One row per person,
  span and department the person belongs to (each post's department, all its ancestors, ALL).
grain: [person_key, span_from, department_key]
not_null: [span_to, weight]
checks:
- name: every_post_lies_in_its_department
  severity: warn
  sql: |
    select a.person_key, a.department_key, a.valid_from
    from intermediate.int_person_assignments as a
    left join intermediate.int_department_tree as t
        on a.department_key = t.department_key and t.ancestor_key = 'ALL'
        and t.valid_from <= a.valid_to and a.valid_from <= t.valid_to
    group by a.person_key, a.department_key, a.valid_from, a.valid_to
    having coalesce(sum(least(a.valid_to, t.valid_to) - greatest(a.valid_from, t.valid_from) + 1), 0)
        < a.valid_to - a.valid_from + 1
- name: nobody_counts_more_than_once
  sql: |
    select person_key, span_from from intermediate.int_person_department_spans
    where department_key = 'ALL' and weight > 1.000001
*/
with posts as (
    select
        a.person_key,
        t.ancestor_key as department_key,
        a.weight,
        a.is_telework_capable,
        greatest(a.valid_from, t.valid_from) as valid_from,
        least(a.valid_to, t.valid_to) as valid_to
    from intermediate.int_person_assignments as a
    inner join intermediate.int_department_tree as t
        on a.department_key = t.department_key and a.valid_from <= t.valid_to and t.valid_from <= a.valid_to
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
    s.person_key,
    p.department_key, -- a department, one of its ancestors, or ALL
    s.span_from,
    s.span_to, -- last day
    round(sum(p.weight), 6) as weight, -- share of the person that belongs to the department
    round(sum(case when p.is_telework_capable then p.weight else 0 end), 6) as telework_capable_weight
from spans as s
inner join posts as p
    on s.person_key = p.person_key and p.valid_from <= s.span_from and s.span_from <= p.valid_to
group by s.person_key, p.department_key, s.span_from, s.span_to
