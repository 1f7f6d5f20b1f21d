/*
description: >-
  Who is known to have used Copilot on a UTC day, or not. The report tells only the last day of use, so use is known of
  each day that was the last in some report, and no use of the newest day of a report alone. What has no row is not
  known. Of several reports with the same newest day the one asked for last counts.
grain: [person_key, activity_date]
kind: by_day
time_column: activity_date
looks_ahead_days: 31
not_null: [is_listed, is_copilot_active]
*/
-- Reports and days as far apart as in int_copilot_days. People have a small number, as in int_person_graph_days.
with people as (
    select
        person_key,
        cast(row_number() over (order by person_key) as integer) as person_number
    from (select distinct person_key from intermediate.int_identities) as p
),

addresses as (
    select
        i.identity_key,
        p.person_number,
        i.valid_from,
        i.valid_to
    from intermediate.int_identities as i
    inner join people as p on i.person_key = p.person_key
    where i.key_kind = 'address'
),

asked as (
    select
        as_of_date,
        max(seen_on) as seen_on
    from staging.stg_graph__copilot_usage
    where
        seen_on >= $start_date
        and as_of_date <= seen_on
        and seen_on <= cast(as_of_date + interval '10' day as date)
    group by as_of_date
),

-- The report shows the sign-in name of its newest day, also beside a day of use before a renaming.
told as (
    select
        i.person_number,
        t.as_of_date,
        t.last_activity_date
    from staging.stg_graph__copilot_usage as t
    inner join asked as a on t.as_of_date = a.as_of_date and t.seen_on = a.seen_on
    inner join addresses as i
        on t.address_key = i.identity_key and i.valid_from <= t.as_of_date and t.as_of_date <= i.valid_to
    where t.seen_on >= $start_date
),

known as (
    select
        person_number,
        as_of_date as activity_date,
        1 as listed,
        0 as active
    from told
    union all
    select
        person_number,
        last_activity_date as activity_date,
        0 as listed,
        1 as active
    from told
    where
        last_activity_date <= as_of_date
        and as_of_date <= cast(last_activity_date + interval '21' day as date)
),

days as (
    select
        person_number,
        activity_date,
        max(listed) = 1 as is_listed,
        max(active) = 1 as is_copilot_active
    from known
    group by person_number, activity_date
)

select
    p.person_key,
    d.activity_date, -- UTC day
    d.is_listed, -- holds a licence according to the report of that day
    d.is_copilot_active -- false only where is_listed
from days as d
inner join people as p on d.person_number = p.person_number
