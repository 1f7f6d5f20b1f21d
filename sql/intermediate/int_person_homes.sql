/*
description: >-
  A person's time cut where the main post, or what stands above its department, changes: within a span nothing moves.
  One person belongs to one department a day, that of the main post; concurrent posts are in int_secondary_posts.
grain: [person_key, span_from]
time_column: span_from
not_null: [span_to, home_key, department_key]
*/
select
    m.person_key,
    greatest(m.valid_from, h.valid_from) as span_from, -- with person_key the name of the span
    least(m.valid_to, h.valid_to) as span_to, -- last day; 2999-12-31 = open
    h.home_key,
    m.department_key, -- of the main post; NONE when there is none
    coalesce(m.employment_type, '不明') as employment_type,
    coalesce(m.is_telework_capable, false) as is_telework_capable,
    h.rollout_wave
from intermediate.int_person_main_posts as m
inner join intermediate.int_department_homes as h
    on m.department_key = h.department_key and m.valid_from <= h.valid_to and h.valid_from <= m.valid_to
