/*
description: >-
  The segments a person belongs to in each span of the person's time: the employment type of the main post, and the
  rollout wave of its department or of the nearest department above it that has one. What is not known is 不明.
grain: [person_key, span_from]
time_column: span_from
not_null: [span_to, employment_type, rollout_wave]
*/
with spans as (
    select
        person_key,
        span_from,
        span_to
    from intermediate.int_person_department_spans
    where organisation_view = 'as_was' and department_key = 'ALL'
),

posts as (
    select
        s.person_key,
        s.span_from,
        s.span_to,
        m.department_key,
        m.employment_type
    from spans as s
    inner join intermediate.int_person_main_posts as m
        on s.person_key = m.person_key and m.valid_from <= s.span_from and s.span_from <= m.valid_to
),

-- A department may be in the pilot and in a later wave: the first one is when it began.
first_waves as (
    select
        department_key,
        wave,
        row_number() over (partition by department_key order by starts_on asc, wave asc) as wave_choice
    from staging.stg_org__rollout
),

waves as (
    select
        p.person_key,
        p.span_from,
        p.span_to,
        p.employment_type,
        w.wave,
        row_number() over (
            partition by p.person_key, p.span_from
            order by case when w.wave is null then 1 else 0 end asc, t.distance asc
        ) as wave_choice
    from posts as p
    left join intermediate.int_department_tree as t
        on p.department_key = t.department_key and t.valid_from <= p.span_from and p.span_from <= t.valid_to
    left join first_waves as w on t.ancestor_key = w.department_key and w.wave_choice = 1
)

select
    person_key,
    span_from, -- with person_key the way to int_person_department_spans
    span_to, -- last day; 2999-12-31 = open
    coalesce(employment_type, '不明') as employment_type,
    coalesce(wave, '不明') as rollout_wave
from waves
where wave_choice = 1
