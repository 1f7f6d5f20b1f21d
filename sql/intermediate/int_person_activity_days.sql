/*
description: >-
  Everything known of a person on the rolls and a day. A measure is NULL when its day is missing, and zero or false
  when the day is known and nothing happened.
grain: [person_key, activity_date]
not_null: [span_from]
*/
with person_days as (
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
        case when d.telework_status <> 'missing' then coalesce(t.telework_days, 0) end as telework_days,
        case when d.telework_status <> 'missing' then coalesce(t.has_known_place, false) end as has_known_place,
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
    person_key,
    activity_date, -- label day of the reports, Tokyo day of sign-ins and events
    span_from, -- with person_key the way to int_person_department_spans
    is_absent, -- on long leave or seconded out
    is_licensed, -- a licence on that day; NULL = nothing known of any account
    is_working_day,
    iso_week_start,
    month_start,
    chat_messages_count,
    meetings_attended_count,
    audio_seconds,
    mail_sent_count,
    is_mobile_active,
    telework_class, -- unknown when there is no evidence, NULL when the day is missing
    telework_days, -- what the day counts as telework, 0..1
    has_known_place, -- office, remote or mixed
    box_actions_count
from person_days
