/*
description: >-
  Where a department stood on the days on which nothing above it changed: its home key spells the way up, so two days
  with the same departments above have the same home. rollout_wave and the day it started are those of the department or
  of the nearest above it that has one.
grain: [department_key, valid_from]
time_column: valid_from
not_null: [home_key, valid_to]
*/
with cuts as (
    select
        department_key,
        valid_from
    from intermediate.int_department_tree
    union
    select
        department_key,
        cast(valid_to + interval '1' day as date) as valid_from
    from intermediate.int_department_tree
),

spans as (
    select
        department_key,
        valid_from,
        cast(lead(valid_from) over (partition by department_key order by valid_from) - interval '1' day as date)
            as valid_to
    from cuts
),

-- A department may be in the pilot and in a later wave: the first one is when it began.
first_waves as (
    select
        department_key,
        wave,
        starts_on,
        row_number() over (partition by department_key order by starts_on asc, wave asc) as wave_choice
    from staging.stg_org__rollout
),

above as (
    select
        s.department_key,
        s.valid_from,
        s.valid_to,
        t.ancestor_key,
        t.distance,
        w.wave,
        w.starts_on,
        row_number() over (
            partition by s.department_key, s.valid_from
            order by case when w.wave is null then 1 else 0 end asc, t.distance asc
        ) as wave_choice
    from spans as s
    inner join intermediate.int_department_tree as t
        on s.department_key = t.department_key and t.valid_from <= s.valid_from and s.valid_to <= t.valid_to
    left join first_waves as w on t.ancestor_key = w.department_key and w.wave_choice = 1
)

select
    department_key, -- a department of any level
    valid_from,
    max(valid_to) as valid_to, -- last day; 2999-12-31 = open
    coalesce(max(case when distance = 2 then ancestor_key end) || '>', '')
    || coalesce(max(case when distance = 1 then ancestor_key end) || '>', '')
    || department_key as home_key, -- 部>課>係
    coalesce(max(case when wave_choice = 1 then wave end), '不明') as rollout_wave, -- 不明 = none is known
    max(case when wave_choice = 1 then starts_on end) as rollout_starts_on -- first day of use; NULL = not known
from above
group by department_key, valid_from
having max(case when distance = 0 then 1 else 0 end) = 1
