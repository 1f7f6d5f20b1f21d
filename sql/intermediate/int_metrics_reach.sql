/*
description: >-
  Contributor to rpt_department_metrics: who uses chat, web meetings, calls, mail, files, apps, Copilot, phones and Box,
  how many days and how intensely, per department and week, month and fiscal year; by employment type and rollout wave.
  Metrics over working days have no row where there is no working day.
grain: [department_key, period_kind, period_start, segment_kind, segment, metric_id]
kind: by_day
time_column: period_start
*/
with measures as (
    select
        department_key,
        period_kind,
        period_start,
        'all' as segment_kind,
        'all' as segment,
        headcount_people,
        working_days_count,
        teams_known_people,
        mobile_known_people,
        mail_known_people,
        files_known_people,
        apps_known_people,
        box_known_people,
        copilot_licensed_people,
        is_copilot_missing,
        chat_active_people,
        meeting_active_people,
        meeting_organised_active_people,
        call_active_people,
        mail_active_people,
        files_active_people,
        desktop_app_active_people,
        copilot_active_people,
        mobile_active_people,
        box_active_people,
        teams_person_working_days,
        chat_active_person_working_days,
        meeting_active_person_working_days,
        box_person_working_days,
        box_active_person_working_days,
        meeting_active_person_days,
        meeting_minutes,
        compared_chat_messages_count,
        compared_mail_sent_count
    from intermediate.int_department_periods
    where organisation_view = 'as_was'
    union all
    select
        department_key,
        period_kind,
        period_start,
        segment_kind,
        segment,
        headcount_people,
        coalesce(teams_person_working_days, box_person_working_days, 0) as working_days_count,
        teams_known_people,
        mobile_known_people,
        mail_known_people,
        files_known_people,
        apps_known_people,
        box_known_people,
        copilot_licensed_people,
        false as is_copilot_missing,
        chat_active_people,
        meeting_active_people,
        meeting_organised_active_people,
        call_active_people,
        mail_active_people,
        files_active_people,
        desktop_app_active_people,
        copilot_active_people,
        mobile_active_people,
        box_active_people,
        teams_person_working_days,
        chat_active_person_working_days,
        meeting_active_person_working_days,
        box_person_working_days,
        box_active_person_working_days,
        meeting_active_person_days,
        meeting_minutes,
        compared_chat_messages_count,
        compared_mail_sent_count
    from intermediate.int_department_segments
)

select
    m.department_key,
    m.period_kind,
    m.period_start,
    m.segment_kind,
    m.segment,
    d.metric_id,
    case d.metric_id
        when 'chat_reach' then m.chat_active_people
        when 'chat_day_rate' then m.chat_active_person_working_days
        when 'chat_share' then m.compared_chat_messages_count
        when 'meeting_reach' then m.meeting_active_people
        when 'meeting_day_rate' then m.meeting_active_person_working_days
        when 'meeting_minutes' then m.meeting_minutes
        when 'meeting_organised_reach' then m.meeting_organised_active_people
        when 'call_reach' then m.call_active_people
        when 'mail_sent_reach' then m.mail_active_people
        when 'files_reach' then m.files_active_people
        when 'desktop_apps_reach' then m.desktop_app_active_people
        when 'copilot_reach' then m.copilot_active_people
        when 'mobile_reach' then m.mobile_active_people
        when 'box_reach' then m.box_active_people
        when 'box_day_rate' then m.box_active_person_working_days
    end as numerator,
    case d.metric_id
        when 'chat_reach' then m.teams_known_people
        when 'chat_day_rate' then m.teams_person_working_days
        when 'chat_share' then m.compared_chat_messages_count + m.compared_mail_sent_count
        when 'meeting_reach' then m.teams_known_people
        when 'meeting_day_rate' then m.teams_person_working_days
        when 'meeting_minutes' then m.meeting_active_person_days
        when 'meeting_organised_reach' then m.teams_known_people
        when 'call_reach' then m.teams_known_people
        when 'mail_sent_reach' then m.mail_known_people
        when 'files_reach' then m.files_known_people
        when 'desktop_apps_reach' then m.apps_known_people
        when 'copilot_reach' then m.copilot_licensed_people
        when 'mobile_reach' then m.mobile_known_people
        when 'box_reach' then m.box_known_people
        when 'box_day_rate' then m.box_person_working_days
    end as denominator,
    cast(null as double) as value,
    case d.metric_id
        when 'chat_reach' then m.teams_known_people
        when 'meeting_reach' then m.teams_known_people
        when 'meeting_minutes' then m.meeting_active_people
        when 'meeting_organised_reach' then m.teams_known_people
        when 'call_reach' then m.teams_known_people
        when 'mail_sent_reach' then m.mail_known_people
        when 'files_reach' then m.files_known_people
        when 'desktop_apps_reach' then m.apps_known_people
        when 'copilot_reach' then m.copilot_licensed_people
        when 'mobile_reach' then m.mobile_known_people
        when 'box_reach' then m.box_known_people
        else m.headcount_people
    end as group_people, -- people the cell speaks about
    cast(null as double) as coverage_share -- NULL = that of the measure, int_period_status
from measures as m
cross join staging.stg_run__metrics as d
where
    d.metric_id in (
        'chat_reach', 'chat_day_rate', 'chat_share', 'meeting_reach', 'meeting_day_rate', 'meeting_minutes',
        'meeting_organised_reach', 'call_reach', 'mail_sent_reach', 'files_reach', 'desktop_apps_reach',
        'copilot_reach', 'mobile_reach', 'box_reach', 'box_day_rate'
    )
    and (m.working_days_count > 0 or d.metric_id not in ('chat_day_rate', 'meeting_day_rate', 'box_day_rate'))
    -- Licences are few: where nobody holds one there is nothing to tell, unless the report is missing.
    and (d.metric_id <> 'copilot_reach' or m.copilot_licensed_people > 0 or m.is_copilot_missing)
union all
-- Who does not use it has no intensity: no row, where nobody does.
select
    department_key,
    period_kind,
    period_start,
    'all' as segment_kind,
    'all' as segment,
    metric_id,
    cast(null as double) as numerator,
    cast(null as double) as denominator,
    amount as value,
    cast(people_count as double) as group_people,
    cast(null as double) as coverage_share
from intermediate.int_department_quantiles
