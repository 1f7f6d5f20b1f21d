/*
description: >-
  Every employee number and the person it stands for. A person who was hired again under another number is one person
  when one directory account carried both numbers and their posts never overlap; a chain in which any two overlap is not
  joined. Without personnel files the numbers come from the directory.
grain: [employee_key]
not_null: [person_key, is_contradictory]
*/
with recursive personnel as (
    select count(*) as posts_count
    from staging.stg_org__assignments
),

carried as (
    select
        employee_key,
        entra_key,
        first_seen_on,
        last_seen_on
    from intermediate.int_directory_months
    where not is_guest and employee_key is not null
),

-- Few numbers are carried by many accounts at all, so only of these it is asked whether they were at once.
suspects as (
    select employee_key
    from carried
    group by employee_key
    having count(distinct entra_key) > 3
),

suspect_runs as (
    select
        c.employee_key,
        c.first_seen_on,
        c.last_seen_on
    from carried as c
    inner join suspects as s on c.employee_key = s.employee_key
),

run_starts as (
    select distinct
        employee_key,
        first_seen_on
    from suspect_runs
),

-- A number that many accounts carry at once is a filler, not somebody's number.
filler_days as (
    select
        a.employee_key,
        a.first_seen_on
    from run_starts as a
    inner join suspect_runs as b
        on
            a.employee_key = b.employee_key
            and b.first_seen_on <= a.first_seen_on
            and a.first_seen_on <= b.last_seen_on
    group by a.employee_key, a.first_seen_on
    having count(*) > 3
),

fillers as (
    select distinct employee_key
    from filler_days
),

employees as (
    select employee_key from staging.stg_org__staff
    union
    select employee_key from staging.stg_org__assignments
    union
    select c.employee_key
    from carried as c
    cross join personnel as p
    where p.posts_count = 0
),

numbers as (
    select e.employee_key
    from employees as e
    left join fillers as f on e.employee_key = f.employee_key
    where f.employee_key is null
),

account_numbers as (
    select distinct
        u.entra_key,
        u.employee_key
    from intermediate.int_directory_months as u
    inner join numbers as n on u.employee_key = n.employee_key
    where not u.is_guest
),

pairs as (
    select distinct
        a.employee_key,
        b.employee_key as other_key
    from account_numbers as a
    inner join account_numbers as b on a.entra_key = b.entra_key and a.employee_key <> b.employee_key
),

reached as (
    select
        employee_key,
        other_key
    from pairs
    union
    select
        r.employee_key,
        p.other_key
    from reached as r
    inner join pairs as p on r.other_key = p.employee_key
    where r.employee_key <> p.other_key
),

firsts as (
    select
        employee_key,
        least(employee_key, min(other_key)) as first_key
    from reached
    group by employee_key
),

-- Only the few posts of such chains are compared, chain by chain; all posts with all would take minutes.
chain_posts as (
    select
        f.first_key,
        a.employee_key,
        a.valid_from,
        a.valid_to
    from firsts as f
    inner join staging.stg_org__assignments as a on f.employee_key = a.employee_key
),

contradictory as (
    select distinct a.first_key
    from chain_posts as a
    inner join chain_posts as b
        on
            a.first_key = b.first_key
            and a.employee_key <> b.employee_key
            and a.valid_from <= b.valid_to
            and b.valid_from <= a.valid_to
)

select
    n.employee_key,
    case when c.first_key is null then coalesce(f.first_key, n.employee_key) else n.employee_key end
        as person_key, -- the smallest key of the person's numbers
    c.first_key is not null as is_contradictory -- one account carried numbers of people with posts on one day
from numbers as n
left join firsts as f on n.employee_key = f.employee_key
left join contradictory as c on f.first_key = c.first_key
