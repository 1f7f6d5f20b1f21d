/*
description: >-
  Every department with each of its ancestors, itself and ALL, on the days on which that was so. Three levels below ALL
  (部, 課, 係); a fourth one fails the check.
grain: [department_key, ancestor_key, valid_from]
time_column: valid_from
not_null: [valid_to]
checks:
- name: no_fourth_level
  sql: |
    select t.department_key
    from intermediate.int_department_tree as t
    inner join intermediate.int_departments as d on t.ancestor_key = d.department_key and t.distance = 2
    where d.parent_key <> 'ALL' and d.valid_from <= t.valid_to and t.valid_from <= d.valid_to
*/
with departments as (
    select
        department_key,
        parent_key,
        valid_from,
        valid_to
    from intermediate.int_departments
    where department_key <> 'ALL'
),

parents as (
    select
        d.department_key,
        p.department_key as ancestor_key,
        p.parent_key as next_key,
        1 as distance,
        greatest(d.valid_from, p.valid_from) as valid_from,
        least(d.valid_to, p.valid_to) as valid_to
    from departments as d
    inner join departments as p
        on d.parent_key = p.department_key and d.valid_from <= p.valid_to and p.valid_from <= d.valid_to
),

grandparents as (
    select
        c.department_key,
        p.department_key as ancestor_key,
        2 as distance,
        greatest(c.valid_from, p.valid_from) as valid_from,
        least(c.valid_to, p.valid_to) as valid_to
    from parents as c
    inner join departments as p
        on c.next_key = p.department_key and c.valid_from <= p.valid_to and p.valid_from <= c.valid_to
)

select
    department_key,
    department_key as ancestor_key, -- the department itself, 課, 部 or ALL
    0 as distance, -- steps up the tree; 9 for ALL
    valid_from,
    valid_to -- last day; 2999-12-31 = open
from departments
union all
select
    department_key,
    ancestor_key,
    distance,
    valid_from,
    valid_to
from parents
union all
select
    department_key,
    ancestor_key,
    distance,
    valid_from,
    valid_to
from grandparents
union all
select
    department_key,
    'ALL' as ancestor_key,
    9 as distance,
    valid_from,
    valid_to
from departments
