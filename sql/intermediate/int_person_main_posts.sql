/*
description: >-
  The main post of each person, as spans in which it is the same: the post called 主務, else the one with the largest
  share, else the first by its department. Time without any post has no row.
grain: [person_key, valid_from]
time_column: valid_from
not_null: [valid_to, department_key]
*/
with starts as (
    select
        person_key,
        valid_from as starts_on
    from intermediate.int_person_assignments
    union
    select
        person_key,
        cast(valid_to + interval '1' day as date) as starts_on
    from intermediate.int_person_assignments
),

spans as (
    select
        person_key,
        starts_on,
        coalesce(
            cast(lead(starts_on) over (partition by person_key order by starts_on) - interval '1' day as date),
            date '2999-12-31'
        ) as ends_on
    from starts
),

ranked as (
    select
        s.person_key,
        s.starts_on,
        s.ends_on,
        a.department_key,
        a.employment_type,
        a.is_telework_capable,
        row_number() over (
            partition by s.person_key, s.starts_on
            order by case when a.post_kind = '主務' then 0 else 1 end asc, a.weight desc, a.department_key asc
        ) as post_choice
    from spans as s
    inner join intermediate.int_person_assignments as a
        on s.person_key = a.person_key and a.valid_from <= s.starts_on and s.starts_on <= a.valid_to
)

select
    person_key,
    department_key, -- of the main post
    employment_type, -- of the main post; NULL = not known
    is_telework_capable, -- whether the work of the main post can be done elsewhere; NULL = not known
    starts_on as valid_from,
    ends_on as valid_to -- last day
from ranked
where post_choice = 1
