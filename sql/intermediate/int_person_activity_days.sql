/*
description: >-
  Everything known of a person on the rolls and a day. A measure is NULL when its day is missing, and zero or false
  when the day is known and nothing happened.
grain: [person_key, activity_date]
not_null: [span_from]
checks:
- name: every_telework_class_has_a_rule
  sql: |
    select person_key, activity_date from intermediate.int_person_activity_days
    where telework_class is not null and telework_days is null
*/
with classes as (
    select
        c.telework_class,
        c.telework_days,
        c.has_known_place,
        d.activity_date
    from staging.stg_run__telework_classes as c
    inner join intermediate.int_days as d on c.valid_from <= d.activity_date and d.activity_date <= c.valid_to
),

person_days as (
    select
        p.person_key,
        p.activity_date,
        p.span_from,
        p.is_absent,
        p.is_licensed,
        d.is_working_day,
        d.iso_week_start,
        d.month_start,
        case when d.teams_status <> 'missing' then coalesce(g.chat_messages_count, 0) end as chat_messages_count,
        case when d.teams_status <> 'missing' then coalesce(g.meetings_attended_count, 0) end
            as meetings_attended_count,
        case when d.teams_status <> 'missing' then coalesce(g.audio_seconds, 0) end as audio_seconds,
        case when d.mail_status <> 'missing' then coalesce(g.mail_sent_count, 0) end as mail_sent_count,
        case when d.mobile_status <> 'missing' then coalesce(g.is_mobile_active, false) end as is_mobile_active,
        case when d.telework_status <> 'missing' then coalesce(t.telework_class, 'unknown') end as telework_class,
        case when d.box_status <> 'missing' then coalesce(b.box_actions_count, 0) end as box_actions_count
    from intermediate.int_person_roll_days as p
    inner join intermediate.int_days as d on p.activity_date = d.activity_date
    left join intermediate.int_person_graph_days as g
        on p.person_key = g.person_key and p.activity_date = g.activity_date
    left join intermediate.int_telework_days as t
        on p.person_key = t.person_key and p.activity_date = t.activity_date
    left join intermediate.int_box_person_days as b
        on p.person_key = b.person_key and p.activity_date = b.activity_date
)

select
    p.person_key,
    p.activity_date, -- label day of the reports, Tokyo day of sign-ins and events
    p.span_from, -- with person_key the way to int_person_department_spans
    p.is_absent, -- on long leave or seconded out
    p.is_licensed, -- a licence on that day; NULL = nothing known of any account
    p.is_working_day,
    p.iso_week_start,
    p.month_start,
    p.chat_messages_count,
    p.meetings_attended_count,
    p.audio_seconds,
    p.mail_sent_count,
    p.is_mobile_active,
    p.telework_class, -- unknown when there is no evidence, NULL when the day is missing
    c.telework_days, -- what the class counts as telework, 0..1
    c.has_known_place, -- office, remote or mixed
    p.box_actions_count
from person_days as p
left join classes as c on p.telework_class = c.telework_class and p.activity_date = c.activity_date
