/*
description: >-
  One row per department (every level and ALL) and day of the facts. People are counted by their main post; a measure
  is NULL when its day is missing.
grain: [department_key, activity_date]
kind: by_day
time_column: activity_date
not_null: [headcount_people, is_working_day]
checks:
- name: classes_add_up_to_headcount
  sql: |
    select department_key, activity_date from intermediate.int_department_days
    where office_people + remote_people + mixed_people + mobile_people + unknown_people <> headcount_people
- name: active_within_headcount
  sql: |
    select department_key, activity_date from intermediate.int_department_days
    where greatest(chat_active_people, meeting_active_people, box_active_people, mobile_active_people)
        > headcount_people
*/
with people as (
    select
        department_key,
        activity_date,
        count(*) as headcount_people,
        count(case when is_telework_capable then 1 end) as telework_capable_people,
        count(case when is_absent then 1 end) as absent_people,
        count(case when is_licensed then 1 end) as licensed_people,
        count(case when chat_messages_count > 0 then 1 end) as chat_active_people,
        sum(chat_messages_count) as chat_messages_count,
        count(case when meetings_attended_count > 0 then 1 end) as meeting_active_people,
        sum(case when meetings_attended_count > 0 then audio_seconds else 0 end) as meeting_seconds,
        sum(mail_sent_count) as mail_sent_count,
        count(case when meetings_organised_count > 0 then 1 end) as meeting_organised_active_people,
        count(case when calls_count > 0 then 1 end) as call_active_people,
        count(case when mail_sent_count > 0 then 1 end) as mail_active_people,
        count(case when files_viewed_or_edited_count > 0 then 1 end) as files_active_people,
        count(case when is_desktop_app_active then 1 end) as desktop_app_active_people,
        count(case when is_copilot_licensed then 1 end) as copilot_licensed_people,
        count(case when is_copilot_licensed and is_copilot_active then 1 end) as copilot_active_people,
        count(case when is_mobile_active then 1 end) as mobile_active_people,
        count(case when telework_class = 'office' then 1 end) as office_people,
        count(case when telework_class = 'remote' then 1 end) as remote_people,
        count(case when telework_class = 'mixed' then 1 end) as mixed_people,
        count(case when telework_class = 'mobile' then 1 end) as mobile_people,
        count(case when telework_class = 'unknown' then 1 end) as unknown_people,
        count(case when has_known_place then 1 end) as known_place_people,
        count(case when not has_known_place and not is_absent then 1 end) as unplaced_people,
        count(case when is_telework_capable and not has_known_place and not is_absent then 1 end)
            as unplaced_capable_people,
        sum(case when is_telework_capable then telework_days else 0 end) as telework_capable_person_days,
        count(case when telework_days > 0 then 1 end) as telework_people,
        count(case when is_telework_capable and telework_days > 0 then 1 end) as telework_capable_active_people,
        sum(telework_days) as telework_person_days,
        count(case when box_actions_count > 0 then 1 end) as box_active_people
    from intermediate.int_person_department_days
    group by department_key, activity_date
),

files as (
    select
        t.ancestor_key as department_key,
        x.activity_date,
        sum(case when x.direction = 'outbound' then 1 else 0 end) as outbound_files_count,
        sum(case when x.direction = 'inbound' then 1 else 0 end) as inbound_files_count,
        sum(case when x.is_beyond_mail then 1 else 0 end) as beyond_mail_files_count
    from intermediate.int_external_transfers as x
    inner join intermediate.int_department_tree as t
        on
            x.department_key = t.department_key
            and t.valid_from <= x.activity_date
            and x.activity_date <= t.valid_to
    group by t.ancestor_key, x.activity_date
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
    from intermediate.int_departments as d
    inner join intermediate.int_days as y on d.valid_from <= y.activity_date and y.activity_date <= d.valid_to
)

select
    n.department_key,
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
    n.telework_status, -- NULL where its source is switched off, like box_status
    n.box_status,
    cast(coalesce(p.headcount_people, 0) as bigint) as headcount_people,
    cast(coalesce(p.telework_capable_people, 0) as bigint) as telework_capable_people,
    cast(coalesce(p.absent_people, 0) as bigint) as absent_people, -- on leave or seconded out, part of the headcount
    -- with a licence that day; 0 where nothing is known
    cast(coalesce(p.licensed_people, 0) as bigint) as licensed_people,
    case when n.has_teams then cast(coalesce(p.chat_active_people, 0) as bigint) end as chat_active_people,
    case when n.has_teams then cast(coalesce(p.chat_messages_count, 0) as bigint) end as chat_messages_count,
    case when n.has_teams then cast(coalesce(p.meeting_active_people, 0) as bigint) end as meeting_active_people,
    case when n.has_teams then cast(coalesce(p.meeting_seconds, 0) as bigint) end as meeting_seconds,
    case when n.mail_status <> 'missing' then cast(coalesce(p.mail_sent_count, 0) as bigint) end as mail_sent_count,
    case when n.has_teams then cast(coalesce(p.meeting_organised_active_people, 0) as bigint) end
        as meeting_organised_active_people,
    case when n.has_teams then cast(coalesce(p.call_active_people, 0) as bigint) end as call_active_people,
    case when n.mail_status <> 'missing' then cast(coalesce(p.mail_active_people, 0) as bigint) end
        as mail_active_people,
    case when n.files_status <> 'missing' then cast(coalesce(p.files_active_people, 0) as bigint) end
        as files_active_people,
    case when n.apps_status <> 'missing' then cast(coalesce(p.desktop_app_active_people, 0) as bigint) end
        as desktop_app_active_people,
    case when n.copilot_status <> 'missing' then cast(coalesce(p.copilot_licensed_people, 0) as bigint) end
        as copilot_licensed_people,
    case when n.copilot_status <> 'missing' then cast(coalesce(p.copilot_active_people, 0) as bigint) end
        as copilot_active_people,
    case when n.mobile_status <> 'missing' then cast(coalesce(p.mobile_active_people, 0) as bigint) end
        as mobile_active_people,
    case when n.has_telework then cast(coalesce(p.office_people, 0) as bigint) end as office_people,
    case when n.has_telework then cast(coalesce(p.remote_people, 0) as bigint) end as remote_people,
    case when n.has_telework then cast(coalesce(p.mixed_people, 0) as bigint) end as mixed_people,
    case when n.has_telework then cast(coalesce(p.mobile_people, 0) as bigint) end as mobile_people,
    case when n.has_telework then cast(coalesce(p.unknown_people, 0) as bigint) end as unknown_people,
    case when n.has_telework then cast(coalesce(p.known_place_people, 0) as bigint) end as known_place_people,
    -- Neither in a known place nor on long leave: whoever worked may have done so anywhere.
    case when n.has_telework then cast(coalesce(p.unplaced_people, 0) as bigint) end as unplaced_people,
    case when n.has_telework then cast(coalesce(p.unplaced_capable_people, 0) as bigint) end as unplaced_capable_people,
    case when n.has_telework then cast(coalesce(p.telework_people, 0) as bigint) end as telework_people,
    case when n.has_telework then cast(coalesce(p.telework_capable_active_people, 0) as bigint) end
        as telework_capable_active_people,
    case when n.has_telework then coalesce(round(p.telework_person_days, 6), 0) end as telework_person_days,
    case when n.has_telework then coalesce(round(p.telework_capable_person_days, 6), 0) end
        as telework_capable_person_days,
    case when n.has_box then cast(coalesce(p.box_active_people, 0) as bigint) end as box_active_people,
    case when n.has_box then cast(coalesce(f.outbound_files_count, 0) as bigint) end as outbound_files_count,
    case when n.has_box then cast(coalesce(f.inbound_files_count, 0) as bigint) end as inbound_files_count,
    case when n.has_box then cast(coalesce(f.beyond_mail_files_count, 0) as bigint) end as beyond_mail_files_count,
    n.teams_status = 'final'
    and n.mobile_status = 'final'
    and n.mail_status = 'final'
    and coalesce(n.telework_status, 'final') = 'final'
    and coalesce(n.box_status, 'final') = 'final' as is_final -- of what is not switched off
from nodes as n
left join people as p on n.department_key = p.department_key and n.activity_date = p.activity_date
left join files as f on n.department_key = f.department_key and n.activity_date = f.activity_date
-- NONE is no department to be shown when everybody has one.
where n.department_key <> 'NONE' or p.department_key is not null
