/*
description: >-
  What two compared periods of a metric have in common: the people who are in both, and the sums of the products of
  their numerators and denominators, from which the covariance of the two figures is worked out. Weeks for the whole
  organisation only.
grain: [department_key, period_kind, period_start, comparison, metric_id]
kind: by_day
time_column: period_start
*/
with people as (
    select
        t.person_key,
        c.department_key,
        t.period_kind,
        t.period_start,
        m.metric_id,
        sum(
            case m.family when 'day_rate' then t.active_working_days else coalesce(t.amount, 0) / k.ratio_unit end
        ) as n,
        sum(
            case
                when m.family = 'day_rate' or k.ratio_base = 'known_working_days' then t.known_working_days
                when k.ratio_base = 'active_days' then t.active_days
                else coalesce(t.compared_count, 0)
            end
        ) as d
    from intermediate.int_person_tool_periods as t
    inner join staging.stg_run__tools as k on t.tool = k.tool
    inner join staging.stg_run__tool_metrics as m
        on t.tool = m.tool and m.is_compared and m.family in ('day_rate', 'ratio')
    inner join intermediate.int_person_homes as h on t.person_key = h.person_key and t.span_from = h.span_from
    inner join intermediate.int_home_cells as c
        on
            h.home_key = c.home_key
            and h.employment_type = c.employment_type
            and h.is_telework_capable = c.is_telework_capable
            and m.cells = c.segment_kind
    where t.period_kind = 'month' or (t.period_kind = 'week' and c.department_key = 'ALL')
    group by t.person_key, c.department_key, t.period_kind, t.period_start, m.metric_id
    union all
    select
        t.person_key,
        c.department_key,
        t.period_kind,
        t.period_start,
        m.metric_id,
        t.seen_probability as n,
        1 as d
    from intermediate.int_person_tool_totals as t
    inner join staging.stg_run__tool_metrics as m
        on t.tool = m.tool and m.is_compared and m.family = 'equal_days'
    inner join intermediate.int_home_cells as c
        on
            t.home_key = c.home_key
            and t.employment_type = c.employment_type
            and t.is_telework_capable = c.is_telework_capable
            and m.cells = c.segment_kind
    where t.seen_probability is not null and (t.period_kind = 'month' or c.department_key = 'ALL')
)

select
    t.department_key,
    t.period_kind, -- week or month
    t.period_start,
    p.comparison, -- previous, year_before or april
    p.other_start,
    t.metric_id,
    count(*) as both_people_count, -- with a denominator above 0 in both
    count(case when t.n > 0 and s.n > 0 then 1 end) as both_acting_people_count,
    round(sum(t.n * s.n), 6) as sum_nn, -- numerator now times numerator then
    round(sum(t.n * s.d), 6) as sum_nd, -- numerator now times denominator then
    round(sum(t.d * s.n), 6) as sum_dn, -- denominator now times numerator then
    round(sum(t.d * s.d), 6) as sum_dd -- denominator now times denominator then
from people as t
inner join intermediate.int_compared_periods as p
    on t.period_kind = p.period_kind and t.period_start = p.period_start
inner join people as s
    on
        t.person_key = s.person_key
        and t.department_key = s.department_key
        and t.period_kind = s.period_kind
        and t.metric_id = s.metric_id
        and p.other_start = s.period_start
where t.d > 0 and s.d > 0
group by t.department_key, t.period_kind, t.period_start, p.comparison, p.other_start, t.metric_id
