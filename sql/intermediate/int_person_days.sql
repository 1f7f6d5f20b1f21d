/*
description: >-
  Every person on the rolls on every day of the facts, once per post: department, weight and kind of the post, and what
  is known of the person that day. The weights of a person's day sum to 1. One row per person, day, department and kind
  of post; checked on the spans it is made of, because checking every day would take longer than making the spans.
grain: []
kind: view
time_column: activity_date
*/
select
    s.person_key,
    d.activity_date,
    a.department_key, -- the department of the post on that day; NONE when there is none
    a.post_kind, -- 主務, 兼務, 併任, 派遣 or 未発令
    a.weight, -- share of the person, 0..1
    a.employment_type,
    a.is_telework_capable,
    s.is_licensed, -- a licence on that day; NULL = nothing known of any account
    s.is_absent, -- on long leave or seconded out
    s.absence_kind,
    d.is_working_day,
    a.source_kind -- personnel, directory or assumed
from intermediate.int_person_spans as s
-- A span never reaches over the edge of a post, so its first day speaks for all of it.
inner join intermediate.int_person_assignments as a
    on s.person_key = a.person_key and a.valid_from <= s.valid_from and s.valid_from <= a.valid_to
inner join intermediate.int_days as d on s.valid_from <= d.activity_date and d.activity_date <= s.valid_to
