/*
description: >-
  Contributor to rpt_department_metrics: habit, newcomers, the funnel from licence to habit, tiers of chat, working-day
  stickiness and the share of the top tenth, by tool. A month and a fiscal year to date are told by their last ISO week
  that is over; its 12 weeks may begin in the year before. Weeks have habit, newcomers and tiers only.
grain: [department_key, period_kind, period_start, segment_kind, segment, metric_id]
kind: by_day
time_column: period_start
*/
with weeks as (
    select distinct
        w.week_start,
        c.month_start,
        c.fiscal_year_start
    from intermediate.int_tool_weeks as w
    inner join staging.stg_run__calendar as c on w.week_end = c.date_day
    where w.is_over
),

periods as (
    select
        'week' as period_kind,
        week_start as period_start,
        week_start
    from weeks
    union all
    select
        'month' as period_kind,
        month_start as period_start,
        max(week_start) as week_start
    from weeks
    group by month_start
    union all
    select
        'fiscal_year' as period_kind,
        fiscal_year_start as period_start,
        max(week_start) as week_start
    from weeks
    group by fiscal_year_start
),

habits as (
    select
        p.period_kind,
        p.period_start,
        h.department_key,
        h.tool,
        h.headcount_people,
        h.too_new_people,
        h.judged_people,
        h.habit_people,
        h.eligible_people,
        h.ever_people,
        h.recent_people,
        h.eligible_habit_people,
        h.power_people,
        h.habitual_people,
        h.novice_people,
        h.low_people,
        h.non_user_people,
        h.power_people + h.habitual_people + h.novice_people + h.low_people + h.non_user_people
        + h.too_new_people as tier_people,
        h.window_coverage_share,
        h.recent_coverage_share
    from periods as p
    inner join intermediate.int_department_habits as h on p.week_start = h.week_start
),

tiers as (
    select 'power' as tier
    union all
    select 'habitual' as tier
    union all
    select 'novice' as tier
    union all
    select 'low' as tier
    union all
    select 'non_user' as tier
    union all
    select 'too_new' as tier
),

cells as (
    select
        department_key,
        period_kind,
        period_start,
        'tool' as segment_kind,
        tool as segment,
        'habit_share' as metric_id,
        habit_people as numerator,
        judged_people as denominator,
        judged_people as group_people,
        window_coverage_share as coverage_share
    from habits
    union all
    select
        department_key,
        period_kind,
        period_start,
        'tool' as segment_kind,
        tool as segment,
        'too_new_share' as metric_id,
        too_new_people as numerator,
        headcount_people as denominator,
        headcount_people as group_people,
        1 as coverage_share
    from habits
    union all
    select
        department_key,
        period_kind,
        period_start,
        'tool' as segment_kind,
        tool as segment,
        'funnel_licensed' as metric_id,
        eligible_people as numerator,
        headcount_people as denominator,
        headcount_people as group_people,
        1 as coverage_share
    from habits
    where period_kind <> 'week'
    union all
    select
        department_key,
        period_kind,
        period_start,
        'tool' as segment_kind,
        tool as segment,
        'funnel_ever' as metric_id,
        ever_people as numerator,
        headcount_people as denominator,
        headcount_people as group_people,
        cast(null as double) as coverage_share
    from habits
    where period_kind <> 'week'
    union all
    select
        department_key,
        period_kind,
        period_start,
        'tool' as segment_kind,
        tool as segment,
        'funnel_recent' as metric_id,
        recent_people as numerator,
        headcount_people as denominator,
        headcount_people as group_people,
        recent_coverage_share as coverage_share
    from habits
    where period_kind <> 'week'
    union all
    select
        department_key,
        period_kind,
        period_start,
        'tool' as segment_kind,
        tool as segment,
        'funnel_habitual' as metric_id,
        eligible_habit_people as numerator,
        headcount_people as denominator,
        headcount_people as group_people,
        window_coverage_share as coverage_share
    from habits
    where period_kind <> 'week'
    union all
    select
        h.department_key,
        h.period_kind,
        h.period_start,
        'tier' as segment_kind,
        t.tier as segment,
        'tier_share' as metric_id,
        case t.tier
            when 'power' then h.power_people
            when 'habitual' then h.habitual_people
            when 'novice' then h.novice_people
            when 'low' then h.low_people
            when 'non_user' then h.non_user_people
            when 'too_new' then case when h.tier_people is not null then h.too_new_people end
        end as numerator,
        h.tier_people as denominator,
        h.tier_people as group_people,
        h.window_coverage_share as coverage_share
    from habits as h
    cross join tiers as t
    where h.tool = 'chat'
    union all
    select
        department_key,
        period_kind,
        period_start,
        'tool' as segment_kind,
        tool as segment,
        'stickiness' as metric_id,
        daily_active_people as numerator,
        working_active_people as denominator,
        working_active_people as group_people,
        cast(null as double) as coverage_share
    from intermediate.int_department_intensity
    where period_kind = 'month'
    union all
    -- The cell speaks about the top tenth: hidden where these are fewer people than may be shown.
    select
        department_key,
        period_kind,
        period_start,
        'tool' as segment_kind,
        tool as segment,
        'top_decile_share' as metric_id,
        top_actions_count as numerator,
        actions_count as denominator,
        top_people as group_people,
        cast(null as double) as coverage_share
    from intermediate.int_department_intensity
)

select
    department_key,
    period_kind, -- week, month or fiscal_year
    period_start,
    segment_kind, -- tool or tier
    segment,
    metric_id,
    numerator, -- NULL = not known or not judged
    denominator,
    cast(null as double) as value,
    group_people, -- people the cell speaks about
    cast(coverage_share as double) as coverage_share -- NULL = that of the measure, int_period_status
from cells
