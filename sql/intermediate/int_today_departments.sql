/*
description: The departments of today's organisation, that is of the newest day of the facts, ALL and NONE among them.
grain: [department_key]
not_null: [department_key]
*/
with today as (
    select max(activity_date) as last_date
    from intermediate.int_days
)

select d.department_key
from intermediate.int_departments as d
inner join today as t on d.valid_from <= t.last_date and t.last_date <= d.valid_to
