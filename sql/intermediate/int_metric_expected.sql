/*
description: >-
  What a department's figure would be if each group of its staffing (employment type and telework capability) used the
  tool as that group does in all other departments, and how far the figure is from it, with a 95 % interval in which
  both have their share. NULL where fewer than 30 others are in one of its groups. Months and fiscal years.
grain: [department_key, period_kind, period_start, segment_kind, segment, metric_id]
kind: by_day
time_column: period_start
*/
with figures as (
    select
        f.department_key,
        f.period_kind,
        f.period_start,
        'all' as segment_kind,
        'all' as segment,
        m.metric_id,
        f.segment as staffing,
        f.numerator / case when f.family = 'ratio' then t.ratio_unit else 1 end as n,
        f.denominator as d,
        f.known_people_count as people,
        f.acting_people_count as acting_people,
        f.sum_nn / case when f.family = 'ratio' then t.ratio_unit * t.ratio_unit else 1 end as nn,
        f.sum_nd / case when f.family = 'ratio' then t.ratio_unit else 1 end as nd,
        f.sum_dd as dd
    from intermediate.int_department_tool_periods as f
    inner join staging.stg_run__tool_metrics as m on f.tool = m.tool and f.family = m.family and m.is_compared
    inner join staging.stg_run__tools as t on f.tool = t.tool
    where
        f.segment_kind = 'mix'
        and f.period_kind <> 'week'
        and f.family in ('day_rate', 'ratio')
        -- Of capable staff only the capable groups count.
        and (m.cells <> 'telework_capable' or f.segment like '%+')
    union all
    select
        h.department_key,
        p.period_kind,
        p.period_start,
        'tool' as segment_kind,
        h.tool as segment,
        'habit_share' as metric_id,
        h.segment as staffing,
        h.habit_people as n,
        h.judged_people as d,
        h.judged_people as people,
        h.habit_people as acting_people,
        h.habit_people as nn,
        h.habit_people as nd,
        h.judged_people as dd
    from intermediate.int_department_habits as h
    inner join intermediate.int_period_weeks as p on h.week_start = p.week_start and p.period_kind = 'month'
    where h.segment_kind = 'mix'
),

others as (
    select
        o.department_key,
        o.period_kind,
        o.period_start,
        o.segment_kind,
        o.segment,
        o.metric_id,
        o.staffing,
        o.n,
        o.d,
        o.people,
        o.acting_people,
        o.nn,
        o.nd,
        o.dd,
        a.people - o.people as other_people,
        (a.n - o.n) / nullif(a.d - o.d, 0) as other_rate,
        a.d - o.d as other_d,
        a.nn - o.nn as other_nn,
        a.nd - o.nd as other_nd,
        a.dd - o.dd as other_dd
    from figures as o
    inner join figures as a
        on
            a.department_key = 'ALL'
            and o.period_kind = a.period_kind
            and o.period_start = a.period_start
            and o.metric_id = a.metric_id
            and o.segment = a.segment
            and o.staffing = a.staffing
    where o.department_key <> 'ALL' and o.d > 0
),

added as (
    select
        department_key,
        period_kind,
        period_start,
        segment_kind,
        segment,
        metric_id,
        sum(n) as n,
        sum(d) as d,
        sum(people) as people,
        sum(acting_people) as acting_people,
        sum(nn) as nn,
        sum(nd) as nd,
        sum(dd) as dd,
        min(other_people) as least_other_people,
        sum(d * other_rate) as expected_n,
        sum(
            d * d * greatest(other_nn - 2 * other_rate * other_nd + other_rate * other_rate * other_dd, 0)
            / (other_d * other_d)
        ) as expected_variance
    from others
    group by department_key, period_kind, period_start, segment_kind, segment, metric_id
),

judged as (
    select
        department_key,
        period_kind,
        period_start,
        segment_kind,
        segment,
        metric_id,
        people,
        acting_people,
        n / d as rate,
        expected_n / d as expected_rate,
        sqrt(
            greatest(nn - 2 * (n / d) * nd + (n / d) * (n / d) * dd, 0) / (d * d) * people / nullif(people - 1, 0)
            + expected_variance / (d * d)
        ) as standard_error
    from added
    where least_other_people >= 30
)

select
    j.department_key,
    j.period_kind, -- month or fiscal_year
    j.period_start,
    j.segment_kind, -- all; tool for habits
    j.segment,
    j.metric_id,
    coalesce(g.measure, m.measure) as measure,
    j.expected_rate, -- at the rates of all other departments, group by group
    j.rate - j.expected_rate as difference, -- the figure less what is to be expected
    case when q.t_975 is not null then j.standard_error end as standard_error, -- NULL below 10 people, so are the next
    j.rate - j.expected_rate - q.t_975 * j.standard_error as difference_low, -- 95 % interval
    j.rate - j.expected_rate + q.t_975 * j.standard_error as difference_high,
    (q.t_975 + q.t_80) * j.standard_error as difference_detectable, -- the smallest that is found in 80 % of cases
    cast(j.people as bigint) as people_count,
    cast(j.acting_people as bigint) as acting_people_count -- of those, with a numerator above 0
from judged as j
inner join staging.stg_run__metrics as m on j.metric_id = m.metric_id
left join staging.stg_run__segment_measures as g on j.segment_kind = g.segment_kind and j.segment = g.segment
left join staging.stg_run__t_quantiles as q
    on j.people >= 10 and q.degrees_from <= j.people - 1 and j.people - 1 <= q.degrees_to
