/*
description: >-
  What the Teams report says of the licence of an account on days on which the directory was not read: the first such
  day of each month, and every day on which it says something else than on the day before.
grain: [entra_key, told_on]
kind: by_day
time_column: month_start
not_null: [is_licensed]
*/
with told as (
    select
        t.entra_key,
        t.activity_date,
        cast(date_trunc('month', t.activity_date) as date) as month_start,
        t.is_licensed
    from staging.stg_graph__teams_user_activity as t
    left join intermediate.int_directory_days as d on t.activity_date = d.seen_on
    where t.entra_key is not null and d.seen_on is null
),

compared as (
    select
        entra_key,
        activity_date,
        month_start,
        is_licensed,
        lag(is_licensed) over (partition by entra_key, month_start order by activity_date) as was_licensed
    from told
)

select
    entra_key,
    month_start, -- of told_on
    activity_date as told_on,
    is_licensed
from compared
where was_licensed is null or was_licensed <> is_licensed
