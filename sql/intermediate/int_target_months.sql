/*
description: >-
  Every target in every month of the facts up to the month of its date, with what decides how it is judged there. A
  target whose month lies before the facts has no row.
grain: [metric_id, segment, department_key, target_date, period_start]
time_column: period_start
not_null: [segment_kind, target_value, is_of_people, is_due]
*/
select
    t.metric_id, -- dim_metric
    case when t.segment = 'all' then 'all' else 'tool' end as segment_kind,
    t.segment, -- all, or the tool
    t.department_key, -- dim_department
    t.target_date,
    t.target_value, -- share 0..1, or amount in the unit of the metric
    t.owner_role,
    t.note,
    p.period_kind, -- month
    p.period_start,
    x.value_kind = 'share' and (t.segment <> 'all' or coalesce(f.family, 'none') = 'reach')
        as is_of_people, -- numerator and denominator count people, not days, messages or files
    t.target_date <= p.period_end and p.facts_to = p.period_end
        as is_due -- the month of the target's date, and it is over
from staging.stg_org__targets as t
inner join staging.stg_run__metrics as x on t.metric_id = x.metric_id
left join staging.stg_run__tool_metrics as f on t.metric_id = f.metric_id
inner join intermediate.int_fact_periods as p
    on p.period_kind = 'month' and p.period_start <= t.target_date
