/*
description: >-
  Every metric for every department and day, week and month, in one long table: numerator, denominator, rate, and for
  shares the Wilson 95 % interval. Metrics over working days have no row where there is no working day.
grain: [department_key, period_kind, period_start, metric_id]
not_null: [is_final, value_kind]
checks:
- name: shares_lie_between_zero_and_one
  sql: |
    select department_key, period_kind, period_start, metric_id from marts.rpt_department_metrics
    where value_kind = 'share' and (rate < 0 or rate > 1 or rate < rate_low - 1e-9 or rate > rate_high + 1e-9)
- name: a_missing_numerator_has_no_rate
  sql: |
    select department_key, period_kind, period_start, metric_id from marts.rpt_department_metrics
    where numerator is null and rate is not null
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
        case when telework_status <> 'missing' then headcount_people end as telework_known_people,
        case when telework_status <> 'missing' then telework_capable_people end as telework_capable_known_people,
        chat_active_people,
        meeting_active_people,
        mobile_active_people,
        box_active_people,
        telework_people,
        telework_capable_active_people,
        headcount_people as person_working_days,
        case when teams_status <> 'missing' then headcount_people end as teams_person_working_days,
        chat_active_people as chat_active_person_working_days,
        meeting_active_people as meeting_active_person_days,
        meeting_minutes,
        case when mail_status <> 'missing' then chat_messages_count end as compared_chat_messages_count,
        case when teams_status <> 'missing' then mail_sent_count end as compared_mail_sent_count,
        case when telework_status <> 'missing' then headcount_people end as telework_person_working_days,
        telework_person_days,
        known_place_people as known_place_person_days,
        outbound_files_count,
        inbound_files_count,
        beyond_mail_files_count
    from marts.fct_department_days
    union all
    select
        department_key,
        'week' as period_kind,
        week_start as period_start,
        headcount_people,
        working_days_count,
        teams_known_people,
        mobile_known_people,
        box_known_people,
        telework_known_people,
        telework_capable_known_people,
        chat_active_people,
        meeting_active_people,
        mobile_active_people,
        box_active_people,
        telework_people,
        telework_capable_active_people,
        person_working_days,
        teams_person_working_days,
        chat_active_person_working_days,
        meeting_active_person_days,
        meeting_minutes,
        compared_chat_messages_count,
        compared_mail_sent_count,
        telework_person_working_days,
        telework_person_days,
        known_place_person_days,
        outbound_files_count,
        inbound_files_count,
        beyond_mail_files_count
    from marts.fct_department_weeks
    union all
    select
        department_key,
        'month' as period_kind,
        month_start as period_start,
        headcount_people,
        working_days_count,
        teams_known_people,
        mobile_known_people,
        box_known_people,
        telework_known_people,
        telework_capable_known_people,
        chat_active_people,
        meeting_active_people,
        mobile_active_people,
        box_active_people,
        telework_people,
        telework_capable_active_people,
        person_working_days,
        teams_person_working_days,
        chat_active_person_working_days,
        meeting_active_person_days,
        meeting_minutes,
        compared_chat_messages_count,
        compared_mail_sent_count,
        telework_person_working_days,
        telework_person_days,
        known_place_person_days,
        outbound_files_count,
        inbound_files_count,
        beyond_mail_files_count
    from marts.fct_department_months
),

-- group_people is the number of people a cell speaks about: disclosure control asks for it, the pages never show it.
cells as (
    select
        m.department_key,
        m.period_kind,
        m.period_start,
        d.metric_id,
        d.measure,
        d.value_kind,
        case d.metric_id
            when 'chat_reach' then m.chat_active_people
            when 'chat_day_rate' then m.chat_active_person_working_days
            when 'chat_share' then m.compared_chat_messages_count
            when 'meeting_reach' then m.meeting_active_people
            when 'meeting_minutes' then m.meeting_minutes
            when 'telework_reach' then m.telework_people
            when 'telework_capable_reach' then m.telework_capable_active_people
            when 'telework_day_rate' then m.telework_person_days
            when 'telework_coverage' then m.known_place_person_days
            when 'mobile_reach' then m.mobile_active_people
            when 'box_reach' then m.box_active_people
            when 'external_outbound_files' then cast(m.outbound_files_count as double)
            when 'external_inbound_files' then cast(m.inbound_files_count as double)
            when 'beyond_mail_files' then cast(m.beyond_mail_files_count as double)
        end as numerator,
        case d.metric_id
            when 'chat_reach' then m.teams_known_people
            when 'chat_day_rate' then m.teams_person_working_days
            when 'chat_share' then m.compared_chat_messages_count + m.compared_mail_sent_count
            when 'meeting_reach' then m.teams_known_people
            when 'meeting_minutes' then m.meeting_active_person_days
            when 'telework_reach' then m.telework_known_people
            when 'telework_capable_reach' then m.telework_capable_known_people
            when 'telework_day_rate' then m.telework_person_working_days
            when 'telework_coverage' then m.person_working_days
            when 'mobile_reach' then m.mobile_known_people
            when 'box_reach' then m.box_known_people
        end as denominator,
        case d.metric_id
            when 'chat_reach' then m.teams_known_people
            when 'meeting_reach' then m.teams_known_people
            when 'meeting_minutes' then m.meeting_active_people
            when 'telework_reach' then m.telework_known_people
            when 'telework_capable_reach' then m.telework_capable_known_people
            when 'mobile_reach' then m.mobile_known_people
            when 'box_reach' then m.box_known_people
            else m.headcount_people
        end as group_people,
        case
            when d.measure <> 'telework' or m.person_working_days = 0 then null
            else coalesce(m.known_place_person_days, 0) / m.person_working_days
        end as place_coverage_share
    from measures as m
    cross join marts.dim_metric as d
    where
        m.working_days_count > 0
        or d.metric_id not in (
            'chat_day_rate', 'telework_reach', 'telework_capable_reach', 'telework_day_rate', 'telework_coverage'
        )
),

rated as (
    select
        department_key,
        period_kind,
        period_start,
        metric_id,
        measure,
        value_kind,
        numerator,
        denominator,
        group_people,
        place_coverage_share,
        case when denominator > 0 then numerator / denominator end as rate,
        -- z = 1.959963984540054 is the 97.5 % point of the normal distribution.
        case when value_kind = 'share' and denominator > 0 then 3.841458820694124 / denominator end as z2_over_n
    from cells
)

select
    r.department_key, -- dim_department
    r.period_kind, -- day, week or month
    r.period_start, -- the day, Monday of the week, first day of the month
    r.metric_id, -- dim_metric
    round(r.numerator, 6) as numerator, -- NULL when the data are missing
    round(r.denominator, 6) as denominator, -- NULL for counts and when the data are missing
    r.rate, -- numerator / denominator; NULL for counts and when the denominator is 0
    -- greatest and least skip NULL, so a cell without a rate must be kept away from them.
    case
        when r.rate is not null and r.z2_over_n is not null then greatest(
            (r.rate + r.z2_over_n / 2 - 1.959963984540054 * sqrt(
                r.rate * (1 - r.rate) / r.denominator + r.z2_over_n / (4 * r.denominator)
            )) / (1 + r.z2_over_n),
            0
        )
    end as rate_low, -- lower end of the Wilson 95 % interval, shares only
    case
        when r.rate is not null and r.z2_over_n is not null then least(
            (r.rate + r.z2_over_n / 2 + 1.959963984540054 * sqrt(
                r.rate * (1 - r.rate) / r.denominator + r.z2_over_n / (4 * r.denominator)
            )) / (1 + r.z2_over_n),
            1
        )
    end as rate_high, -- upper end of the Wilson 95 % interval, shares only
    case when r.measure = 'telework' then r.place_coverage_share else s.coverage_share end
        as coverage_share, -- known days / days; for telework person-days with a known place / person working days
    s.is_final, -- the figure cannot change any more
    r.value_kind, -- share, ratio or count
    r.measure, -- the data the metric hangs on
    round(r.group_people, 6) as group_people -- people the cell speaks about, for disclosure control only
from rated as r
inner join intermediate.int_period_status as s
    on r.period_kind = s.period_kind and r.period_start = s.period_start and r.measure = s.measure
