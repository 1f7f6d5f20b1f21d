/*
description: Every home with the departments it counts in, itself, those above it and ALL.
grain: [home_key, department_key]
not_null: [distance]
*/
select
    h.home_key,
    t.ancestor_key as department_key, -- the department itself, 課, 部 or ALL
    min(t.distance) as distance, -- steps up the tree; 9 for ALL
    max(case when t.ancestor_key = 'ALL' or d.parent_key = 'ALL' then 1 else 0 end) = 1 as is_upper_level -- ALL or a 部
from intermediate.int_department_homes as h
inner join intermediate.int_department_tree as t
    on h.department_key = t.department_key and t.valid_from <= h.valid_from and h.valid_to <= t.valid_to
left join intermediate.int_departments as d
    on t.ancestor_key = d.department_key and d.valid_from <= h.valid_from and h.valid_from <= d.valid_to
group by h.home_key, t.ancestor_key
