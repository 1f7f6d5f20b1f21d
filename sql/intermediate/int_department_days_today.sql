/*
description: >-
  int_department_days in today's organisation: what each department itself held on a day (its figures less those of the
  departments below it) goes to the departments of today that carry it on, by their shares, and up today's tree. So the
  totals of both views agree. A measure is NULL when its day is missing.
grain: [department_key, activity_date]
kind: by_day
time_column: activity_date
not_null: [headcount_people, is_working_day]
checks:
- name: totals_agree_with_the_organisation_as_it_was
  sql: |
    select t.activity_date
    from intermediate.int_department_days_today as t
    inner join intermediate.int_department_days as d
        on t.department_key = d.department_key and t.activity_date = d.activity_date
    where t.department_key = 'ALL' and (
        abs(t.headcount_people - d.headcount_people) > 0.001
        or abs(t.chat_active_people - d.chat_active_people) > 0.001
        or abs(t.unknown_people - d.unknown_people) > 0.001
    )
*/
with moved as (
    select
        r.target_key,
        d.activity_date,
        sum(r.factor * d.headcount_people) as headcount_people,
        sum(r.factor * d.telework_capable_people) as telework_capable_people,
        sum(r.factor * d.absent_people) as absent_people,
        sum(r.factor * d.licensed_people) as licensed_people,
        sum(r.factor * d.chat_active_people) as chat_active_people,
        sum(r.factor * d.chat_messages_count) as chat_messages_count,
        sum(r.factor * d.meeting_active_people) as meeting_active_people,
        sum(r.factor * d.meeting_seconds) as meeting_seconds,
        sum(r.factor * d.mail_sent_count) as mail_sent_count,
        sum(r.factor * d.mobile_active_people) as mobile_active_people,
        sum(r.factor * d.office_people) as office_people,
        sum(r.factor * d.remote_people) as remote_people,
        sum(r.factor * d.mixed_people) as mixed_people,
        sum(r.factor * d.mobile_people) as mobile_people,
        sum(r.factor * d.unknown_people) as unknown_people,
        sum(r.factor * d.known_place_people) as known_place_people,
        sum(r.factor * d.telework_people) as telework_people,
        sum(r.factor * d.telework_capable_active_people) as telework_capable_active_people,
        sum(r.factor * d.telework_person_days) as telework_person_days,
        sum(r.factor * d.box_active_people) as box_active_people,
        sum(r.factor * d.outbound_files_count) as outbound_files_count,
        sum(r.factor * d.inbound_files_count) as inbound_files_count,
        sum(r.factor * d.beyond_mail_files_count) as beyond_mail_files_count
    from intermediate.int_department_days as d
    inner join intermediate.int_today_routes as r
        on d.department_key = r.source_key and r.valid_from <= d.activity_date and d.activity_date <= r.valid_to
    group by r.target_key, d.activity_date
),

nodes as (
    select
        d.department_key,
        y.activity_date,
        y.is_working_day,
        y.iso_week_start,
        y.month_start,
        y.fiscal_year_start,
        y.teams_status,
        y.mobile_status,
        y.mail_status,
        y.files_status,
        y.apps_status,
        y.copilot_status,
        y.telework_status,
        y.box_status,
        y.teams_status <> 'missing' as has_teams,
        y.telework_status <> 'missing' as has_telework,
        y.box_status <> 'missing' as has_box
    from intermediate.int_today_departments as d
    cross join intermediate.int_days as y
)

select
    n.department_key, -- a department of today
    n.activity_date, -- label day of the reports, Tokyo day of sign-ins and events
    n.is_working_day,
    n.iso_week_start,
    n.month_start,
    n.fiscal_year_start,
    n.teams_status, -- chat and meetings: missing, provisional or final
    n.mobile_status,
    n.mail_status,
    n.files_status,
    n.apps_status,
    n.copilot_status, -- NULL before the first Copilot report
    n.telework_status,
    n.box_status,
    coalesce(round(m.headcount_people, 6), 0) as headcount_people,
    coalesce(round(m.telework_capable_people, 6), 0) as telework_capable_people,
    coalesce(round(m.absent_people, 6), 0) as absent_people,
    coalesce(round(m.licensed_people, 6), 0) as licensed_people,
    case when n.has_teams then coalesce(round(m.chat_active_people, 6), 0) end as chat_active_people,
    case when n.has_teams then coalesce(round(m.chat_messages_count, 6), 0) end as chat_messages_count,
    case when n.has_teams then coalesce(round(m.meeting_active_people, 6), 0) end as meeting_active_people,
    case when n.has_teams then coalesce(round(m.meeting_seconds, 6), 0) end as meeting_seconds,
    case when n.mail_status <> 'missing' then coalesce(round(m.mail_sent_count, 6), 0) end as mail_sent_count,
    case when n.mobile_status <> 'missing' then coalesce(round(m.mobile_active_people, 6), 0) end
        as mobile_active_people,
    case when n.has_telework then coalesce(round(m.office_people, 6), 0) end as office_people,
    case when n.has_telework then coalesce(round(m.remote_people, 6), 0) end as remote_people,
    case when n.has_telework then coalesce(round(m.mixed_people, 6), 0) end as mixed_people,
    case when n.has_telework then coalesce(round(m.mobile_people, 6), 0) end as mobile_people,
    case when n.has_telework then coalesce(round(m.unknown_people, 6), 0) end as unknown_people,
    case when n.has_telework then coalesce(round(m.known_place_people, 6), 0) end as known_place_people,
    case when n.has_telework then coalesce(round(m.telework_people, 6), 0) end as telework_people,
    case when n.has_telework then coalesce(round(m.telework_capable_active_people, 6), 0) end
        as telework_capable_active_people,
    case when n.has_telework then coalesce(round(m.telework_person_days, 6), 0) end as telework_person_days,
    case when n.has_box then coalesce(round(m.box_active_people, 6), 0) end as box_active_people,
    case when n.has_box then coalesce(round(m.outbound_files_count, 6), 0) end as outbound_files_count,
    case when n.has_box then coalesce(round(m.inbound_files_count, 6), 0) end as inbound_files_count,
    case when n.has_box then coalesce(round(m.beyond_mail_files_count, 6), 0) end as beyond_mail_files_count,
    n.teams_status = 'final'
    and n.mobile_status = 'final'
    and n.mail_status = 'final'
    and n.telework_status = 'final'
    and n.box_status = 'final' as is_final
from nodes as n
left join moved as m on n.department_key = m.target_key and n.activity_date = m.activity_date
where n.department_key <> 'NONE' or m.headcount_people > 0.0000005
