/*
description: >-
  int_department_periods for the parts of a department: people by employment type and by rollout wave. A person counts
  in a part with the mean weight over the days spent in it. Sums are sums of weights times days. As it was.
grain: [department_key, period_kind, period_start, segment_kind, segment]
kind: by_day
time_column: period_start
*/
with parts as (
    select
        s.person_key,
        s.span_from,
        k.segment_kind,
        case k.segment_kind when 'employment_type' then s.employment_type else s.rollout_wave end as segment
    from intermediate.int_person_segments as s
    cross join intermediate.int_segment_kinds as k
),

-- Who has one span in a period needs no grouping: that is nearly everybody (see int_department_periods).
person_parts as (
    select
        g.segment_kind,
        g.segment,
        s.department_key,
        p.period_kind,
        p.period_start,
        p.person_key,
        round(s.weight, 6) as weight,
        case when p.teams_days_count > 0 then round(s.weight, 6) end as teams_weight,
        case when p.mobile_days_count > 0 then round(s.weight, 6) end as mobile_weight,
        case when p.mail_days_count > 0 then round(s.weight, 6) end as mail_weight,
        case when p.files_days_count > 0 then round(s.weight, 6) end as files_weight,
        case when p.apps_days_count > 0 then round(s.weight, 6) end as apps_weight,
        case when p.copilot_days_count > 0 then round(s.weight, 6) end as copilot_weight,
        case when p.box_days_count > 0 then round(s.weight, 6) end as box_weight,
        p.teams_working_days_count,
        p.box_working_days_count,
        p.compared_days_count,
        round(s.weight * p.teams_working_days_count, 6) as teams_person_working_days,
        round(s.weight * p.chat_working_days_count, 6) as chat_active_person_working_days,
        round(s.weight * p.meeting_working_days_count, 6) as meeting_active_person_working_days,
        round(s.weight * p.box_working_days_count, 6) as box_person_working_days,
        round(s.weight * p.box_active_working_days_count, 6) as box_active_person_working_days,
        round(s.weight * p.meeting_days_count, 6) as meeting_active_person_days,
        round(s.weight * p.meeting_seconds, 6) as meeting_seconds,
        round(s.weight * p.compared_chat_messages_count, 6) as compared_chat_messages_count,
        round(s.weight * p.compared_mail_sent_count, 6) as compared_mail_sent_count,
        p.chat_active,
        p.meeting_active,
        p.meeting_organised_active,
        p.call_active,
        p.mail_active,
        p.files_active,
        p.desktop_app_active,
        p.copilot_active,
        p.mobile_active,
        p.box_active
    from intermediate.int_person_span_periods as p
    inner join intermediate.int_person_department_spans as s
        on p.person_key = s.person_key and p.span_from = s.span_from and s.organisation_view = 'as_was'
    inner join parts as g on p.person_key = g.person_key and p.span_from = g.span_from
    where p.spans_count = 1
    union all
    select
        g.segment_kind,
        g.segment,
        s.department_key,
        p.period_kind,
        p.period_start,
        p.person_key,
        round(sum(s.weight * p.days_count) / sum(p.days_count), 6) as weight,
        round(sum(s.weight * p.teams_days_count) / nullif(sum(p.teams_days_count), 0), 6) as teams_weight,
        round(sum(s.weight * p.mobile_days_count) / nullif(sum(p.mobile_days_count), 0), 6) as mobile_weight,
        round(sum(s.weight * p.mail_days_count) / nullif(sum(p.mail_days_count), 0), 6) as mail_weight,
        round(sum(s.weight * p.files_days_count) / nullif(sum(p.files_days_count), 0), 6) as files_weight,
        round(sum(s.weight * p.apps_days_count) / nullif(sum(p.apps_days_count), 0), 6) as apps_weight,
        round(sum(s.weight * p.copilot_days_count) / nullif(sum(p.copilot_days_count), 0), 6) as copilot_weight,
        round(sum(s.weight * p.box_days_count) / nullif(sum(p.box_days_count), 0), 6) as box_weight,
        sum(p.teams_working_days_count) as teams_working_days_count,
        sum(p.box_working_days_count) as box_working_days_count,
        sum(p.compared_days_count) as compared_days_count,
        round(sum(s.weight * p.teams_working_days_count), 6) as teams_person_working_days,
        round(sum(s.weight * p.chat_working_days_count), 6) as chat_active_person_working_days,
        round(sum(s.weight * p.meeting_working_days_count), 6) as meeting_active_person_working_days,
        round(sum(s.weight * p.box_working_days_count), 6) as box_person_working_days,
        round(sum(s.weight * p.box_active_working_days_count), 6) as box_active_person_working_days,
        round(sum(s.weight * p.meeting_days_count), 6) as meeting_active_person_days,
        round(sum(s.weight * p.meeting_seconds), 6) as meeting_seconds,
        round(sum(s.weight * p.compared_chat_messages_count), 6) as compared_chat_messages_count,
        round(sum(s.weight * p.compared_mail_sent_count), 6) as compared_mail_sent_count,
        max(p.chat_active) as chat_active,
        max(p.meeting_active) as meeting_active,
        max(p.meeting_organised_active) as meeting_organised_active,
        max(p.call_active) as call_active,
        max(p.mail_active) as mail_active,
        max(p.files_active) as files_active,
        max(p.desktop_app_active) as desktop_app_active,
        max(p.copilot_active) as copilot_active,
        max(p.mobile_active) as mobile_active,
        max(p.box_active) as box_active
    from intermediate.int_person_span_periods as p
    inner join intermediate.int_person_department_spans as s
        on p.person_key = s.person_key and p.span_from = s.span_from and s.organisation_view = 'as_was'
    inner join parts as g on p.person_key = g.person_key and p.span_from = g.span_from
    where p.spans_count > 1
    group by g.segment_kind, g.segment, s.department_key, p.period_kind, p.period_start, p.person_key
)

select
    department_key,
    period_kind, -- week, month or fiscal_year
    period_start,
    segment_kind, -- employment_type or rollout_wave
    segment,
    round(sum(weight), 6) as headcount_people,
    round(sum(teams_weight), 6) as teams_known_people,
    round(sum(mobile_weight), 6) as mobile_known_people,
    round(sum(mail_weight), 6) as mail_known_people,
    round(sum(files_weight), 6) as files_known_people,
    round(sum(apps_weight), 6) as apps_known_people,
    round(sum(copilot_weight), 6) as copilot_licensed_people, -- NULL where nobody is known to hold one
    round(sum(box_weight), 6) as box_known_people,
    round(sum(teams_weight * chat_active), 6) as chat_active_people,
    round(sum(teams_weight * meeting_active), 6) as meeting_active_people,
    round(sum(teams_weight * meeting_organised_active), 6) as meeting_organised_active_people,
    round(sum(teams_weight * call_active), 6) as call_active_people,
    round(sum(mail_weight * mail_active), 6) as mail_active_people,
    round(sum(files_weight * files_active), 6) as files_active_people,
    round(sum(apps_weight * desktop_app_active), 6) as desktop_app_active_people,
    round(sum(copilot_weight * copilot_active), 6) as copilot_active_people,
    round(sum(mobile_weight * mobile_active), 6) as mobile_active_people,
    round(sum(box_weight * box_active), 6) as box_active_people,
    round(sum(case when teams_working_days_count > 0 then teams_person_working_days end), 6)
        as teams_person_working_days,
    round(sum(case when teams_working_days_count > 0 then chat_active_person_working_days end), 6)
        as chat_active_person_working_days,
    round(sum(case when teams_working_days_count > 0 then meeting_active_person_working_days end), 6)
        as meeting_active_person_working_days,
    round(sum(case when box_working_days_count > 0 then box_person_working_days end), 6) as box_person_working_days,
    round(sum(case when box_working_days_count > 0 then box_active_person_working_days end), 6)
        as box_active_person_working_days,
    round(sum(case when teams_weight is not null then meeting_active_person_days end), 6) as meeting_active_person_days,
    round(sum(case when teams_weight is not null then meeting_seconds end) / 60, 6) as meeting_minutes,
    round(sum(case when compared_days_count > 0 then compared_chat_messages_count end), 6)
        as compared_chat_messages_count,
    round(sum(case when compared_days_count > 0 then compared_mail_sent_count end), 6) as compared_mail_sent_count
from person_parts
group by department_key, period_kind, period_start, segment_kind, segment
