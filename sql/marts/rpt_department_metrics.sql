/*
description: >-
  Every metric for every department and period, in one long table: the union of the contributors int_metrics_<topic>.
  Numerator, denominator, rate, for shares the Wilson 95 % interval, and beside each how complete and how final it is.
  The whole of a department has segment_kind and segment all.
grain: [department_key, period_kind, period_start, segment_kind, segment, metric_id]
kind: by_day
time_column: period_start
not_null: [value_kind, measure, is_final]
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
with contributed as (
    select
        department_key,
        period_kind,
        period_start,
        segment_kind,
        segment,
        metric_id,
        numerator,
        denominator,
        value,
        group_people,
        coverage_share,
        cast(null as double) as bound_low,
        cast(null as double) as bound_high
    from intermediate.int_metrics_reach
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
        value,
        group_people,
        coverage_share,
        bound_low,
        bound_high
    from intermediate.int_metrics_telework
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
        value,
        group_people,
        coverage_share,
        bound_low,
        bound_high
    from intermediate.int_metrics_seats
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
        value,
        group_people,
        coverage_share,
        cast(null as double) as bound_low,
        cast(null as double) as bound_high
    from intermediate.int_metrics_exchange
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
        value,
        group_people,
        coverage_share,
        cast(null as double) as bound_low,
        cast(null as double) as bound_high
    from intermediate.int_metrics_habit
),

rated as (
    select
        c.department_key,
        c.period_kind,
        c.period_start,
        c.segment_kind,
        c.segment,
        c.metric_id,
        coalesce(p.measure, d.measure) as measure,
        d.value_kind,
        c.numerator,
        c.denominator,
        c.value,
        c.group_people,
        c.coverage_share,
        c.bound_low,
        c.bound_high,
        d.interval_z,
        case when c.denominator > 0 then c.numerator / c.denominator end as rate,
        case when c.denominator > 0 then d.interval_z * d.interval_z / c.denominator end as z2_over_n
    from contributed as c
    inner join marts.dim_metric as d on c.metric_id = d.metric_id
    left join marts.dim_segment_measure as p on c.segment_kind = p.segment_kind and c.segment = p.segment
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
    -- greatest and least skip NULL, so a cell without a rate must be kept away from them.
    case
        when r.rate is not null and r.z2_over_n is not null then greatest(
            (r.rate + r.z2_over_n / 2 - r.interval_z * sqrt(
                r.rate * (1 - r.rate) / r.denominator + r.z2_over_n / (4 * r.denominator)
            )) / (1 + r.z2_over_n),
            0
        )
    end as rate_low, -- lower end of the Wilson 95 % interval, shares only
    case
        when r.rate is not null and r.z2_over_n is not null then least(
            (r.rate + r.z2_over_n / 2 + r.interval_z * sqrt(
                r.rate * (1 - r.rate) / r.denominator + r.z2_over_n / (4 * r.denominator)
            )) / (1 + r.z2_over_n),
            1
        )
    end as rate_high, -- upper end of the Wilson 95 % interval, shares only
    case r.value_kind
        when 'count' then round(r.numerator, 6)
        when 'quantile' then round(r.value, 6)
        else r.rate
    end as value, -- the figure itself: the rate, the amount of a count, or the quantile
    round(r.bound_low, 6) as bound_low, -- the figure if all that is not known were otherwise; NULL where all is known
    round(r.bound_high, 6) as bound_high, -- the figure if all that is not known were so; not for counted figures
    cast(round(r.group_people, 0) as bigint) as n, -- people the figure speaks about, rounded
    coalesce(r.coverage_share, s.coverage_share)
        as coverage_share, -- known days / days; for telework person-days with a known place / person working days
    s.is_final, -- the figure cannot change any more
    r.value_kind, -- share, ratio, count or quantile
    r.measure, -- the data the figure hangs on, see dim_measure_dataset
    round(r.group_people, 6) as group_people -- people the cell speaks about, for disclosure control only
from rated as r
inner join intermediate.int_period_status as s
    on r.period_kind = s.period_kind and r.period_start = s.period_start and r.measure = s.measure
