/*
description: >-
  One row per department, week, month and fiscal year to date. Reach: a person counts in a department with the mean
  weight over the days spent there in the period for which the measure is known, and is active if active on one of them.
  Telework reach looks at working days only. Sums come from int_department_days. In both views of history.
grain: [organisation_view, department_key, period_kind, period_start]
kind: by_day
time_column: period_start
not_null: [headcount_people, days_count]
*/
-- The condition on the result does not reach through the groups, so it stands where rows are read, too.
with reached as (
    select
        period_kind,
        period_start
    from intermediate.int_periods
    where rests_on_to >= $start_date
),

-- Each mean is rounded before it is summed, so that the sum does not depend on the order of addition. Most people have
-- one span in a period, of which the mean is the weight itself: they need no grouping, which is most of the work.
person_departments as (
    select
        s.organisation_view,
        s.department_key,
        p.period_kind,
        p.period_start,
        p.person_key,
        round(s.weight, 6) as weight,
        round(s.telework_capable_weight, 6) as capable_weight,
        case when p.teams_days_count > 0 then round(s.weight, 6) end as teams_weight,
        case when p.mobile_days_count > 0 then round(s.weight, 6) end as mobile_weight,
        case when p.box_days_count > 0 then round(s.weight, 6) end as box_weight,
        case when p.mail_days_count > 0 then round(s.weight, 6) end as mail_weight,
        case when p.files_days_count > 0 then round(s.weight, 6) end as files_weight,
        case when p.apps_days_count > 0 then round(s.weight, 6) end as apps_weight,
        case when p.copilot_days_count > 0 then round(s.weight, 6) end as copilot_weight,
        case when p.telework_days_count > 0 then round(s.weight, 6) end as telework_weight,
        case when p.telework_days_count > 0 then round(s.telework_capable_weight, 6) end as telework_capable_weight,
        p.chat_active,
        p.meeting_active,
        p.meeting_organised_active,
        p.call_active,
        p.mail_active,
        p.files_active,
        p.desktop_app_active,
        p.copilot_active,
        p.mobile_active,
        p.box_active,
        p.telework_active
    from intermediate.int_person_span_periods as p
    inner join intermediate.int_person_department_spans as s
        on p.person_key = s.person_key and p.span_from = s.span_from
    inner join reached as r on p.period_kind = r.period_kind and p.period_start = r.period_start
    where p.spans_count = 1
    union all
    select
        s.organisation_view,
        s.department_key,
        p.period_kind,
        p.period_start,
        p.person_key,
        round(sum(s.weight * p.days_count) / sum(p.days_count), 6) as weight,
        round(sum(s.telework_capable_weight * p.days_count) / sum(p.days_count), 6) as capable_weight,
        round(sum(s.weight * p.teams_days_count) / nullif(sum(p.teams_days_count), 0), 6) as teams_weight,
        round(sum(s.weight * p.mobile_days_count) / nullif(sum(p.mobile_days_count), 0), 6) as mobile_weight,
        round(sum(s.weight * p.box_days_count) / nullif(sum(p.box_days_count), 0), 6) as box_weight,
        round(sum(s.weight * p.mail_days_count) / nullif(sum(p.mail_days_count), 0), 6) as mail_weight,
        round(sum(s.weight * p.files_days_count) / nullif(sum(p.files_days_count), 0), 6) as files_weight,
        round(sum(s.weight * p.apps_days_count) / nullif(sum(p.apps_days_count), 0), 6) as apps_weight,
        round(sum(s.weight * p.copilot_days_count) / nullif(sum(p.copilot_days_count), 0), 6) as copilot_weight,
        round(sum(s.weight * p.telework_days_count) / nullif(sum(p.telework_days_count), 0), 6) as telework_weight,
        round(
            sum(s.telework_capable_weight * p.telework_days_count) / nullif(sum(p.telework_days_count), 0), 6
        ) as telework_capable_weight,
        max(p.chat_active) as chat_active,
        max(p.meeting_active) as meeting_active,
        max(p.meeting_organised_active) as meeting_organised_active,
        max(p.call_active) as call_active,
        max(p.mail_active) as mail_active,
        max(p.files_active) as files_active,
        max(p.desktop_app_active) as desktop_app_active,
        max(p.copilot_active) as copilot_active,
        max(p.mobile_active) as mobile_active,
        max(p.box_active) as box_active,
        max(p.telework_active) as telework_active
    from intermediate.int_person_span_periods as p
    inner join intermediate.int_person_department_spans as s
        on p.person_key = s.person_key and p.span_from = s.span_from
    inner join reached as r on p.period_kind = r.period_kind and p.period_start = r.period_start
    where p.spans_count > 1
    group by s.organisation_view, s.department_key, p.period_kind, p.period_start, p.person_key
),

reach as (
    select
        organisation_view,
        department_key,
        period_kind,
        period_start,
        sum(weight) as headcount_people,
        sum(capable_weight) as telework_capable_people,
        sum(teams_weight) as teams_known_people,
        sum(mobile_weight) as mobile_known_people,
        sum(mail_weight) as mail_known_people,
        sum(files_weight) as files_known_people,
        sum(apps_weight) as apps_known_people,
        sum(copilot_weight) as copilot_licensed_people,
        sum(box_weight) as box_known_people,
        sum(telework_weight) as telework_known_people,
        sum(telework_capable_weight) as telework_capable_known_people,
        sum(teams_weight * chat_active) as chat_active_people,
        sum(teams_weight * meeting_active) as meeting_active_people,
        sum(teams_weight * meeting_organised_active) as meeting_organised_active_people,
        sum(teams_weight * call_active) as call_active_people,
        sum(mail_weight * mail_active) as mail_active_people,
        sum(files_weight * files_active) as files_active_people,
        sum(apps_weight * desktop_app_active) as desktop_app_active_people,
        sum(copilot_weight * copilot_active) as copilot_active_people,
        sum(mobile_weight * mobile_active) as mobile_active_people,
        sum(box_weight * box_active) as box_active_people,
        sum(telework_weight * telework_active) as telework_people,
        sum(telework_capable_weight * telework_active) as telework_capable_active_people
    from person_departments
    group by organisation_view, department_key, period_kind, period_start
),

view_days as (
    select
        'as_was' as organisation_view,
        iso_week_start,
        month_start,
        fiscal_year_start,
        department_key,
        is_working_day,
        files_status,
        apps_status,
        copilot_status,
        headcount_people,
        chat_active_people,
        chat_messages_count,
        meeting_active_people,
        meeting_seconds,
        mail_sent_count,
        mobile_active_people,
        known_place_people,
        telework_person_days,
        box_active_people,
        outbound_files_count,
        inbound_files_count,
        beyond_mail_files_count
    from intermediate.int_department_days
    union all
    select
        'today' as organisation_view,
        iso_week_start,
        month_start,
        fiscal_year_start,
        department_key,
        is_working_day,
        files_status,
        apps_status,
        copilot_status,
        headcount_people,
        chat_active_people,
        chat_messages_count,
        meeting_active_people,
        meeting_seconds,
        mail_sent_count,
        mobile_active_people,
        known_place_people,
        telework_person_days,
        box_active_people,
        outbound_files_count,
        inbound_files_count,
        beyond_mail_files_count
    from intermediate.int_department_days_today
),

department_days as (
    select
        'week' as period_kind,
        iso_week_start as period_start,
        organisation_view,
        department_key,
        is_working_day,
        files_status,
        apps_status,
        copilot_status,
        headcount_people,
        chat_active_people,
        chat_messages_count,
        meeting_active_people,
        meeting_seconds,
        mail_sent_count,
        mobile_active_people,
        known_place_people,
        telework_person_days,
        box_active_people,
        outbound_files_count,
        inbound_files_count,
        beyond_mail_files_count
    from view_days
    where
        iso_week_start in (
            select r.period_start
            from reached as r
            where r.period_kind = 'week'
        )
    union all
    select
        'month' as period_kind,
        month_start as period_start,
        organisation_view,
        department_key,
        is_working_day,
        files_status,
        apps_status,
        copilot_status,
        headcount_people,
        chat_active_people,
        chat_messages_count,
        meeting_active_people,
        meeting_seconds,
        mail_sent_count,
        mobile_active_people,
        known_place_people,
        telework_person_days,
        box_active_people,
        outbound_files_count,
        inbound_files_count,
        beyond_mail_files_count
    from view_days
    where
        month_start in (
            select r.period_start
            from reached as r
            where r.period_kind = 'month'
        )
    union all
    select
        'fiscal_year' as period_kind,
        fiscal_year_start as period_start,
        organisation_view,
        department_key,
        is_working_day,
        files_status,
        apps_status,
        copilot_status,
        headcount_people,
        chat_active_people,
        chat_messages_count,
        meeting_active_people,
        meeting_seconds,
        mail_sent_count,
        mobile_active_people,
        known_place_people,
        telework_person_days,
        box_active_people,
        outbound_files_count,
        inbound_files_count,
        beyond_mail_files_count
    from view_days
    where fiscal_year_start in (
        select r.period_start
        from reached as r
        where r.period_kind = 'fiscal_year'
    )
),

sums as (
    select
        organisation_view,
        department_key,
        period_kind,
        period_start,
        count(*) as days_count,
        sum(case when is_working_day then 1 else 0 end) as working_days_count,
        sum(case when chat_active_people is not null then 1 else 0 end) as teams_days_count,
        sum(case when mobile_active_people is not null then 1 else 0 end) as mobile_days_count,
        sum(case when mail_sent_count is not null then 1 else 0 end) as mail_days_count,
        sum(case when files_status <> 'missing' then 1 else 0 end) as files_days_count,
        sum(case when apps_status <> 'missing' then 1 else 0 end) as apps_days_count,
        sum(case when copilot_status <> 'missing' then 1 else 0 end) as copilot_days_count,
        sum(case when copilot_status = 'missing' then 1 else 0 end) as copilot_missing_days_count,
        sum(case when box_active_people is not null then 1 else 0 end) as box_days_count,
        sum(case when known_place_people is not null and is_working_day then 1 else 0 end) as telework_days_count,
        sum(case when is_working_day then headcount_people else 0 end) as person_working_days,
        sum(case when is_working_day and chat_active_people is not null then headcount_people end)
            as teams_person_working_days,
        sum(case when is_working_day then chat_active_people end) as chat_active_person_working_days,
        sum(case when is_working_day then meeting_active_people end) as meeting_active_person_working_days,
        sum(case when is_working_day and box_active_people is not null then headcount_people end)
            as box_person_working_days,
        sum(case when is_working_day then box_active_people end) as box_active_person_working_days,
        sum(meeting_active_people) as meeting_active_person_days,
        sum(meeting_seconds) as meeting_seconds,
        sum(chat_messages_count) as chat_messages_count,
        sum(mail_sent_count) as mail_sent_count,
        sum(case when mail_sent_count is not null then chat_messages_count end) as compared_chat_messages_count,
        sum(case when chat_messages_count is not null then mail_sent_count end) as compared_mail_sent_count,
        sum(case when is_working_day and known_place_people is not null then headcount_people end)
            as telework_person_working_days,
        sum(case when is_working_day then telework_person_days end) as telework_person_days,
        sum(case when is_working_day then known_place_people end) as known_place_person_days,
        sum(outbound_files_count) as outbound_files_count,
        sum(inbound_files_count) as inbound_files_count,
        sum(beyond_mail_files_count) as beyond_mail_files_count
    from department_days
    group by organisation_view, department_key, period_kind, period_start
)

select
    s.organisation_view, -- as_was or today
    s.department_key,
    s.period_kind, -- week, month or fiscal_year
    s.period_start,
    s.days_count, -- days of the period that lie in the facts
    cast(s.working_days_count as bigint) as working_days_count,
    coalesce(round(r.headcount_people, 6), 0) as headcount_people,
    coalesce(round(r.telework_capable_people, 6), 0) as telework_capable_people,
    case when s.teams_days_count > 0 then coalesce(round(r.teams_known_people, 6), 0) end as teams_known_people,
    case when s.mobile_days_count > 0 then coalesce(round(r.mobile_known_people, 6), 0) end as mobile_known_people,
    case when s.box_days_count > 0 then coalesce(round(r.box_known_people, 6), 0) end as box_known_people,
    case when s.mail_days_count > 0 then coalesce(round(r.mail_known_people, 6), 0) end as mail_known_people,
    case when s.files_days_count > 0 then coalesce(round(r.files_known_people, 6), 0) end as files_known_people,
    case when s.apps_days_count > 0 then coalesce(round(r.apps_known_people, 6), 0) end as apps_known_people,
    case when s.telework_days_count > 0 then coalesce(round(r.telework_known_people, 6), 0) end
        as telework_known_people,
    case when s.telework_days_count > 0 then coalesce(round(r.telework_capable_known_people, 6), 0) end
        as telework_capable_known_people,
    case when s.teams_days_count > 0 then coalesce(round(r.chat_active_people, 6), 0) end as chat_active_people,
    case when s.teams_days_count > 0 then coalesce(round(r.meeting_active_people, 6), 0) end
        as meeting_active_people,
    case when s.teams_days_count > 0 then coalesce(round(r.meeting_organised_active_people, 6), 0) end
        as meeting_organised_active_people,
    case when s.teams_days_count > 0 then coalesce(round(r.call_active_people, 6), 0) end as call_active_people,
    case when s.mail_days_count > 0 then coalesce(round(r.mail_active_people, 6), 0) end as mail_active_people,
    case when s.files_days_count > 0 then coalesce(round(r.files_active_people, 6), 0) end as files_active_people,
    case when s.apps_days_count > 0 then coalesce(round(r.desktop_app_active_people, 6), 0) end
        as desktop_app_active_people,
    case when s.copilot_days_count > 0 then coalesce(round(r.copilot_licensed_people, 6), 0) end
        as copilot_licensed_people, -- according to the reports of its days
    case when s.copilot_days_count > 0 then coalesce(round(r.copilot_active_people, 6), 0) end
        as copilot_active_people, -- of those
    s.copilot_days_count = 0 and s.copilot_missing_days_count > 0
        as is_copilot_missing, -- there are licences, and no report of any day of the period
    case when s.mobile_days_count > 0 then coalesce(round(r.mobile_active_people, 6), 0) end as mobile_active_people,
    case when s.box_days_count > 0 then coalesce(round(r.box_active_people, 6), 0) end as box_active_people,
    case when s.telework_days_count > 0 then coalesce(round(r.telework_people, 6), 0) end as telework_people,
    case when s.telework_days_count > 0 then coalesce(round(r.telework_capable_active_people, 6), 0) end
        as telework_capable_active_people,
    round(s.person_working_days, 6) as person_working_days,
    round(s.teams_person_working_days, 6) as teams_person_working_days,
    round(s.chat_active_person_working_days, 6) as chat_active_person_working_days,
    round(s.meeting_active_person_working_days, 6) as meeting_active_person_working_days,
    round(s.box_person_working_days, 6) as box_person_working_days,
    round(s.box_active_person_working_days, 6) as box_active_person_working_days,
    round(s.meeting_active_person_days, 6) as meeting_active_person_days,
    round(round(s.meeting_seconds, 6) / 60, 6) as meeting_minutes,
    round(s.chat_messages_count, 6) as chat_messages_count,
    round(s.mail_sent_count, 6) as mail_sent_count,
    round(s.compared_chat_messages_count, 6) as compared_chat_messages_count,
    round(s.compared_mail_sent_count, 6) as compared_mail_sent_count,
    round(s.telework_person_working_days, 6) as telework_person_working_days,
    round(s.telework_person_days, 6) as telework_person_days,
    round(s.known_place_person_days, 6) as known_place_person_days,
    round(s.outbound_files_count, 6) as outbound_files_count,
    round(s.inbound_files_count, 6) as inbound_files_count,
    round(s.beyond_mail_files_count, 6) as beyond_mail_files_count
from sums as s
left join reach as r
    on
        s.organisation_view = r.organisation_view
        and s.department_key = r.department_key
        and s.period_kind = r.period_kind
        and s.period_start = r.period_start
