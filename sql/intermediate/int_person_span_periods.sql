/*
description: >-
  What a person did in a week, a month and a fiscal year, for each span of the person's time in which no department
  changed (int_person_department_spans): known days, active or not, sums. For everything that speaks of periods.
grain: [person_key, span_from, period_kind, period_start]
kind: by_day
time_column: period_start
*/
with kinds as (
    select 'week' as period_kind
    union all
    select 'month' as period_kind
    union all
    select 'fiscal_year' as period_kind
),

periods as (
    select
        c.person_key,
        c.span_from,
        k.period_kind,
        case k.period_kind
            when 'week' then c.week_start
            when 'month' then c.month_start
            when 'fiscal_year' then c.fiscal_year_start
        end as period_start,
        sum(c.days_count) as days_count,
        sum(c.teams_days_count) as teams_days_count,
        sum(c.mobile_days_count) as mobile_days_count,
        sum(c.mail_days_count) as mail_days_count,
        sum(c.files_days_count) as files_days_count,
        sum(c.apps_days_count) as apps_days_count,
        sum(c.copilot_days_count) as copilot_days_count,
        sum(c.box_days_count) as box_days_count,
        sum(c.telework_days_count) as telework_days_count,
        sum(c.teams_working_days_count) as teams_working_days_count,
        sum(c.box_working_days_count) as box_working_days_count,
        sum(c.chat_working_days_count) as chat_working_days_count,
        sum(c.meeting_working_days_count) as meeting_working_days_count,
        sum(c.box_active_working_days_count) as box_active_working_days_count,
        sum(c.meeting_days_count) as meeting_days_count,
        sum(c.meeting_seconds) as meeting_seconds,
        sum(c.chat_messages_count) as chat_messages_count,
        sum(c.compared_chat_messages_count) as compared_chat_messages_count,
        sum(c.compared_mail_sent_count) as compared_mail_sent_count,
        sum(c.compared_days_count) as compared_days_count,
        sum(c.working_days_count) as working_days_count,
        sum(c.meetings_count) as meetings_count,
        sum(c.box_actions_count) as box_actions_count,
        sum(c.files_actions_count) as files_actions_count,
        sum(c.files_working_days_count) as files_working_days_count,
        sum(c.files_active_working_days_count) as files_active_working_days_count,
        sum(c.telework_all_days_count) as telework_all_days_count,
        sum(c.telework_active_working_days_count) as telework_active_working_days_count,
        sum(c.telework_days) as telework_days,
        sum(c.unplaced_days_count) as unplaced_days_count,
        max(c.chat_active) as chat_active,
        max(c.meeting_active) as meeting_active,
        max(c.meeting_organised_active) as meeting_organised_active,
        max(c.call_active) as call_active,
        max(c.mail_active) as mail_active,
        max(c.files_active) as files_active,
        max(c.desktop_app_active) as desktop_app_active,
        max(c.copilot_active) as copilot_active,
        max(c.mobile_active) as mobile_active,
        max(c.box_active) as box_active,
        max(c.telework_active) as telework_active
    from intermediate.int_person_span_weeks as c
    cross join kinds as k
    group by
        c.person_key,
        c.span_from,
        k.period_kind,
        case k.period_kind
            when 'week' then c.week_start
            when 'month' then c.month_start
            when 'fiscal_year' then c.fiscal_year_start
        end
)

select
    person_key,
    span_from, -- with person_key the way to int_person_department_spans
    period_kind, -- week, month or fiscal_year
    period_start,
    count(*) over (partition by person_key, period_kind, period_start) as spans_count, -- of the person and period
    cast(days_count as bigint) as days_count, -- days on the rolls that lie in the facts
    cast(teams_days_count as bigint) as teams_days_count, -- of those, with Teams data; the next ones likewise
    cast(mobile_days_count as bigint) as mobile_days_count,
    cast(mail_days_count as bigint) as mail_days_count,
    cast(files_days_count as bigint) as files_days_count,
    cast(apps_days_count as bigint) as apps_days_count,
    cast(copilot_days_count as bigint) as copilot_days_count, -- with a Copilot licence according to the day's report
    cast(box_days_count as bigint) as box_days_count,
    cast(telework_days_count as bigint) as telework_days_count, -- working days with sign-ins
    cast(teams_working_days_count as bigint) as teams_working_days_count, -- working days with Teams data
    cast(box_working_days_count as bigint) as box_working_days_count, -- working days with Box data
    cast(chat_working_days_count as bigint) as chat_working_days_count, -- working days with chat
    cast(meeting_working_days_count as bigint) as meeting_working_days_count, -- working days with a meeting
    cast(box_active_working_days_count as bigint) as box_active_working_days_count, -- the same for Box
    cast(meeting_days_count as bigint) as meeting_days_count, -- days with a meeting
    cast(meeting_seconds as bigint) as meeting_seconds, -- audio of days with a meeting
    cast(chat_messages_count as bigint) as chat_messages_count,
    cast(compared_chat_messages_count as bigint) as compared_chat_messages_count, -- of days for which mail is known too
    cast(compared_mail_sent_count as bigint) as compared_mail_sent_count, -- of days for which chat is known too
    cast(compared_days_count as bigint) as compared_days_count, -- days for which both are known
    cast(working_days_count as bigint) as working_days_count, -- of those, working days
    cast(meetings_count as bigint) as meetings_count, -- meetings attended
    cast(box_actions_count as bigint) as box_actions_count, -- own Box actions of all kinds
    cast(files_actions_count as bigint) as files_actions_count, -- files viewed or edited
    cast(files_working_days_count as bigint) as files_working_days_count, -- working days with data of files
    cast(files_active_working_days_count as bigint) as files_active_working_days_count, -- of those, with use
    cast(telework_all_days_count as bigint) as telework_all_days_count, -- days with sign-ins, days off among them
    cast(telework_active_working_days_count as bigint) as telework_active_working_days_count, -- with telework
    round(telework_days, 6) as telework_days, -- what the working days count as telework, added up
    cast(unplaced_days_count as bigint) as unplaced_days_count, -- working days at no known place, long leave apart
    chat_active, -- 1 = on one day at least, else 0; the next ones likewise
    meeting_active,
    meeting_organised_active,
    call_active,
    mail_active,
    files_active,
    desktop_app_active,
    copilot_active, -- on days without a report of their own as well
    mobile_active,
    box_active,
    telework_active -- on one working day at least
from periods
