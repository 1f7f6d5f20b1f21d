/*
description: >-
  Contributor to rpt_department_metrics: what telework has besides the figures of every tool: single days, days a week,
  classes of days, weekdays, and how many telework at once. Everything is over working days, so a period without one has
  no row. Bounds: if nobody at no known place teleworked, and if all of them did who are not on long leave.
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
with coverage as (
    select
        p.department_key,
        p.period_kind,
        p.period_start,
        coalesce(k.numerator, 0) / nullif(p.person_working_days, 0) as coverage_share,
        coalesce(r.known_people_count, 0) as known_people
    from intermediate.int_department_people as p
    left join intermediate.int_department_tool_periods as k
        on
            p.department_key = k.department_key
            and p.period_kind = k.period_kind
            and p.period_start = k.period_start
            and k.segment_kind = 'all'
            and k.tool = 'place'
            and k.family = 'day_rate'
    left join intermediate.int_department_tool_periods as r
        on
            p.department_key = r.department_key
            and p.period_kind = r.period_kind
            and p.period_start = r.period_start
            and r.segment_kind = 'all'
            and r.tool = 'telework'
            and r.family = 'ratio'
    where p.segment_kind = 'all'
),

-- A week belongs to the month and fiscal year of its Monday.
week_periods as (
    select
        'week' as period_kind,
        iso_week_start as period_start,
        iso_week_start as week_start
    from staging.stg_run__calendar
    where date_day = iso_week_start
    union all
    select
        'month' as period_kind,
        month_start as period_start,
        iso_week_start as week_start
    from staging.stg_run__calendar
    where date_day = iso_week_start
    union all
    select
        'fiscal_year' as period_kind,
        fiscal_year_start as period_start,
        iso_week_start as week_start
    from staging.stg_run__calendar
    where date_day = iso_week_start
),

weekly as (
    select
        t.department_key,
        w.period_kind,
        w.period_start,
        m.metric_id,
        sum(
            case m.metric_id
                when 'telework_weekly_1_share' then t.one_day_people
                when 'telework_weekly_2_share' then t.two_days_people
                when 'telework_weekly_3_share' then t.three_days_people
            end
        ) as numerator,
        sum(t.known_people) as denominator,
        sum(
            case m.metric_id
                when 'telework_weekly_1_share' then t.possible_one_day_people
                when 'telework_weekly_2_share' then t.possible_two_days_people
                when 'telework_weekly_3_share' then t.possible_three_days_people
            end
        ) as possible_numerator,
        min(t.known_people) as group_people
    from intermediate.int_telework_weeks as t
    inner join week_periods as w on t.week_start = w.week_start
    cross join staging.stg_run__metrics as m
    where
        m.metric_id in ('telework_weekly_1_share', 'telework_weekly_2_share', 'telework_weekly_3_share')
        -- A week of which no day is known says nothing.
        and t.known_people > 0
    group by t.department_key, w.period_kind, w.period_start, m.metric_id
),

classes as (
    select distinct said as telework_class
    from staging.stg_run__telework_rules
    where rule_kind = 'telework_days'
),

places as (
    select
        p.department_key,
        p.period_kind,
        p.period_start,
        p.segment_kind,
        p.segment,
        n.known_people as group_people,
        case
            when p.segment_kind = 'all' then n.coverage_share
            else cast(coalesce(p.known_place_person_days, 0) as double) / nullif(p.person_working_days, 0)
        end as place_share,
        p.known_days_count,
        p.known_person_working_days,
        p.office_person_days,
        p.remote_person_days,
        p.mixed_person_days,
        p.mobile_person_days,
        p.unknown_person_days,
        p.unplaced_person_days,
        p.teleworking_person_days,
        p.telework_person_days,
        p.telework_people_max,
        p.possible_telework_people_max
    from intermediate.int_place_periods as p
    inner join coverage as n
        on p.department_key = n.department_key and p.period_kind = n.period_kind and p.period_start = n.period_start
),

cells as (
    -- Of single days only the people are a metric; the other counts stand in fct_department_days.
    select
        department_key,
        'day' as period_kind,
        activity_date as period_start,
        'all' as segment_kind,
        'all' as segment,
        'telework_reach' as metric_id,
        telework_people as numerator,
        case when telework_status <> 'missing' then headcount_people end as denominator,
        cast(null as double) as value,
        case when telework_status <> 'missing' then headcount_people else 0 end as group_people,
        cast(coalesce(known_place_people, 0) as double) / nullif(headcount_people, 0) as coverage_share,
        cast(telework_people as double) / nullif(headcount_people, 0) as bound_low,
        cast(telework_people + unplaced_people as double) / nullif(headcount_people, 0) as bound_high
    from intermediate.int_department_days
    where is_working_day and headcount_people > 0
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
        c.coverage_share,
        cast(w.numerator as double) / w.denominator as bound_low,
        cast(w.possible_numerator as double) / w.denominator as bound_high
    from weekly as w
    left join coverage as c
        on w.department_key = c.department_key and w.period_kind = c.period_kind and w.period_start = c.period_start
    union all
    -- Weekday by class for the whole organisation only: in a department the parts would be few person-days each.
    select
        p.department_key,
        p.period_kind,
        p.period_start,
        case p.segment_kind when 'all' then 'telework_class' else 'weekday_class' end as segment_kind,
        case p.segment_kind when 'all' then c.telework_class else p.segment || '_' || c.telework_class end as segment,
        'telework_class_share' as metric_id,
        case c.telework_class
            when 'office' then p.office_person_days
            when 'remote' then p.remote_person_days
            when 'mixed' then p.mixed_person_days
            when 'mobile' then p.mobile_person_days
            when 'unknown' then p.unknown_person_days
        end as numerator,
        p.known_person_working_days as denominator,
        cast(null as double) as value,
        p.group_people,
        p.place_share as coverage_share,
        cast(null as double) as bound_low,
        cast(null as double) as bound_high
    from places as p
    cross join classes as c
    where p.segment_kind = 'all' or p.department_key = 'ALL'
    union all
    select
        department_key,
        period_kind,
        period_start,
        segment_kind,
        segment,
        'telework_day_rate' as metric_id,
        telework_person_days as numerator,
        known_person_working_days as denominator,
        cast(null as double) as value,
        group_people,
        place_share as coverage_share,
        telework_person_days / nullif(known_person_working_days, 0) as bound_low,
        (telework_person_days + unplaced_person_days) / nullif(known_person_working_days, 0) as bound_high
    from places
    where segment_kind = 'weekday'
    union all
    select
        department_key,
        period_kind,
        period_start,
        segment_kind,
        segment,
        'telework_people_daily_mean' as metric_id,
        cast(null as bigint) as numerator,
        cast(null as bigint) as denominator,
        cast(teleworking_person_days as double) / nullif(known_days_count, 0) as value,
        group_people,
        place_share as coverage_share,
        cast(teleworking_person_days as double) / nullif(known_days_count, 0) as bound_low,
        cast(teleworking_person_days + unplaced_person_days as double) / nullif(known_days_count, 0) as bound_high
    from places
    where segment_kind = 'all'
    union all
    select
        department_key,
        period_kind,
        period_start,
        segment_kind,
        segment,
        'telework_people_daily_max' as metric_id,
        cast(null as bigint) as numerator,
        cast(null as bigint) as denominator,
        telework_people_max as value,
        group_people,
        place_share as coverage_share,
        telework_people_max as bound_low,
        possible_telework_people_max as bound_high
    from places
    where segment_kind = 'all'
)

select
    department_key,
    period_kind, -- day, week, month or fiscal_year
    period_start,
    segment_kind, -- all, telework_class, weekday or weekday_class
    segment,
    metric_id,
    cast(numerator as double) as numerator,
    cast(denominator as double) as denominator,
    value,
    group_people, -- people the cell speaks about
    coverage_share, -- person-days with a known place / person working days
    bound_low,
    bound_high,
    -- Of single days each person is in the numerator or not; for what else stands here no sums over people are told.
    case when period_kind = 'day' then cast(denominator as bigint) end as people_count,
    case when period_kind = 'day' then cast(numerator as bigint) end as acting_people_count,
    case when period_kind = 'day' then cast(1 as double) / nullif(numerator, 0) end as largest_share,
    case when period_kind = 'day' then cast(numerator as double) end as sum_nn,
    case when period_kind = 'day' then cast(numerator as double) end as sum_nd,
    case when period_kind = 'day' then cast(denominator as double) end as sum_dd
from cells
