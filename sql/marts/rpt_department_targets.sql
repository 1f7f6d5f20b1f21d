/*
description: >-
  Where each department stands against each of its targets, month by month up to the month of the target's date: the
  figure of rpt_department_metrics, how far it is from the target, and in the last of these months, when it is over,
  whether the target was met. A figure that is not final can still turn a verdict.
grain: [metric_id, segment, department_key, target_date, period_start]
time_column: period_start
not_null: [target_value, owner_role, verdict, is_final]
checks:
- name: only_due_targets_are_judged
  sql: |
    select metric_id, department_key, target_date, period_start from marts.rpt_department_targets
    where verdict <> 'before' and target_date < period_start
*/
-- Rounded, so that 7 of 10 meets a target of 0.7 whatever the last digit of the quotient is.
with figures as (
    select
        t.metric_id,
        t.segment_kind,
        t.segment,
        t.department_key,
        t.target_date,
        t.target_value,
        t.owner_role,
        t.note,
        t.period_kind,
        t.period_start,
        t.is_of_people,
        t.is_due,
        r.value,
        round(r.value - t.target_value, 9) as difference,
        round(t.target_value * r.denominator - r.numerator, 6) as missing_people,
        coalesce(r.is_final, false) as is_final
    from intermediate.int_target_months as t
    left join marts.rpt_department_metrics as r
        on
            t.department_key = r.department_key and t.period_kind = r.period_kind
            and t.period_start = r.period_start and t.segment_kind = r.segment_kind
            and t.segment = r.segment and t.metric_id = r.metric_id
)

select
    metric_id, -- dim_metric
    segment_kind, -- all; tool for metrics told by tool
    segment, -- all, or the tool
    department_key, -- dim_department
    target_date, -- judged by the figure of this day's month
    target_value, -- share 0..1, or amount in the unit of the metric
    owner_role, -- as the administrator wrote it: a role, never a person
    note, -- as the administrator wrote it; NULL if there is none
    period_kind, -- month
    period_start, -- first day of the month, up to the month of target_date
    value, -- the figure of the month; NULL = there is none
    case
        when not is_due then 'before'
        when value is null then 'no_figure'
        when difference >= 0 then 'met'
        else 'missed'
    end as verdict, -- before (the month of target_date has not come or is not over), met, missed or no_figure
    difference, -- value less target_value; NULL where there is no value
    case
        when is_of_people and value is not null then cast(greatest(ceil(missing_people), 0) as bigint)
    end as people_left, -- people still missing, rounded up, 0 = none; NULL for what is no share of people
    is_final -- the figure cannot change any more; false where there is none
from figures
