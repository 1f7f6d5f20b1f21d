/*
description: >-
  Contributor to rpt_department_metrics: who uses chat, web meetings, mail, phones and Box, per department and period.
  Metrics over working days have no row where there is no working day.
grain: [department_key, period_kind, period_start, segment_kind, segment, metric_id]
*/
with measures as (
    select
        department_key,
        'day' as period_kind,
        activity_date as period_start,
        headcount_people,
        case when is_working_day then 1 else 0 end as working_days_count,
        case when teams_status <> 'missing' then headcount_people end as teams_known_people,
        case when mobile_status <> 'missing' then headcount_people end as mobile_known_people,
        case when box_status <> 'missing' then headcount_people end as box_known_people,
        chat_active_people,
        meeting_active_people,
        mobile_active_people,
        box_active_people,
        case when teams_status <> 'missing' then headcount_people end as teams_person_working_days,
        chat_active_people as chat_active_person_working_days,
        meeting_active_people as meeting_active_person_days,
        round(meeting_seconds / 60, 6) as meeting_minutes,
        case when mail_status <> 'missing' then chat_messages_count end as compared_chat_messages_count,
        case when teams_status <> 'missing' then mail_sent_count end as compared_mail_sent_count
    from intermediate.int_department_days
    union all
    select
        department_key,
        period_kind,
        period_start,
        headcount_people,
        working_days_count,
        teams_known_people,
        mobile_known_people,
        box_known_people,
        chat_active_people,
        meeting_active_people,
        mobile_active_people,
        box_active_people,
        teams_person_working_days,
        chat_active_person_working_days,
        meeting_active_person_days,
        meeting_minutes,
        compared_chat_messages_count,
        compared_mail_sent_count
    from intermediate.int_department_periods
    where organisation_view = 'as_was'
)

select
    m.department_key,
    m.period_kind,
    m.period_start,
    'all' as segment_kind,
    'all' as segment,
    d.metric_id,
    case d.metric_id
        when 'chat_reach' then m.chat_active_people
        when 'chat_day_rate' then m.chat_active_person_working_days
        when 'chat_share' then m.compared_chat_messages_count
        when 'meeting_reach' then m.meeting_active_people
        when 'meeting_minutes' then m.meeting_minutes
        when 'mobile_reach' then m.mobile_active_people
        when 'box_reach' then m.box_active_people
    end as numerator,
    case d.metric_id
        when 'chat_reach' then m.teams_known_people
        when 'chat_day_rate' then m.teams_person_working_days
        when 'chat_share' then m.compared_chat_messages_count + m.compared_mail_sent_count
        when 'meeting_reach' then m.teams_known_people
        when 'meeting_minutes' then m.meeting_active_person_days
        when 'mobile_reach' then m.mobile_known_people
        when 'box_reach' then m.box_known_people
    end as denominator,
    cast(null as double) as value,
    case d.metric_id
        when 'chat_reach' then m.teams_known_people
        when 'meeting_reach' then m.teams_known_people
        when 'meeting_minutes' then m.meeting_active_people
        when 'mobile_reach' then m.mobile_known_people
        when 'box_reach' then m.box_known_people
        else m.headcount_people
    end as group_people, -- people the cell speaks about
    cast(null as double) as coverage_share -- NULL = that of the measure, int_period_status
from measures as m
cross join staging.stg_run__metrics as d
where
    d.metric_id in (
        'chat_reach', 'chat_day_rate', 'chat_share', 'meeting_reach', 'meeting_minutes', 'mobile_reach', 'box_reach'
    )
    and (m.working_days_count > 0 or d.metric_id <> 'chat_day_rate')
