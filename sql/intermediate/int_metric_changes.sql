/*
description: >-
  The change of a metric from one period to another in a department, with its 95 % interval (people are the clusters,
  who is in both periods is a pair), the smallest change that would have shown, and whether the two may be compared at
  all: each must know two thirds of its working days, in telework as much of the places of work, at equal days at most a
  tenth of the people may be left out; of habits see int_habit_pairs. Equal days of 部 and the whole only, weeks of the
  whole only.
grain: [department_key, period_kind, period_start, segment_kind, segment, metric_id, comparison]
kind: by_day
time_column: period_start
*/
with compared_metrics as (
    select
        metric_id,
        family,
        'all' as segment_kind,
        'all' as segment
    from staging.stg_run__tool_metrics
    where is_compared
    union all
    select
        'habit_share' as metric_id,
        'habit' as family,
        'tool' as segment_kind,
        tool as segment
    from staging.stg_run__tools
    where is_habit
),

upper_levels as (
    select distinct department_key
    from intermediate.int_home_ancestors
    where is_upper_level
),

pairs as (
    select
        department_key,
        period_kind,
        period_start,
        comparison,
        metric_id,
        'all' as segment,
        both_people_count,
        both_acting_people_count,
        sum_nn,
        sum_nd,
        sum_dn,
        sum_dd,
        cast(null as varchar) as not_comparable_because
    from intermediate.int_department_tool_pairs
    union all
    select
        department_key,
        period_kind,
        period_start,
        comparison,
        'habit_share' as metric_id,
        tool as segment,
        both_people_count,
        both_acting_people_count,
        sum_nn,
        sum_nd,
        sum_dn,
        sum_dd,
        not_comparable_because
    from intermediate.int_habit_pairs
),

sides as (
    select
        p.comparison,
        p.other_start,
        t.department_key,
        t.period_kind,
        t.period_start,
        t.segment_kind,
        t.segment,
        t.metric_id,
        m.family,
        t.rate,
        t.denominator,
        t.people_count,
        t.acting_people_count,
        t.left_out_people,
        t.sum_nn,
        t.sum_nd,
        t.sum_dd,
        t.coverage_share,
        s.rate as other_rate,
        s.denominator as other_denominator,
        s.people_count as other_people_count,
        s.acting_people_count as other_acting_people_count,
        s.left_out_people as other_left_out_people,
        s.sum_nn as other_sum_nn,
        s.sum_nd as other_sum_nd,
        s.sum_dd as other_sum_dd,
        s.coverage_share as other_coverage_share,
        t.measure,
        x.both_people_count,
        x.both_acting_people_count,
        x.not_comparable_because,
        coalesce(x.sum_nn, 0) as pair_nn,
        coalesce(x.sum_nd, 0) as pair_nd,
        coalesce(x.sum_dn, 0) as pair_dn,
        coalesce(x.sum_dd, 0) as pair_dd
    from intermediate.int_metrics as t
    inner join compared_metrics as m
        on t.metric_id = m.metric_id and t.segment_kind = m.segment_kind and t.segment = m.segment
    inner join intermediate.int_compared_periods as p
        on t.period_kind = p.period_kind and t.period_start = p.period_start
    inner join intermediate.int_metrics as s
        on
            t.department_key = s.department_key
            and t.period_kind = s.period_kind
            and p.other_start = s.period_start
            and t.metric_id = s.metric_id
            and t.segment_kind = s.segment_kind
            and t.segment = s.segment
    left join upper_levels as u on t.department_key = u.department_key
    left join pairs as x
        on
            t.department_key = x.department_key
            and t.period_kind = x.period_kind
            and t.period_start = x.period_start
            and p.comparison = x.comparison
            and t.metric_id = x.metric_id
            and t.segment = x.segment
    where
        (m.family <> 'habit' or t.period_kind = 'month')
        and (
            t.department_key = 'ALL'
            or (t.period_kind = 'month' and (m.family <> 'equal_days' or u.department_key is not null))
        )
),

compared as (
    select
        s.comparison,
        s.other_start,
        s.department_key,
        s.period_kind,
        s.period_start,
        s.segment_kind,
        s.segment,
        s.metric_id,
        s.measure,
        s.rate,
        s.other_rate,
        s.people_count + s.other_people_count - coalesce(s.both_people_count, 0) as people_count,
        least(s.people_count, s.other_people_count) as least_people,
        s.acting_people_count + s.other_acting_people_count - coalesce(s.both_acting_people_count, 0)
            as acting_people_count,
        greatest(s.sum_nn - 2 * s.rate * s.sum_nd + s.rate * s.rate * s.sum_dd, 0)
        / nullif(s.denominator * s.denominator, 0) as variance,
        greatest(
            s.other_sum_nn - 2 * s.other_rate * s.other_sum_nd + s.other_rate * s.other_rate * s.other_sum_dd, 0
        ) / nullif(s.other_denominator * s.other_denominator, 0) as other_variance,
        (
            s.pair_nn - s.other_rate * s.pair_nd - s.rate * s.pair_dn + s.rate * s.other_rate * s.pair_dd
        ) / nullif(s.denominator * s.other_denominator, 0) as covariance,
        k.known_share,
        o.known_share as other_known_share,
        case
            when s.not_comparable_because is not null then s.not_comparable_because
            when k.known_share < cast(2 as double) / 3 or o.known_share < cast(2 as double) / 3
                then 'too_few_known_days'
            when s.rate is null or s.other_rate is null then 'too_few_working_days'
            when
                10 * s.left_out_people > s.people_count + s.left_out_people
                or 10 * s.other_left_out_people > s.other_people_count + s.other_left_out_people
                then 'too_many_left_out'
            when
                s.measure = 'telework'
                and s.family <> 'habit'
                and round(abs(s.coverage_share - s.other_coverage_share), 9) > 0.05
                then 'places_known_unequally'
        end as not_comparable_because
    from sides as s
    inner join intermediate.int_known_working_days as k
        on s.measure = k.measure and s.period_kind = k.period_kind and s.period_start = k.period_start
    inner join intermediate.int_known_working_days as o
        on s.measure = o.measure and s.period_kind = o.period_kind and s.other_start = o.period_start
    where (s.denominator > 0 and s.other_denominator > 0) or s.family = 'equal_days'
),

-- The smaller period says how much is known of chance: in a short one fewer people have, say, any meeting.
errors as (
    select
        c.comparison,
        c.other_start,
        c.department_key,
        c.period_kind,
        c.period_start,
        c.segment_kind,
        c.segment,
        c.metric_id,
        c.measure,
        c.rate,
        c.other_rate,
        c.people_count,
        c.least_people,
        c.acting_people_count,
        c.known_share,
        c.other_known_share,
        c.not_comparable_because,
        sqrt(
            greatest(c.variance + c.other_variance - 2 * c.covariance, 0)
            * c.least_people / nullif(c.least_people - 1, 0)
        ) as standard_error,
        q.t_975,
        q.t_80
    from compared as c
    left join staging.stg_run__t_quantiles as q
        on c.least_people >= 10 and q.degrees_from <= c.least_people - 1 and c.least_people - 1 <= q.degrees_to
)

select
    department_key,
    period_kind, -- week or month
    period_start,
    comparison, -- previous, year_before or april
    other_start, -- first day of the period it is compared with
    segment_kind, -- all; tool for habits
    segment,
    metric_id,
    measure,
    other_rate, -- the figure then
    rate - other_rate as change, -- the figure now less the figure then
    case when t_975 is not null then standard_error end as standard_error, -- NULL below 10 people, like the next three
    rate - other_rate - t_975 * standard_error as change_low, -- 95 % interval
    rate - other_rate + t_975 * standard_error as change_high,
    (t_975 + t_80) * standard_error as change_detectable, -- the smallest change that is found in 80 % of cases
    people_count, -- in one of the two periods
    least_people as least_people_count, -- in the period with fewer of them
    acting_people_count, -- of those, with a numerator above 0 in one of them
    known_share, -- known working days / working days of the period
    other_known_share,
    not_comparable_because -- NULL = they may be compared
from errors
