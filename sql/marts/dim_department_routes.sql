/*
description: >-
  The way of figures from the organisation as it was to today's: the whole figures of a department of the day times
  the factor, added up over the departments of the day, are those of a department of today. Below it only the whole
  figures of departments are needed, so that what is hidden of them stays hidden in both views. Unchanged departments
  and the whole organisation lead to themselves with the factor 1.
grain: [source_key, target_key, valid_from]
time_column: valid_from
not_null: [factor]
*/
with edges as (
    select
        source_key,
        target_key,
        valid_from as changed_on,
        factor as step
    from intermediate.int_today_routes
    where target_key <> 'ALL'
    union all
    select
        source_key,
        target_key,
        cast(valid_to + interval '1' day as date) as changed_on,
        -factor as step
    from intermediate.int_today_routes
    where target_key <> 'ALL' and valid_to < date '2999-12-31'
    union all
    -- The whole is the whole in both views, whatever is known of its parts.
    select
        department_key as source_key,
        department_key as target_key,
        date '1900-01-01' as changed_on,
        1 as step
    from intermediate.int_today_departments
    where department_key = 'ALL'
),

-- What one span takes away and the next one gives back on the same day is no change.
changes as (
    select
        source_key,
        target_key,
        changed_on,
        sum(step) as step
    from edges
    group by source_key, target_key, changed_on
    having abs(sum(step)) > 0.000000001
),

spans as (
    select
        source_key,
        target_key,
        changed_on as valid_from,
        lead(changed_on) over (partition by source_key, target_key order by changed_on) as next_from,
        sum(step) over (
            partition by source_key, target_key
            order by changed_on rows between unbounded preceding and current row
        ) as factor
    from changes
)

select
    source_key, -- the department of the day
    target_key, -- the department of today; NONE = what ended without a successor
    round(factor, 9) as factor, -- below 0 for what a department above holds only in this one
    valid_from, -- first of the days for which this holds
    cast(next_from - interval '1' day as date) as valid_to -- last of them, NULL = open
from spans
where abs(factor) > 0.000000001
