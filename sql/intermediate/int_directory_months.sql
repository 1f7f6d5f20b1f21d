/*
description: >-
  The directory month by month: one row per account and run of readings that say the same of it, so that one reading
  more does not ask for all of history again. A run ends where the account is missing from a reading or something else
  is read of it, and with the month.
grain: [entra_key, first_seen_on]
kind: by_day
time_column: month_start
not_null: [month_start, last_seen_on, first_number, last_number, is_guest, is_enabled, is_licensed]
*/
with readings as (
    select
        seen_on,
        row_number() over (order by seen_on) as reading_number
    from intermediate.int_directory_days
),

told as (
    select
        seen_on,
        cast(date_trunc('month', seen_on) as date) as month_start,
        entra_key,
        address_key,
        mail_address_key,
        employee_key,
        directory_department_name,
        is_guest,
        is_enabled,
        licenses_count > 0 as is_licensed,
        created_on
    from staging.stg_graph__users
    where seen_on >= date_trunc('month', $start_date)
),

grouped as (
    select
        month_start,
        entra_key,
        address_key,
        mail_address_key,
        employee_key,
        directory_department_name,
        is_guest,
        is_enabled,
        is_licensed,
        created_on,
        min(seen_on) as first_seen_on,
        max(seen_on) as last_seen_on,
        count(*) as readings_count
    from told
    group by
        month_start,
        entra_key,
        address_key,
        mail_address_key,
        employee_key,
        directory_department_name,
        is_guest,
        is_enabled,
        is_licensed,
        created_on
),

placed as (
    select
        g.month_start,
        g.entra_key,
        g.address_key,
        g.mail_address_key,
        g.employee_key,
        g.directory_department_name,
        g.is_guest,
        g.is_enabled,
        g.is_licensed,
        g.created_on,
        g.first_seen_on,
        g.last_seen_on,
        f.reading_number as first_number,
        l.reading_number as last_number,
        l.reading_number - f.reading_number + 1 > g.readings_count as is_interrupted
    from grouped as g
    inner join readings as f on g.first_seen_on = f.seen_on
    inner join readings as l on g.last_seen_on = l.seen_on
),

-- Only the few accounts of which something was read again after something else are looked at reading by reading.
interrupted as (
    select distinct
        month_start,
        entra_key
    from placed
    where is_interrupted
),

numbered as (
    select
        t.month_start,
        t.entra_key,
        t.address_key,
        t.mail_address_key,
        t.employee_key,
        t.directory_department_name,
        t.is_guest,
        t.is_enabled,
        t.is_licensed,
        t.created_on,
        t.seen_on,
        r.reading_number,
        r.reading_number - row_number() over (
            partition by
                t.month_start,
                t.entra_key,
                t.address_key,
                t.mail_address_key,
                t.employee_key,
                t.directory_department_name,
                t.is_guest,
                t.is_enabled,
                t.is_licensed,
                t.created_on
            order by t.seen_on
        ) as run_number
    from told as t
    inner join interrupted as i on t.month_start = i.month_start and t.entra_key = i.entra_key
    inner join readings as r on t.seen_on = r.seen_on
),

runs as (
    select
        p.month_start,
        p.entra_key,
        p.address_key,
        p.mail_address_key,
        p.employee_key,
        p.directory_department_name,
        p.is_guest,
        p.is_enabled,
        p.is_licensed,
        p.created_on,
        p.first_seen_on,
        p.last_seen_on,
        p.first_number,
        p.last_number
    from placed as p
    left join interrupted as i on p.month_start = i.month_start and p.entra_key = i.entra_key
    where i.entra_key is null
    union all
    select
        month_start,
        entra_key,
        address_key,
        mail_address_key,
        employee_key,
        directory_department_name,
        is_guest,
        is_enabled,
        is_licensed,
        created_on,
        min(seen_on) as first_seen_on,
        max(seen_on) as last_seen_on,
        min(reading_number) as first_number,
        max(reading_number) as last_number
    from numbered
    group by
        month_start,
        entra_key,
        address_key,
        mail_address_key,
        employee_key,
        directory_department_name,
        is_guest,
        is_enabled,
        is_licensed,
        created_on,
        run_number
)

select
    r.month_start,
    r.entra_key,
    r.address_key,
    r.mail_address_key,
    r.employee_key,
    r.directory_department_name,
    d.department_text, -- the same without blanks, one width and case; NULL = blank
    r.is_guest,
    r.is_enabled,
    r.is_licensed, -- at least one licence assigned
    r.created_on, -- day the account was made
    r.first_seen_on, -- day of the first reading of the run
    r.last_seen_on, -- day of its last reading
    r.first_number, -- number of the first reading among all readings
    r.last_number
from runs as r
left join staging.stg_graph__department_names as d on r.directory_department_name = d.directory_department_name
