/*
description: >-
  Contributor to rpt_department_metrics: habit, newcomers, the funnel from licence to habit, tiers of chat, working-day
  stickiness and the share of the top tenth, by tool. A month and a fiscal year to date are told by their last ISO week
  that is over; its 12 weeks may begin in the year before. Weeks have habit, newcomers and tiers only.
grain: [department_key, period_kind, period_start, segment_kind, segment, metric_id]
kind: by_day
time_column: period_start
*/
with habits as (
    select
        p.period_kind,
        p.period_start,
        h.department_key,
        h.segment_kind,
        h.segment,
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
    from intermediate.int_period_weeks as p
    inner join intermediate.int_department_habits as h on p.week_start = h.week_start
    where h.segment_kind = 'all'
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

-- Shares of people: each is in the numerator or not, so the sums over people are the counts themselves.
shares as (
    select
        h.department_key,
        h.period_kind,
        h.period_start,
        'tool' as segment_kind,
        h.tool as segment,
        m.metric_id,
        case m.metric_id
            when 'habit_share' then h.habit_people
            when 'too_new_share' then h.too_new_people
            when 'funnel_licensed' then h.eligible_people
            when 'funnel_ever' then h.ever_people
            when 'funnel_recent' then h.recent_people
            when 'funnel_habitual' then h.eligible_habit_people
        end as people,
        case m.metric_id when 'habit_share' then h.judged_people else h.headcount_people end as of_people,
        case
            when m.metric_id in ('habit_share', 'funnel_habitual') then h.window_coverage_share
            when m.metric_id = 'funnel_recent' then h.recent_coverage_share
            when m.metric_id in ('too_new_share', 'funnel_licensed') then 1
        end as coverage_share
    from habits as h
    cross join staging.stg_run__metrics as m
    where
        m.metric_id in ('habit_share', 'too_new_share')
        or (
            h.period_kind <> 'week'
            and m.metric_id in ('funnel_licensed', 'funnel_ever', 'funnel_recent', 'funnel_habitual')
        )
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
        end as people,
        h.tier_people as of_people,
        h.window_coverage_share as coverage_share
    from habits as h
    cross join tiers as t
    where h.tool = 'chat'
),

-- How intensely and how evenly; who does not use it has no intensity: no row, where nobody does.
intensities as (
    select
        i.department_key,
        i.period_kind,
        i.period_start,
        i.tool,
        m.metric_id,
        case m.metric_id
            when 'stickiness' then i.active_working_days
            when 'top_decile_share' then i.top_actions_count
        end as numerator,
        case m.metric_id
            when 'stickiness' then i.known_working_days
            when 'top_decile_share' then i.actions_count
        end as denominator,
        case m.metric_id
            when 'chat_messages_median' then i.median_amount
            when 'chat_messages_p90' then i.p90_amount
            when 'meeting_minutes_median' then i.median_amount
        end as value,
        case m.metric_id
            when 'stickiness' then i.working_active_people
            -- The cell speaks about the top tenth: hidden where these are fewer people than may be shown.
            when 'top_decile_share' then i.top_people
            else i.acting_people
        end as group_people,
        case when m.metric_id = 'stickiness' then i.working_active_people end as acting_people,
        case
            when m.metric_id = 'stickiness'
                then cast(i.largest_active_working_days as double) / nullif(i.active_working_days, 0)
        end as largest_share,
        case when m.metric_id = 'stickiness' then i.sum_nn end as sum_nn,
        case when m.metric_id = 'stickiness' then i.sum_nd end as sum_nd,
        case when m.metric_id = 'stickiness' then i.sum_dd end as sum_dd
    from intermediate.int_department_intensity as i
    inner join staging.stg_run__metrics as m
        on
            (m.metric_id = 'stickiness' and i.period_kind = 'month')
            or (m.metric_id = 'top_decile_share' and i.period_kind <> 'week')
            or (m.metric_id in ('chat_messages_median', 'chat_messages_p90') and i.tool = 'chat')
            or (m.metric_id = 'meeting_minutes_median' and i.tool = 'meeting')
)

select
    department_key,
    period_kind, -- week, month or fiscal_year
    period_start,
    segment_kind, -- tool, tier or all
    segment,
    metric_id,
    cast(people as double) as numerator, -- NULL = not known or not judged
    cast(of_people as double) as denominator,
    cast(null as double) as value,
    cast(of_people as double) as group_people, -- people the cell speaks about
    cast(coverage_share as double) as coverage_share, -- NULL = that of the measure, int_period_status
    of_people as people_count,
    people as acting_people_count,
    cast(1 as double) / nullif(people, 0) as largest_share, -- of one person in the numerator
    cast(people as double) as sum_nn,
    cast(people as double) as sum_nd,
    cast(of_people as double) as sum_dd
from shares
union all
select
    department_key,
    period_kind,
    period_start,
    case when metric_id in ('stickiness', 'top_decile_share') then 'tool' else 'all' end as segment_kind,
    case when metric_id in ('stickiness', 'top_decile_share') then tool else 'all' end as segment,
    metric_id,
    cast(numerator as double) as numerator,
    cast(denominator as double) as denominator,
    value,
    cast(group_people as double) as group_people,
    cast(null as double) as coverage_share,
    group_people as people_count,
    acting_people as acting_people_count,
    largest_share,
    cast(sum_nn as double) as sum_nn,
    cast(sum_nd as double) as sum_nd,
    cast(sum_dd as double) as sum_dd
from intensities
where denominator > 0 or value is not null
