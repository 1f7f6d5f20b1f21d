/*
description: >-
  Every person on the rolls on every day of the facts, once: the denominator of everything. Long leave and secondment
  stay in. One row per person and day; checked on the spans it is made of.
grain: []
kind: view
time_column: activity_date
*/
select
    s.person_key,
    d.activity_date,
    s.span_from, -- with person_key the way to int_person_department_spans
    s.is_absent, -- on long leave or seconded out
    s.absence_kind,
    s.is_licensed, -- a licence on that day; NULL = nothing known of any account
    d.is_working_day
from intermediate.int_person_spans as s
inner join intermediate.int_days as d on s.valid_from <= d.activity_date and d.activity_date <= s.valid_to
