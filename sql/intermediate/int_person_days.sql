/*
description: Every person on the rolls on every day of the facts; the denominator of everything. Long leave stays in.
grain: [person_key, activity_date]
kind: view
*/
with absent as (
    select distinct
        a.employee_key as person_key,
        d.activity_date
    from staging.stg_org__absences as a
    inner join intermediate.int_days as d on a.valid_from <= d.activity_date and d.activity_date <= a.valid_to
)

select
    s.person_key,
    d.activity_date,
    s.span_from, -- with person_key the way to int_person_department_spans
    a.person_key is not null as is_absent -- on long leave
from intermediate.int_person_department_spans as s
inner join intermediate.int_days as d on s.span_from <= d.activity_date and d.activity_date <= s.span_to
left join absent as a on s.person_key = a.person_key and d.activity_date = a.activity_date
where s.department_key = 'ALL'
