/*
description: >-
  What of a department's figures of a day goes to which department of today: what it held itself, that is its whole
  figures less those of the departments right below it, to the departments that carry it on, and up today's tree.
grain: []
time_column: valid_from
not_null: [source_key, target_key, factor, valid_from, valid_to]
*/
with today as (
    select max(activity_date) as last_date
    from intermediate.int_days
),

-- A department's own figures are its whole figures less the whole figures of those right below it.
parts as (
    select
        department_key as source_key,
        ancestor_key as owner_key,
        case when distance = 0 then 1 else -1 end as sign,
        valid_from,
        valid_to
    from intermediate.int_department_tree
    where distance in (0, 1)
)

select
    p.source_key, -- the department of the day
    t.ancestor_key as target_key, -- the department of today
    p.sign * m.people_share as factor, -- below 0 for what a department above holds only in this one
    greatest(p.valid_from, m.valid_from) as valid_from,
    least(p.valid_to, m.valid_to) as valid_to -- last day
from parts as p
inner join intermediate.int_department_today as m
    on p.owner_key = m.department_key and p.valid_from <= m.valid_to and m.valid_from <= p.valid_to
inner join intermediate.int_department_tree as t on m.today_key = t.department_key
inner join today as d on t.valid_from <= d.last_date and d.last_date <= t.valid_to
