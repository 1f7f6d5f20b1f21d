/*
description: >-
  Contributor to rpt_department_metrics: telework per department and period. Everything is over working days, so a
  period without one has no row. Coverage: person-days with a known place / person working days. Bounds: if nobody at no
  known place teleworked, and if all of them did who are not on long leave.
grain: [department_key, period_kind, period_start, segment_kind, segment, metric_id]
kind: by_day
time_column: period_start
checks:
- name: bounds_hold_the_figure
  sql: |
    select department_key, period_kind, period_start, metric_id from intermediate.int_metrics_telework
    where bound_low > bound_high + 1e-6
        or coalesce(numerator / nullif(denominator, 0), value) not between bound_low - 1e-6 and bound_high + 1e-6
*/
with measures as (
    select
        department_key,
        'day' as period_kind,
        activity_date as period_start,
        headcount_people as group_people,
        case when telework_status <> 'missing' then headcount_people end as known_people,
        case when telework_status <> 'missing' then telework_capable_people end as known_capable_people,
        telework_people,
        telework_capable_active_people,
        telework_people + unplaced_people as possible_people,
        telework_capable_active_people + unplaced_capable_people as possible_capable_people,
        headcount_people as person_working_days,
        case when telework_status <> 'missing' then headcount_people end as known_person_working_days,
        case when telework_status <> 'missing' then telework_capable_people end as known_capable_person_working_days,
        telework_person_days,
        telework_capable_person_days,
        known_place_people as known_place_person_days,
        unplaced_people as unplaced_person_days,
        unplaced_capable_people as unplaced_capable_person_days
    from intermediate.int_department_days
    where is_working_day
    union all
    select
        p.department_key,
        p.period_kind,
        p.period_start,
        coalesce(d.headcount_people, p.person_working_days / p.working_days_count) as group_people,
        case when p.known_days_count > 0 then coalesce(t.known_people, 0) end as known_people,
        case when p.known_days_count > 0 then coalesce(t.known_capable_people, 0) end as known_capable_people,
        case when p.known_days_count > 0 then coalesce(t.telework_people, 0) end as telework_people,
        case when p.known_days_count > 0 then coalesce(t.telework_capable_active_people, 0) end
            as telework_capable_active_people,
        case when p.known_days_count > 0 then coalesce(t.possible_people, 0) end as possible_people,
        case when p.known_days_count > 0 then coalesce(t.possible_capable_people, 0) end as possible_capable_people,
        p.person_working_days,
        p.known_person_working_days,
        p.known_capable_person_working_days,
        p.telework_person_days,
        p.telework_capable_person_days,
        p.known_place_person_days,
        p.unplaced_person_days,
        p.unplaced_capable_person_days
    from intermediate.int_place_periods as p
    left join intermediate.int_telework_periods as t
        on p.department_key = t.department_key and p.period_kind = t.period_kind and p.period_start = t.period_start
    left join intermediate.int_department_periods as d
        on
            p.department_key = d.department_key
            and p.period_kind = d.period_kind
            and p.period_start = d.period_start
            and d.organisation_view = 'as_was'
    where p.segment_kind = 'all'
),

rates as (
    select
        m.department_key,
        m.period_kind,
        m.period_start,
        d.metric_id,
        case d.metric_id
            when 'telework_reach' then m.known_people
            when 'telework_capable_reach' then m.known_capable_people
            when 'telework_capable_day_rate' then m.known_capable_people
            else m.group_people
        end as group_people,
        coalesce(m.known_place_person_days, 0) / nullif(m.person_working_days, 0) as coverage_share,
        case d.metric_id
            when 'telework_reach' then m.telework_people
            when 'telework_capable_reach' then m.telework_capable_active_people
            when 'telework_day_rate' then m.telework_person_days
            when 'telework_capable_day_rate' then m.telework_capable_person_days
            when 'telework_coverage' then m.known_place_person_days
        end as numerator,
        case d.metric_id
            when 'telework_reach' then m.known_people
            when 'telework_capable_reach' then m.known_capable_people
            when 'telework_day_rate' then m.known_person_working_days
            when 'telework_capable_day_rate' then m.known_capable_person_working_days
            when 'telework_coverage' then m.person_working_days
        end as denominator,
        case d.metric_id
            when 'telework_reach' then m.possible_people
            when 'telework_capable_reach' then m.possible_capable_people
            when 'telework_day_rate' then m.telework_person_days + m.unplaced_person_days
            when 'telework_capable_day_rate' then m.telework_capable_person_days + m.unplaced_capable_person_days
            when 'telework_coverage' then m.known_place_person_days
        end as possible_numerator
    from measures as m
    cross join staging.stg_run__metrics as d
    where
        d.metric_id in (
            'telework_reach',
            'telework_capable_reach',
            'telework_day_rate',
            'telework_capable_day_rate',
            'telework_coverage'
        )
        -- Of single days only the people are a metric; the other counts stand in fct_department_days.
        and (m.period_kind <> 'day' or d.metric_id = 'telework_reach')
),

-- A week belongs to the month and fiscal year of its Monday.
week_periods as (
    select
        t.department_key,
        'week' as period_kind,
        t.period_start,
        t.known_people,
        t.one_day_people,
        t.two_days_people,
        t.three_days_people,
        t.possible_one_day_people,
        t.possible_two_days_people,
        t.possible_three_days_people
    from intermediate.int_telework_periods as t
    where t.period_kind = 'week'
    union all
    select
        t.department_key,
        'month' as period_kind,
        c.month_start as period_start,
        t.known_people,
        t.one_day_people,
        t.two_days_people,
        t.three_days_people,
        t.possible_one_day_people,
        t.possible_two_days_people,
        t.possible_three_days_people
    from intermediate.int_telework_periods as t
    inner join staging.stg_run__calendar as c on t.period_start = c.date_day
    where t.period_kind = 'week'
    union all
    select
        t.department_key,
        'fiscal_year' as period_kind,
        c.fiscal_year_start as period_start,
        t.known_people,
        t.one_day_people,
        t.two_days_people,
        t.three_days_people,
        t.possible_one_day_people,
        t.possible_two_days_people,
        t.possible_three_days_people
    from intermediate.int_telework_periods as t
    inner join staging.stg_run__calendar as c on t.period_start = c.date_day
    where t.period_kind = 'week'
),

weekly as (
    select
        w.department_key,
        w.period_kind,
        w.period_start,
        d.metric_id,
        round(sum(w.known_people), 6) / count(*) as group_people,
        round(
            sum(
                case d.metric_id
                    when 'telework_weekly_1_share' then w.one_day_people
                    when 'telework_weekly_2_share' then w.two_days_people
                    when 'telework_weekly_3_share' then w.three_days_people
                end
            ), 6
        ) as numerator,
        round(sum(w.known_people), 6) as denominator,
        round(
            sum(
                case d.metric_id
                    when 'telework_weekly_1_share' then w.possible_one_day_people
                    when 'telework_weekly_2_share' then w.possible_two_days_people
                    when 'telework_weekly_3_share' then w.possible_three_days_people
                end
            ), 6
        ) as possible_numerator
    from week_periods as w
    cross join staging.stg_run__metrics as d
    where
        d.metric_id in ('telework_weekly_1_share', 'telework_weekly_2_share', 'telework_weekly_3_share')
        -- A week of which no day is known says nothing.
        and w.known_people > 0
    group by w.department_key, w.period_kind, w.period_start, d.metric_id
),

classes as (
    select distinct said as telework_class
    from staging.stg_run__telework_rules
    where rule_kind = 'telework_days'
),

segments as (
    select
        p.department_key,
        p.period_kind,
        p.period_start,
        'telework_class' as segment_kind,
        c.telework_class as segment,
        'telework_class_share' as metric_id,
        p.person_working_days / p.working_days_count as group_people,
        coalesce(p.known_place_person_days, 0) / nullif(p.person_working_days, 0) as coverage_share,
        case c.telework_class
            when 'office' then p.office_person_days
            when 'remote' then p.remote_person_days
            when 'mixed' then p.mixed_person_days
            when 'mobile' then p.mobile_person_days
            when 'unknown' then p.unknown_person_days
        end as numerator,
        p.known_person_working_days as denominator,
        cast(null as double) as possible_numerator
    from intermediate.int_place_periods as p
    cross join classes as c
    where p.segment_kind = 'all'
    union all
    select
        department_key,
        period_kind,
        period_start,
        segment_kind,
        segment,
        'telework_day_rate' as metric_id,
        person_working_days / working_days_count as group_people,
        coalesce(known_place_person_days, 0) / nullif(person_working_days, 0) as coverage_share,
        telework_person_days as numerator,
        known_person_working_days as denominator,
        telework_person_days + unplaced_person_days as possible_numerator
    from intermediate.int_place_periods
    where segment_kind = 'weekday'
    union all
    -- Weekday by class for the whole organisation only: in a department the parts would be few person-days each.
    select
        p.department_key,
        p.period_kind,
        p.period_start,
        'weekday_class' as segment_kind,
        p.segment || '_' || c.telework_class as segment,
        'telework_class_share' as metric_id,
        p.person_working_days / p.working_days_count as group_people,
        coalesce(p.known_place_person_days, 0) / nullif(p.person_working_days, 0) as coverage_share,
        case c.telework_class
            when 'office' then p.office_person_days
            when 'remote' then p.remote_person_days
            when 'mixed' then p.mixed_person_days
            when 'mobile' then p.mobile_person_days
            when 'unknown' then p.unknown_person_days
        end as numerator,
        p.known_person_working_days as denominator,
        cast(null as double) as possible_numerator
    from intermediate.int_place_periods as p
    cross join classes as c
    where p.segment_kind = 'weekday' and p.department_key = 'ALL'
    union all
    select
        p.department_key,
        p.period_kind,
        p.period_start,
        'place' as segment_kind,
        c.telework_class as segment,
        d.metric_id,
        case c.telework_class
            when 'office' then p.office_teams_person_days
            else p.remote_teams_person_days
        end / nullif(p.known_days_count, 0) as group_people,
        coalesce(p.known_place_person_days, 0) / nullif(p.person_working_days, 0) as coverage_share,
        case
            when c.telework_class = 'office' and d.metric_id = 'chat_day_rate' then p.office_chat_person_days
            when c.telework_class = 'office' then p.office_meeting_person_days
            when d.metric_id = 'chat_day_rate' then p.remote_chat_person_days
            else p.remote_meeting_person_days
        end as numerator,
        case c.telework_class
            when 'office' then p.office_teams_person_days
            else p.remote_teams_person_days
        end as denominator,
        cast(null as double) as possible_numerator
    from intermediate.int_place_periods as p
    cross join classes as c
    cross join staging.stg_run__metrics as d
    where
        p.segment_kind = 'all'
        and c.telework_class in ('office', 'remote')
        and d.metric_id in ('chat_day_rate', 'meeting_day_rate')
)

select
    department_key,
    period_kind,
    period_start,
    'all' as segment_kind,
    'all' as segment,
    metric_id,
    numerator,
    denominator,
    cast(null as double) as value,
    group_people,
    coverage_share,
    case when metric_id <> 'telework_coverage' then numerator / nullif(denominator, 0) end as bound_low,
    case when metric_id <> 'telework_coverage' then possible_numerator / nullif(denominator, 0) end as bound_high
from rates
union all
select
    w.department_key,
    w.period_kind,
    w.period_start,
    'all' as segment_kind,
    'all' as segment,
    w.metric_id,
    w.numerator,
    w.denominator,
    cast(null as double) as value,
    w.group_people,
    r.coverage_share,
    w.numerator / nullif(w.denominator, 0) as bound_low,
    w.possible_numerator / nullif(w.denominator, 0) as bound_high
from weekly as w
inner join rates as r
    on
        w.department_key = r.department_key
        and w.period_kind = r.period_kind
        and w.period_start = r.period_start
        and r.metric_id = 'telework_day_rate'
union all
select
    department_key,
    period_kind,
    period_start,
    segment_kind,
    segment,
    metric_id,
    numerator,
    denominator,
    cast(null as double) as value,
    group_people,
    coverage_share,
    case when possible_numerator is not null then numerator / nullif(denominator, 0) end as bound_low,
    possible_numerator / nullif(denominator, 0) as bound_high
from segments
union all
select
    department_key,
    period_kind,
    period_start,
    'all' as segment_kind,
    'all' as segment,
    'telework_people_daily_mean' as metric_id,
    cast(null as double) as numerator,
    cast(null as double) as denominator,
    teleworking_person_days / nullif(known_days_count, 0) as value,
    person_working_days / working_days_count as group_people,
    coalesce(known_place_person_days, 0) / nullif(person_working_days, 0) as coverage_share,
    teleworking_person_days / nullif(known_days_count, 0) as bound_low,
    (teleworking_person_days + unplaced_person_days) / nullif(known_days_count, 0) as bound_high
from intermediate.int_place_periods
where segment_kind = 'all'
union all
select
    department_key,
    period_kind,
    period_start,
    'all' as segment_kind,
    'all' as segment,
    'telework_people_daily_max' as metric_id,
    cast(null as double) as numerator,
    cast(null as double) as denominator,
    telework_people_max as value,
    person_working_days / working_days_count as group_people,
    coalesce(known_place_person_days, 0) / nullif(person_working_days, 0) as coverage_share,
    telework_people_max as bound_low,
    possible_telework_people_max as bound_high
from intermediate.int_place_periods
where segment_kind = 'all'
