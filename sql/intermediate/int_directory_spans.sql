/*
description: >-
  The daily snapshots of the directory as spans in which nothing changed: one row per account and span. A day without a
  snapshot belongs to the snapshot before it. Guests are left out.
grain: [entra_key, valid_from]
time_column: valid_from
not_null: [valid_to, is_on_rolls, is_licensed, is_first_snapshot]
*/
with snapshots as (
    select
        seen_on,
        lead(seen_on) over (order by seen_on) as next_seen_on
    from intermediate.int_directory_days
),

accounts as (
    select
        m.entra_key,
        m.first_seen_on,
        m.department_text,
        m.directory_department_name,
        m.created_on,
        m.first_number,
        m.last_number,
        s.next_seen_on,
        m.is_licensed,
        -- Shared mailboxes are disabled; service accounts have no number, no department and no licence.
        m.is_enabled and (m.employee_key is not null or m.department_text is not null or m.is_licensed)
            as is_on_rolls
    from intermediate.int_directory_months as m
    inner join snapshots as s on m.last_seen_on = s.seen_on
    where not m.is_guest
),

compared as (
    select
        entra_key,
        first_seen_on,
        department_text,
        directory_department_name,
        created_on,
        first_number,
        next_seen_on,
        is_licensed,
        is_on_rolls,
        case
            when
                lag(last_number) over (partition by entra_key order by first_seen_on) = first_number - 1
                and lag(is_licensed) over (partition by entra_key order by first_seen_on) = is_licensed
                and lag(is_on_rolls) over (partition by entra_key order by first_seen_on) = is_on_rolls
                and coalesce(lag(department_text) over (partition by entra_key order by first_seen_on), '')
                = coalesce(department_text, '')
                then 0
            else 1
        end as is_start
    from accounts
),

numbered as (
    select
        entra_key,
        first_seen_on,
        department_text,
        directory_department_name,
        created_on,
        first_number,
        next_seen_on,
        is_licensed,
        is_on_rolls,
        sum(is_start) over (partition by entra_key order by first_seen_on) as span_number
    from compared
)

select
    entra_key,
    department_text, -- as the directory writes it, without blanks, one width and case; NULL = blank
    is_on_rolls, -- enabled, and with a number, a department or a licence
    is_licensed, -- at least one licence assigned
    min(directory_department_name) as directory_department_name,
    min(created_on) as created_on, -- day the account was made
    min(first_seen_on) as valid_from, -- day of the first snapshot that says so
    coalesce(
        cast(min(case when next_seen_on is null then date '2999-12-31' end) as date),
        cast(max(next_seen_on) - interval '1' day as date)
    ) as valid_to, -- last day, before the first snapshot that says otherwise; 2999-12-31 = still so
    min(first_number) = 1 as is_first_snapshot -- what was before is not known
from numbered
group by entra_key, span_number, department_text, is_on_rolls, is_licensed
