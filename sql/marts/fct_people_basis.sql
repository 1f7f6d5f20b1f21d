/*
description: >-
  One row: what the departments of people rest on, since when they are time-correct, and who could not be placed. Before
  that day the first answer of the directory is assumed. Nothing at all known: no row.
grain: [department_source]
not_null: [is_assumed_before, people_count]
*/
with facts as (
    select
        min(activity_date) as first_date,
        max(activity_date) as last_date
    from intermediate.int_days
),

snapshots as (
    select min(valid_from) as first_seen_on
    from intermediate.int_directory_spans
),

posts as (
    select
        a.person_key,
        a.department_key,
        a.source_kind
    from intermediate.int_person_assignments as a
    inner join facts as f on a.valid_from <= f.last_date and f.first_date <= a.valid_to
),

people as (
    select
        p.person_key,
        max(case when p.department_key = 'NONE' then 1 else 0 end) as is_without_department,
        max(case when p.source_kind = 'personnel' then 1 else 0 end) as is_from_personnel,
        max(case when i.person_key is not null then 1 else 0 end) as has_account
    from posts as p
    left join intermediate.int_identities as i
        on p.person_key = i.person_key and i.key_kind in ('entra_id', 'box_id')
    group by p.person_key
),

counted as (
    select
        max(is_from_personnel) as is_from_personnel,
        count(*) as people_count,
        sum(1 - has_account) as people_without_account_count,
        sum(is_without_department) as people_without_department_count
    from people
    having count(*) > 0
)

select
    case when c.is_from_personnel = 1 then 'personnel' else 'directory' end as department_source, -- or directory
    case when c.is_from_personnel = 1 then f.first_date else greatest(f.first_date, s.first_seen_on) end
        as time_correct_since, -- first day of the facts on which departments are known, not assumed
    c.is_from_personnel = 0 and s.first_seen_on > f.first_date as is_assumed_before, -- days before it are assumed
    c.people_count, -- on the rolls on any day of the facts
    cast(c.people_without_account_count as bigint) as people_without_account_count, -- no Entra or Box account found
    cast(c.people_without_department_count as bigint) as people_without_department_count -- in NONE on some day
from counted as c
cross join facts as f
cross join snapshots as s
