/*
description: >-
  Who holds which post from when to when, cut where anything changes, so that the weights of one person sum to 1 on each
  day on the rolls. Stated shares count as they are; posts without one divide equally what the stated ones leave; then
  all are divided by their sum. A post in a department that does not exist that day, and a person on the rolls without
  a post, belong to NONE. Without personnel files the posts come from the directory.
grain: [person_key, department_key, post_kind, valid_from]
time_column: valid_from
not_null: [weight, valid_to, source_kind]
checks:
- name: shares_are_shares
  sql: select employee_key, valid_from from staging.stg_org__assignments where stated_share < 0 or stated_share > 1
- name: weights_add_up
  sql: |
    select person_key, valid_from from intermediate.int_person_assignments
    group by person_key, valid_from having abs(sum(weight) - 1) > 0.000001
- name: every_post_lies_in_its_department
  severity: warn
  sql: |
    select person_key, valid_from from intermediate.int_person_assignments
    where department_key = 'NONE' and source_kind = 'personnel'
*/
with personnel as (
    select count(*) as posts_count
    from staging.stg_org__assignments
),

newest_staff as (
    select max(seen_on) as seen_on
    from staging.stg_org__staff
),

directory_posts as (
    select
        i.person_key,
        coalesce(d.department_key, 'NONE') as department_key,
        s.valid_from,
        s.valid_to,
        s.created_on,
        s.is_first_snapshot
    from intermediate.int_directory_spans as s
    inner join intermediate.int_identities as i
        on
            s.entra_key = i.identity_key
            and i.key_kind = 'entra_id'
            and i.valid_from <= s.valid_from
            and s.valid_from <= i.valid_to
    left join intermediate.int_directory_departments as d on s.department_text = d.department_text
    cross join personnel as p
    where s.is_on_rolls and p.posts_count = 0
),

posts as (
    select
        i.person_key,
        a.department_key,
        a.post_kind,
        a.stated_share,
        a.employment_type,
        a.is_telework_capable,
        a.valid_from,
        a.valid_to,
        'personnel' as source_kind,
        false as is_fallback
    from staging.stg_org__assignments as a
    inner join intermediate.int_identities as i on a.employee_key = i.identity_key and i.key_kind = 'employee'
    where a.valid_from <= a.valid_to
    union all
    -- On the rolls without a post: counts only where there is no other.
    select
        i.person_key,
        'NONE' as department_key,
        '未発令' as post_kind,
        cast(null as double) as stated_share,
        cast(null as varchar) as employment_type,
        false as is_telework_capable,
        s.joined_on as valid_from,
        coalesce(s.left_on, date '2999-12-31') as valid_to,
        'personnel' as source_kind,
        true as is_fallback
    from staging.stg_org__staff as s
    inner join newest_staff as n on s.seen_on = n.seen_on
    inner join intermediate.int_identities as i on s.employee_key = i.identity_key and i.key_kind = 'employee'
    cross join personnel as p
    where
        p.posts_count > 0
        and s.joined_on is not null
        and s.joined_on <= coalesce(s.left_on, date '2999-12-31')
    union all
    select
        person_key,
        department_key,
        '主務' as post_kind,
        cast(null as double) as stated_share,
        cast(null as varchar) as employment_type,
        cast(null as boolean) as is_telework_capable, -- a directory does not say
        valid_from,
        valid_to,
        'directory' as source_kind,
        department_key = 'NONE' as is_fallback
    from directory_posts
    union all
    -- Before the first snapshot nothing is known: the first answer is assumed, back to the making of the account.
    select
        person_key,
        department_key,
        '主務' as post_kind,
        cast(null as double) as stated_share,
        cast(null as varchar) as employment_type,
        cast(null as boolean) as is_telework_capable,
        coalesce(created_on, date '1900-01-01') as valid_from,
        cast(valid_from - interval '1' day as date) as valid_to,
        'assumed' as source_kind,
        department_key = 'NONE' as is_fallback
    from directory_posts
    where is_first_snapshot and coalesce(created_on, date '1900-01-01') < valid_from
),

cuts as (
    select
        person_key,
        valid_from as span_from
    from posts
    union
    select
        person_key,
        cast(valid_to + interval '1' day as date) as span_from
    from posts
    union
    select
        p.person_key,
        d.valid_from as span_from
    from posts as p
    inner join intermediate.int_departments as d
        on p.department_key = d.department_key and p.valid_from < d.valid_from and d.valid_from <= p.valid_to
    union
    select
        p.person_key,
        cast(d.valid_to + interval '1' day as date) as span_from
    from posts as p
    inner join intermediate.int_departments as d
        on p.department_key = d.department_key and p.valid_from <= d.valid_to and d.valid_to < p.valid_to
),

spans as (
    select
        person_key,
        span_from,
        cast(lead(span_from) over (partition by person_key order by span_from) - interval '1' day as date) as span_to
    from cuts
),

held as (
    select
        s.person_key,
        s.span_from,
        s.span_to,
        p.department_key,
        p.post_kind,
        p.stated_share,
        p.employment_type,
        p.is_telework_capable,
        p.source_kind,
        p.is_fallback,
        sum(case when p.is_fallback then 0 else 1 end) over (partition by s.person_key, s.span_from) as posts_count
    from spans as s
    inner join posts as p on s.person_key = p.person_key and p.valid_from <= s.span_from and s.span_to <= p.valid_to
),

shared as (
    select
        person_key,
        span_from,
        span_to,
        department_key,
        post_kind,
        stated_share,
        employment_type,
        is_telework_capable,
        source_kind,
        count(*) over (partition by person_key, span_from) as posts_count,
        sum(stated_share) over (partition by person_key, span_from) as stated_total,
        sum(case when stated_share is null then 1 else 0 end) over (partition by person_key, span_from)
            as unstated_count
    from held
    where posts_count = 0 or not is_fallback
),

weighted as (
    select
        person_key,
        span_from,
        span_to,
        department_key,
        post_kind,
        employment_type,
        is_telework_capable,
        source_kind,
        posts_count,
        case
            when stated_share is not null then stated_share
            when coalesce(stated_total, 0) < 1 then (1 - coalesce(stated_total, 0)) / unstated_count
            else 0
        end as weight
    from shared
),

totalled as (
    select
        person_key,
        span_from,
        span_to,
        department_key,
        post_kind,
        employment_type,
        is_telework_capable,
        source_kind,
        posts_count,
        weight,
        sum(weight) over (partition by person_key, span_from) as total_weight
    from weighted
),

placed as (
    select
        t.person_key,
        t.span_from,
        t.span_to,
        t.post_kind,
        t.employment_type,
        t.is_telework_capable,
        t.source_kind,
        coalesce(d.department_key, 'NONE') as department_key,
        case when t.total_weight > 0 then t.weight / t.total_weight else cast(1 as double) / t.posts_count end as weight
    from totalled as t
    left join intermediate.int_departments as d
        on t.department_key = d.department_key and d.valid_from <= t.span_from and t.span_from <= d.valid_to
)

select
    person_key, -- see int_identities
    department_key, -- the department of the post: 課 or 係; NONE when there is none
    post_kind, -- 主務, 兼務, 併任, 派遣 or 未発令
    round(sum(weight), 9) as weight, -- share of the person's work, 0..1; 1 over all posts of a day
    max(employment_type) as employment_type, -- NULL when only the directory is known
    max(case when is_telework_capable then 1 when not is_telework_capable then 0 end) = 1
        as is_telework_capable, -- whether the work of this post can be done elsewhere; NULL = not known
    span_from as valid_from,
    span_to as valid_to, -- last day; 2999-12-31 = open
    max(source_kind) as source_kind -- personnel, directory or assumed
from placed
group by person_key, department_key, post_kind, span_from, span_to
