/*
description: >-
  Every department with its name, parent and seats as of each day: one row per span in which its own record did not
  change. A renamed department keeps its key.
grain: [department_key, valid_from]
time_column: valid_from
not_null: [department_name, department_level, sort_order]
*/
select
    department_key, -- the organisation's own code; ALL = the whole organisation, NONE = people without a department
    department_name, -- in Japanese, as it was called then
    parent_key, -- the department above it then; NULL for ALL only
    department_level, -- 全庁, 部, 課 or 係
    sort_order, -- the organisation's own order
    telework_seats_count, -- telework-eligible seats it had then; NULL = not stated
    valid_from, -- first day
    case when valid_to < date '2999-12-31' then valid_to end as valid_to -- last day, NULL = still so
from intermediate.int_departments
