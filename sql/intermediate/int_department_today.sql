/*
description: >-
  Which department of today carries on a department of a former day, and with which share: the way from "as it was" to
  "in today's organisation". Today is the newest day of the facts. Chains over several changes are followed, a split
  fans out by its shares, a merger brings several old ones together; a department that ended without a successor
  leads to NONE. The shares of one department and day add up to 1.
grain: [department_key, valid_from, today_key]
time_column: valid_from
not_null: [valid_to, people_share]
checks:
- name: shares_add_up
  sql: |
    select department_key, valid_from from intermediate.int_department_today
    group by department_key, valid_from having abs(sum(people_share) - 1) > 0.000001
- name: stated_shares_add_up_to_one
  severity: warn
  sql: |
    select from_department_key, changed_on from staging.stg_org__department_succession
    group by from_department_key, changed_on
    having sum(stated_share) > 1.000001 or (count(stated_share) = count(*) and sum(stated_share) < 0.999999)
- name: every_successor_exists
  severity: warn
  sql: |
    select s.to_department_key, s.changed_on from staging.stg_org__department_succession as s
    left join intermediate.int_departments as d
        on s.to_department_key = d.department_key and d.valid_from <= s.changed_on and s.changed_on <= d.valid_to
    where d.department_key is null
*/
with recursive today as (
    select max(activity_date) as last_date
    from intermediate.int_days
),

lines as (
    select
        s.from_department_key,
        s.to_department_key,
        s.changed_on,
        s.stated_share,
        sum(s.stated_share) over (partition by s.from_department_key, s.changed_on) as stated_total,
        sum(case when s.stated_share is null then 1 else 0 end) over (partition by s.from_department_key, s.changed_on)
            as unstated_count
    from staging.stg_org__department_succession as s
    inner join today as t on s.changed_on <= t.last_date
),

-- A share that is not stated is an equal part of what the stated ones leave.
filled as (
    select
        from_department_key,
        to_department_key,
        changed_on,
        case
            when stated_share is not null then stated_share
            when coalesce(stated_total, 0) < 1 then (1 - coalesce(stated_total, 0)) / unstated_count
            else 0
        end as people_share
    from lines
),

totals as (
    select
        from_department_key,
        changed_on,
        sum(people_share) as total_share
    from filled
    group by from_department_key, changed_on
),

-- The steps of one department follow one another: each holds for the days from the step before up to its own day.
changes as (
    select
        from_department_key,
        changed_on,
        total_share,
        coalesce(lag(changed_on) over (partition by from_department_key order by changed_on), date '1900-01-01')
            as valid_from
    from totals
    where total_share > 0
),

steps as (
    select
        f.from_department_key,
        f.to_department_key,
        c.valid_from,
        c.changed_on,
        sum(f.people_share / c.total_share) as people_share
    from filled as f
    inner join changes as c on f.from_department_key = c.from_department_key and f.changed_on = c.changed_on
    group by f.from_department_key, f.to_department_key, c.valid_from, c.changed_on
),

-- The day of the next step is always later than that of the one before, so every chain ends.
chains as (
    select
        from_department_key as department_key,
        valid_from,
        cast(changed_on - interval '1' day as date) as valid_to,
        to_department_key as reached_key,
        changed_on as reached_on,
        people_share
    from steps
    union all
    select
        c.department_key,
        c.valid_from,
        c.valid_to,
        s.to_department_key as reached_key,
        s.changed_on as reached_on,
        c.people_share * s.people_share as people_share
    from chains as c
    inner join steps as s
        on c.reached_key = s.from_department_key and s.valid_from <= c.reached_on and c.reached_on < s.changed_on
),

last_changes as (
    select
        department_key,
        max(last_changed_on) as last_changed_on
    from (
        select
            department_key,
            date '1900-01-01' as last_changed_on
        from intermediate.int_departments
        where department_key <> 'ALL'
        union all
        select
            from_department_key as department_key,
            changed_on as last_changed_on
        from changes
    ) as known
    group by department_key
),

ends as (
    select
        c.department_key,
        c.valid_from,
        c.valid_to,
        c.reached_key,
        c.people_share
    from chains as c
    left join changes as s
        on c.reached_key = s.from_department_key and s.valid_from <= c.reached_on and c.reached_on < s.changed_on
    where s.from_department_key is null
    union all
    select
        department_key,
        last_changed_on as valid_from,
        date '2999-12-31' as valid_to,
        department_key as reached_key,
        1.0 as people_share
    from last_changes
)

select
    e.department_key, -- the department of the day
    coalesce(p.department_key, 'NONE') as today_key, -- the department of today
    e.valid_from,
    e.valid_to, -- last day; 2999-12-31 = open
    round(sum(e.people_share), 12) as people_share -- 0..1
from ends as e
left join intermediate.int_today_departments as p on e.reached_key = p.department_key
group by e.department_key, coalesce(p.department_key, 'NONE'), e.valid_from, e.valid_to
