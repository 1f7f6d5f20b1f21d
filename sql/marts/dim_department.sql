/*
description: >-
  One row per department that ever was, ALL included, with the name and parent it has now (or had last). What it was
  called and where it belonged on a given day is in dim_department_history. NONE = people without a department, only
  where there are any.
grain: [department_key]
time_column: valid_from
not_null: [department_name, department_level, sort_order, valid_from]
*/
with without as (
    select max(case when department_key = 'NONE' then 1 else 0 end) as has_people_without
    from intermediate.int_person_assignments
),

today as (
    select max(activity_date) as last_date
    from intermediate.int_days
),

ranked as (
    select
        d.department_key,
        d.department_name,
        d.parent_key,
        d.department_level,
        d.sort_order,
        d.telework_seats_count,
        min(d.valid_from) over (partition by d.department_key) as first_from,
        max(d.valid_to) over (partition by d.department_key) as last_to,
        row_number() over (
            partition by d.department_key
            order by
                case when d.valid_from <= t.last_date then 0 else 1 end asc,
                case when d.valid_from <= t.last_date then d.valid_from end desc nulls last,
                d.valid_from asc
        ) as choice
    from intermediate.int_departments as d
    cross join today as t
    cross join without as w
    where d.department_key <> 'NONE' or w.has_people_without = 1
)

select
    department_key, -- the organisation's own code; ALL = the whole organisation
    department_name, -- in Japanese
    parent_key, -- NULL for ALL only
    department_level, -- 全庁, 部, 課 or 係
    sort_order, -- the organisation's own order
    telework_seats_count, -- telework-eligible seats it has now; NULL = not stated
    first_from as valid_from, -- first day
    case when last_to < date '2999-12-31' then last_to end as valid_to -- last day, NULL = still there
from ranked
where choice = 1
