/*
description: >-
  A person's time on the rolls cut where a department, an absence or a licence changes: within a span nothing moves.
  The short form of int_person_days; the days are made as late as possible.
grain: [person_key, valid_from]
time_column: valid_from
not_null: [valid_to, span_from, is_absent]
checks:
- name: one_span_a_day
  sql: |
    select a.person_key, a.valid_from
    from intermediate.int_person_spans as a
    inner join intermediate.int_person_spans as b
        on a.person_key = b.person_key and a.valid_from < b.valid_from and b.valid_from <= a.valid_to
*/
with rolls as (
    select
        person_key,
        span_from,
        span_to
    from intermediate.int_person_homes
),

absences as (
    select
        i.person_key,
        a.absence_kind,
        a.valid_from,
        a.valid_to
    from staging.stg_org__absences as a
    inner join intermediate.int_identities as i on a.employee_key = i.identity_key and i.key_kind = 'employee'
    where a.valid_from <= a.valid_to
),

directory as (
    select count(*) as accounts_count
    from intermediate.int_licence_spans
),

changes as (
    select
        person_key,
        valid_from
    from absences
    union
    select
        person_key,
        cast(valid_to + interval '1' day as date) as valid_from
    from absences
    union
    select
        person_key,
        valid_from
    from intermediate.int_licence_spans
    union
    select
        person_key,
        cast(valid_to + interval '1' day as date) as valid_from
    from intermediate.int_licence_spans
),

cuts as (
    select
        person_key,
        span_from,
        span_to,
        span_from as valid_from
    from rolls
    union
    select
        r.person_key,
        r.span_from,
        r.span_to,
        c.valid_from
    from rolls as r
    inner join changes as c
        on r.person_key = c.person_key and r.span_from < c.valid_from and c.valid_from <= r.span_to
),

spans as (
    select
        person_key,
        span_from,
        valid_from,
        coalesce(
            cast(
                lead(valid_from) over (partition by person_key, span_from order by valid_from) - interval '1' day
                as date
            ),
            span_to
        ) as valid_to
    from cuts
),

absent as (
    select
        s.person_key,
        s.valid_from,
        min(a.absence_kind) as absence_kind
    from spans as s
    inner join absences as a
        on s.person_key = a.person_key and a.valid_from <= s.valid_from and s.valid_from <= a.valid_to
    group by s.person_key, s.valid_from
),

licensed as (
    select
        s.person_key,
        s.valid_from,
        max(case when l.is_licensed then 1 else 0 end) as is_licensed
    from spans as s
    inner join intermediate.int_licence_spans as l
        on s.person_key = l.person_key and l.valid_from <= s.valid_from and s.valid_from <= l.valid_to
    group by s.person_key, s.valid_from
)

select
    s.person_key,
    s.valid_from,
    s.valid_to, -- last day; 2999-12-31 = open
    s.span_from, -- with person_key the way to int_person_homes
    a.person_key is not null as is_absent, -- on long leave or seconded out
    a.absence_kind, -- NULL when not absent
    case when d.accounts_count > 0 then coalesce(l.is_licensed, 0) = 1 end as is_licensed -- NULL = nothing known
from spans as s
left join absent as a on s.person_key = a.person_key and s.valid_from = a.valid_from
left join licensed as l on s.person_key = l.person_key and s.valid_from = l.valid_from
cross join directory as d
