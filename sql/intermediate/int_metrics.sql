/*
description: >-
  Every metric of every department and period: the union of the contributors int_metrics_<topic>, with the rate, its
  variance over people (the clusters) from the sums over them, and the quantiles of t that its interval needs. Variance
  and quantiles are NULL below ten people, where nothing of the kind is told.
grain: []
kind: view
time_column: period_start
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
        bound_low,
        bound_high,
        people_count,
        acting_people_count,
        left_out_people,
        largest_share,
        sum_nn,
        sum_nd,
        sum_dd
    from intermediate.int_metrics_tools
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
        cast(null as double) as bound_high,
        people_count,
        acting_people_count,
        cast(null as bigint) as left_out_people,
        largest_share,
        sum_nn,
        sum_nd,
        sum_dd
    from intermediate.int_metrics_habit
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
        bound_high,
        people_count,
        acting_people_count,
        cast(null as bigint) as left_out_people,
        largest_share,
        sum_nn,
        sum_nd,
        sum_dd
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
        bound_high,
        cast(null as bigint) as people_count,
        cast(null as bigint) as acting_people_count,
        cast(null as bigint) as left_out_people,
        cast(null as double) as largest_share,
        cast(null as double) as sum_nn,
        cast(null as double) as sum_nd,
        cast(null as double) as sum_dd
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
        cast(null as double) as bound_high,
        cast(null as bigint) as people_count,
        cast(null as bigint) as acting_people_count,
        cast(null as bigint) as left_out_people,
        cast(null as double) as largest_share,
        cast(null as double) as sum_nn,
        cast(null as double) as sum_nd,
        cast(null as double) as sum_dd
    from intermediate.int_metrics_exchange
),

rated as (
    select
        c.department_key,
        c.period_kind,
        c.period_start,
        c.segment_kind,
        c.segment,
        c.metric_id,
        coalesce(s.measure, d.measure) as measure, -- of some segments another than that of the metric
        d.value_kind,
        c.numerator,
        c.denominator,
        c.value,
        c.group_people,
        c.coverage_share,
        c.bound_low,
        c.bound_high,
        c.people_count,
        c.acting_people_count,
        c.left_out_people,
        c.largest_share,
        c.sum_nn,
        c.sum_nd,
        c.sum_dd,
        case when c.denominator > 0 then c.numerator / c.denominator end as rate
    from contributed as c
    inner join staging.stg_run__metrics as d on c.metric_id = d.metric_id
    left join staging.stg_run__segment_measures as s on c.segment_kind = s.segment_kind and c.segment = s.segment
)

select
    r.department_key,
    r.period_kind, -- day, week, month or fiscal_year
    r.period_start,
    r.segment_kind,
    r.segment,
    r.metric_id,
    r.measure, -- the data the figure hangs on
    r.value_kind, -- share, ratio, count or quantile
    r.numerator,
    r.denominator,
    r.value, -- of quantiles
    r.group_people, -- people the cell speaks about
    r.coverage_share,
    r.bound_low,
    r.bound_high,
    r.people_count, -- with a denominator above 0: the clusters
    r.acting_people_count, -- of those, with a numerator above 0
    r.left_out_people, -- of reach at equal days: known on fewer days
    r.largest_share, -- of one person in the numerator, 0..1
    r.sum_nn, -- sums over people: numerator squared
    r.sum_nd, -- numerator times denominator
    r.sum_dd, -- denominator squared
    r.rate,
    case
        when q.t_975 is not null
            then
                greatest(r.sum_nn - 2 * r.rate * r.sum_nd + r.rate * r.rate * r.sum_dd, 0)
                / (r.denominator * r.denominator) * r.people_count / (r.people_count - 1)
    end as variance, -- of the rate
    q.t_975
from rated as r
left join staging.stg_run__t_quantiles as q
    on
        r.people_count >= 10
        and r.rate is not null
        and r.sum_nn is not null
        and q.degrees_from <= r.people_count - 1
        and r.people_count - 1 <= q.degrees_to
