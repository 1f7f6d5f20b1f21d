/*
description: >-
  Every metric for every department and period, in one long table: the union of the contributors int_metrics_<topic>.
  Numerator, denominator, rate, the 95 % interval with people as the clusters, the sums over people that it rests on,
  and beside each how complete and how final it is. The whole of a department has segment_kind and segment all.
grain: [department_key, period_kind, period_start, segment_kind, segment, metric_id]
kind: by_day
time_column: period_start
not_null: [value_kind, measure, is_final]
checks:
- name: shares_lie_between_zero_and_one
  sql: |
    select department_key, period_kind, period_start, metric_id from marts.rpt_department_metrics
    where value_kind = 'share' and (
        rate < 0 or rate > 1 or rate < interval_low - 1e-9 or rate > interval_high + 1e-9
    )
- name: a_missing_numerator_has_no_rate
  sql: |
    select department_key, period_kind, period_start, metric_id from marts.rpt_department_metrics
    where numerator is null and rate is not null
*/
-- A share counts as many independent units as its variance says, at most its denominator; without variance its people.
with sized as (
    select
        m.department_key,
        m.period_kind,
        m.period_start,
        m.segment_kind,
        m.segment,
        m.metric_id,
        m.measure,
        m.value_kind,
        m.numerator,
        m.denominator,
        m.value,
        m.group_people,
        m.coverage_share,
        m.bound_low,
        m.bound_high,
        m.people_count,
        m.acting_people_count,
        m.left_out_people,
        m.largest_share,
        m.sum_nn,
        m.sum_nd,
        m.sum_dd,
        m.rate,
        m.variance,
        m.t_975,
        case
            when m.variance is null or m.value_kind <> 'share' then null
            when m.variance = 0 or m.rate <= 0 or m.rate >= 1 then least(m.people_count, m.denominator)
            else least(m.rate * (1 - m.rate) / m.variance, m.denominator)
        end as units
    from intermediate.int_metrics as m
),

-- Wilson's interval with the quantile of t and those units, so that it stays in 0..1.
spread as (
    select
        s.department_key,
        s.period_kind,
        s.period_start,
        s.segment_kind,
        s.segment,
        s.metric_id,
        s.measure,
        s.value_kind,
        s.numerator,
        s.denominator,
        s.value,
        s.group_people,
        s.coverage_share,
        s.bound_low,
        s.bound_high,
        s.people_count,
        s.acting_people_count,
        s.left_out_people,
        s.largest_share,
        s.sum_nn,
        s.sum_nd,
        s.sum_dd,
        s.rate,
        s.variance,
        s.t_975,
        (s.rate + s.t_975 * s.t_975 / (2 * s.units)) / (1 + s.t_975 * s.t_975 / s.units) as middle,
        s.t_975 * sqrt(s.rate * (1 - s.rate) / s.units + s.t_975 * s.t_975 / (4 * s.units * s.units))
        / (1 + s.t_975 * s.t_975 / s.units) as half
    from sized as s
)

select
    r.department_key, -- dim_department
    r.period_kind, -- week, month, fiscal_year (from 1 April to the last day known); day for telework_reach only
    r.period_start, -- the day, Monday of the week, first day of the month, 1 April
    r.segment_kind, -- all, or what the people, days or files are divided by
    r.segment, -- all, or which part of them
    r.metric_id, -- dim_metric
    round(r.numerator, 6) as numerator, -- NULL when the data are missing
    round(r.denominator, 6) as denominator, -- NULL for counts and quantiles and when the data are missing
    r.rate, -- numerator / denominator; NULL for counts and quantiles and when the denominator is 0
    case
        when r.middle is not null and r.middle > r.half then r.middle - r.half
        when r.middle is not null then 0
        else r.rate - r.t_975 * sqrt(r.variance)
    end as interval_low, -- of the 95 % interval with people as clusters; NULL below 10 people and where none is told
    case
        when r.middle is not null and r.middle + r.half < 1 then r.middle + r.half
        when r.middle is not null then 1
        else r.rate + r.t_975 * sqrt(r.variance)
    end as interval_high, -- its upper end
    case r.value_kind
        when 'count' then round(r.numerator, 6)
        when 'quantile' then round(r.value, 6)
        else r.rate
    end as value, -- the figure itself: the rate, the amount of a count, or the quantile
    round(r.bound_low, 6) as bound_low, -- the figure if all that is not known were otherwise; NULL where all is known
    round(r.bound_high, 6) as bound_high, -- the figure if all that is not known were so; not for counted figures
    r.people_count, -- people with a denominator above 0: the clusters of the interval
    r.acting_people_count, -- of those, with a numerator above 0
    r.largest_share, -- of one person in the numerator, 0..1
    round(r.sum_nn, 6) as sum_nn, -- sums over people: numerator squared
    round(r.sum_nd, 6) as sum_nd, -- numerator times denominator
    round(r.sum_dd, 6) as sum_dd, -- denominator squared
    cast(round(r.group_people, 0) as bigint) as n, -- people the figure speaks about
    r.left_out_people, -- reach at equal days: people known on fewer working days than are compared; NULL for others
    coalesce(r.coverage_share, s.coverage_share)
        as coverage_share, -- known days / days of the period that are over; telework: person-days with a known place
    s.is_final, -- the figure cannot change any more
    r.value_kind, -- share, ratio, count or quantile
    r.measure, -- the data the metric hangs on
    r.group_people -- people the cell speaks about, for disclosure control only
from spread as r
inner join intermediate.int_period_status as s
    on r.period_kind = s.period_kind and r.period_start = s.period_start and r.measure = s.measure
