/*
description: >-
  Which department of today carries on a department of a former day, and with which share of its people: the map from
  the organisation as it was to today's. Unchanged departments lead to themselves.
grain: [department_key, valid_from, today_key]
time_column: valid_from
not_null: [people_share]
*/
select
    department_key, -- the department of the day
    today_key, -- the department of today; NONE = it ended without a successor
    valid_from, -- first of the days for which this holds
    case when valid_to < date '2999-12-31' then valid_to end as valid_to, -- last of them, NULL = open
    people_share -- share of its people, 0..1; 1 in all per department and day
from intermediate.int_department_today
