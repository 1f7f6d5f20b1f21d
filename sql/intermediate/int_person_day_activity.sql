/*
description: >-
  Everything known of a person on the rolls and a day. A measure is NULL when its day is missing, and zero or false
  when the day is known and nothing happened.
grain: [person_key, activity_date]
kind: by_day
time_column: activity_date
by_quarter: true
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
        d.fiscal_year_start,
        case when d.teams_status <> 'missing' then coalesce(g.chat_messages_count, 0) end as chat_messages_count,
        case when d.teams_status <> 'missing' then coalesce(g.private_chat_messages_count, 0) end
            as private_chat_messages_count,
        case when d.teams_status <> 'missing' then coalesce(g.team_chat_messages_count, 0) end
            as team_chat_messages_count,
        case when d.teams_status <> 'missing' then coalesce(g.meetings_attended_count, 0) end
            as meetings_attended_count,
        case when d.teams_status <> 'missing' then coalesce(g.meetings_organised_count, 0) end
            as meetings_organised_count,
        case when d.teams_status <> 'missing' then coalesce(g.calls_count, 0) end as calls_count,
        case when d.teams_status <> 'missing' then coalesce(g.audio_seconds, 0) end as audio_seconds,
        case when d.mail_status <> 'missing' then coalesce(g.mail_sent_count, 0) end as mail_sent_count,
        case when d.files_status <> 'missing' then coalesce(g.files_viewed_or_edited_count, 0) end
            as files_viewed_or_edited_count,
        case when d.mobile_status <> 'missing' then coalesce(g.is_mobile_active, false) end as is_mobile_active,
        case when d.apps_status <> 'missing' then coalesce(g.is_desktop_app_active, false) end as is_desktop_app_active,
        case when d.apps_status <> 'missing' then coalesce(g.is_phone_app_active, false) end as is_phone_app_active,
        case when d.mail_apps_status <> 'missing' then coalesce(g.is_phone_mail_active, false) end
            as is_phone_mail_active,
        case when d.copilot_status <> 'missing' then coalesce(c.is_listed, false) end as is_copilot_licensed,
        c.is_copilot_active,
        case when d.telework_status <> 'missing' then coalesce(t.telework_class, 'unknown') end as telework_class,
        case when d.telework_status <> 'missing' then coalesce(t.telework_days, 0) end as telework_days,
        case when d.telework_status <> 'missing' then coalesce(t.has_known_place, false) end as has_known_place,
        case when d.box_status <> 'missing' then coalesce(b.box_actions_count, 0) end as box_actions_count,
        case when d.box_status <> 'missing' then coalesce(b.box_write_count, 0) end as box_write_count,
        case when d.box_status <> 'missing' then coalesce(b.box_read_count, 0) end as box_read_count,
        case when d.box_status <> 'missing' then coalesce(b.box_share_count, 0) end as box_share_count,
        case when d.box_status <> 'missing' then coalesce(b.box_collaboration_count, 0) end as box_collaboration_count
    from intermediate.int_person_roll_days as p
    inner join intermediate.int_days as d on p.activity_date = d.activity_date
    left join intermediate.int_person_graph_days as g
        on p.person_key = g.person_key and p.activity_date = g.activity_date
    left join intermediate.int_copilot_person_days as c
        on p.person_key = c.person_key and p.activity_date = c.activity_date
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
    fiscal_year_start,
    chat_messages_count, -- private and team chat sent; NULL when the day's report is missing, like all that follow
    private_chat_messages_count,
    team_chat_messages_count,
    meetings_attended_count,
    meetings_organised_count,
    calls_count,
    audio_seconds, -- of meetings and calls
    mail_sent_count,
    files_viewed_or_edited_count, -- OneDrive and SharePoint
    is_mobile_active, -- Teams on iOS or Android
    is_desktop_app_active, -- a Microsoft 365 app on Windows or a Mac
    is_phone_app_active, -- any Microsoft 365 app on a phone or tablet
    is_phone_mail_active, -- mail in an app on a phone or tablet
    is_copilot_licensed, -- in the Copilot report of the day; NULL when there is none
    is_copilot_active, -- false only where a licence is known, NULL when nothing is known of use
    telework_class, -- unknown when there is no evidence, NULL when the day is missing
    telework_days, -- what the day counts as telework, 0..1
    has_known_place, -- office, remote or mixed
    box_actions_count, -- all kinds, logins among them
    box_write_count, -- made, changed, moved or deleted
    box_read_count, -- opened, seen or downloaded
    box_share_count, -- links, sent items, file requests
    box_collaboration_count -- invitations, comments, tasks
from person_days
