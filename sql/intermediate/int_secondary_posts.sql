/*
description: >-
  Concurrent posts, which count nowhere else: how many people hold a post in a department while their main one is in
  another, on some day of the facts in a month, in every department above it on that day, too.
grain: [department_key, month_start]
time_column: month_start
*/
with beside as (
    select
        a.person_key,
        a.department_key,
        greatest(a.valid_from, h.span_from) as valid_from,
        least(a.valid_to, h.span_to) as valid_to
    from intermediate.int_person_assignments as a
    inner join intermediate.int_person_homes as h
        on a.person_key = h.person_key and a.valid_from <= h.span_to and h.span_from <= a.valid_to
    where a.department_key <> h.department_key
),

placed as (
    select
        b.person_key,
        t.ancestor_key as department_key,
        greatest(b.valid_from, t.valid_from) as valid_from,
        least(b.valid_to, t.valid_to) as valid_to
    from beside as b
    inner join intermediate.int_department_tree as t
        on b.department_key = t.department_key and b.valid_from <= t.valid_to and t.valid_from <= b.valid_to
)

select
    p.department_key,
    m.period_start as month_start,
    count(distinct p.person_key) as secondary_post_people -- people, not use
from placed as p
inner join intermediate.int_fact_periods as m
    on m.period_kind = 'month' and p.valid_from <= m.facts_to and m.facts_from <= p.valid_to
group by p.department_key, m.period_start
