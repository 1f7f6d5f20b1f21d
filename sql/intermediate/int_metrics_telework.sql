/*
description: >-
  Contributor to rpt_department_metrics: telework per department and period. Everything is over working days, so a
  period without one has no row. Coverage: person-days with a known place / person working days.
grain: [department_key, period_kind, period_start, segment_kind, segment, metric_id]
*/
with measures as (
    select
        department_key,
        'day' as period_kind,
        activity_date as period_start,
        headcount_people,
        case when telework_status <> 'missing' then headcount_people end as telework_known_people,
        case when telework_status <> 'missing' then telework_capable_people end as telework_capable_known_people,
        telework_people,
        telework_capable_active_people,
        headcount_people as person_working_days,
        case when telework_status <> 'missing' then headcount_people end as telework_person_working_days,
        telework_person_days,
        known_place_people as known_place_person_days
    from intermediate.int_department_days
    where is_working_day
    union all
    select
        department_key,
        period_kind,
        period_start,
        headcount_people,
        telework_known_people,
        telework_capable_known_people,
        telework_people,
        telework_capable_active_people,
        person_working_days,
        telework_person_working_days,
        telework_person_days,
        known_place_person_days
    from intermediate.int_department_periods
    where organisation_view = 'as_was' and working_days_count > 0
)

select
    m.department_key,
    m.period_kind,
    m.period_start,
    'all' as segment_kind,
    'all' as segment,
    d.metric_id,
    case d.metric_id
        when 'telework_reach' then m.telework_people
        when 'telework_capable_reach' then m.telework_capable_active_people
        when 'telework_day_rate' then m.telework_person_days
        when 'telework_coverage' then m.known_place_person_days
    end as numerator,
    case d.metric_id
        when 'telework_reach' then m.telework_known_people
        when 'telework_capable_reach' then m.telework_capable_known_people
        when 'telework_day_rate' then m.telework_person_working_days
        when 'telework_coverage' then m.person_working_days
    end as denominator,
    cast(null as double) as value,
    case d.metric_id
        when 'telework_reach' then m.telework_known_people
        when 'telework_capable_reach' then m.telework_capable_known_people
        else m.headcount_people
    end as group_people, -- people the cell speaks about
    case
        when m.person_working_days > 0 then coalesce(m.known_place_person_days, 0) / m.person_working_days
    end as coverage_share
from measures as m
cross join staging.stg_run__metrics as d
where d.metric_id in ('telework_reach', 'telework_capable_reach', 'telework_day_rate', 'telework_coverage')
