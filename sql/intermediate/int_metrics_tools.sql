/*
description: >-
  Contributor to rpt_department_metrics: reach, reach at equal days, day rates and ratios of every tool, as
  tool_metrics.csv names them, per department and week, month and fiscal year, and for parts of a department. NULL
  where no day of the data is known. Upper bounds take every unknown day as use. Metrics over working days have no row
  where there is no working day, those of licences none where nobody holds one.
grain: [department_key, period_kind, period_start, segment_kind, segment, metric_id]
kind: by_day
time_column: period_start
checks:
- name: bounds_hold_the_figure
  sql: |
    select department_key, period_kind, period_start, metric_id from intermediate.int_metrics_tools
    where bound_low > bound_high + 1e-6
        or numerator / nullif(denominator, 0) not between bound_low - 1e-6 and bound_high + 1e-6
*/
with cells as (
    select
        p.department_key,
        p.period_kind,
        p.period_start,
        case m.cells when 'telework_capable' then 'all' else p.segment_kind end as segment_kind,
        case m.cells when 'telework_capable' then 'all' else p.segment end as segment,
        p.segment_kind as cell_kind,
        p.segment as cell,
        m.metric_id,
        m.tool,
        m.family,
        t.upper_tool,
        case when m.family = 'ratio' then coalesce(t.ratio_unit, 1) else 1 end as unit,
        s.known_days_count > 0 as is_known,
        p.person_working_days,
        d.facts_working_days_count > 0 as has_working_days
    from intermediate.int_department_people as p
    inner join staging.stg_run__tool_metrics as m
        on
            (m.cells = 'telework_capable' and p.segment_kind = 'telework_capable')
            or (m.cells = 'all' and p.segment_kind in ('all', 'employment_type', 'rollout_wave'))
    inner join staging.stg_run__tools as t on m.tool = t.tool
    inner join staging.stg_run__metrics as x on m.metric_id = x.metric_id
    inner join intermediate.int_fact_periods as d on p.period_kind = d.period_kind and p.period_start = d.period_start
    inner join intermediate.int_period_status as s
        on p.period_kind = s.period_kind and p.period_start = s.period_start and x.measure = s.measure
    where
        (p.period_kind <> 'fiscal_year' or m.family <> 'equal_days')
        and (p.period_kind <> 'week' or t.has_weeks)
)

select
    c.department_key,
    c.period_kind,
    c.period_start,
    c.segment_kind, -- all, employment_type, rollout_wave, or place: the same people on both kinds of day
    c.segment,
    c.metric_id,
    case when c.is_known then coalesce(f.numerator, 0) / c.unit end as numerator,
    case
        when c.metric_id = 'telework_coverage' then c.person_working_days
        when c.is_known then coalesce(f.denominator, 0)
    end as denominator,
    cast(null as double) as value,
    coalesce(f.known_people_count, 0) as group_people, -- people the cell speaks about
    case
        when x.measure = 'telework'
            then coalesce(k.numerator, 0) / nullif(c.person_working_days, 0)
    end as coverage_share, -- telework: person-days with a known place; NULL = that of the measure
    case when c.is_known and c.upper_tool is not null then f.numerator / c.unit / nullif(f.denominator, 0) end
        as bound_low, -- the figure with every unknown day as no use
    case when c.is_known and c.upper_tool is not null then u.numerator / c.unit / nullif(u.denominator, 0) end
        as bound_high, -- and as use
    -- with a denominator above 0
    case when c.is_known and c.metric_id <> 'telework_coverage' then coalesce(f.known_people_count, 0) end
        as people_count,
    case when c.is_known and c.metric_id <> 'telework_coverage' then coalesce(f.acting_people_count, 0) end
        as acting_people_count,
    case when c.is_known and c.family = 'equal_days' then coalesce(f.people_count - f.known_people_count, 0) end
        as left_out_people, -- known on fewer working days than are compared; NULL where days are not made equal
    -- of one person in the numerator
    case when c.metric_id <> 'telework_coverage' then f.largest_numerator / nullif(f.numerator, 0) end as largest_share,
    -- How much is known is no figure about people: it has no interval.
    case when c.metric_id <> 'telework_coverage' then f.sum_nn / (c.unit * c.unit) end as sum_nn,
    case when c.metric_id <> 'telework_coverage' then f.sum_nd / c.unit end as sum_nd,
    case when c.metric_id <> 'telework_coverage' then f.sum_dd end as sum_dd
from cells as c
inner join staging.stg_run__metrics as x on c.metric_id = x.metric_id
left join intermediate.int_department_tool_periods as f
    on
        c.department_key = f.department_key
        and c.period_kind = f.period_kind
        and c.period_start = f.period_start
        and c.cell_kind = f.segment_kind
        and c.cell = f.segment
        and c.tool = f.tool
        and c.family = f.family
left join intermediate.int_department_tool_periods as u
    on
        c.department_key = u.department_key
        and c.period_kind = u.period_kind
        and c.period_start = u.period_start
        and c.cell_kind = u.segment_kind
        and c.cell = u.segment
        and c.upper_tool = u.tool
        and c.family = u.family
left join intermediate.int_department_tool_periods as k
    on
        c.department_key = k.department_key
        and c.period_kind = k.period_kind
        and c.period_start = k.period_start
        and c.cell_kind = k.segment_kind
        and c.cell = k.segment
        and k.tool = 'place'
        and k.family = 'day_rate'
where
    (c.has_working_days or (x.measure <> 'telework' and c.family not in ('day_rate', 'equal_days')))
    -- Licences are few: where nobody holds one there is nothing to tell, unless the reports are missing.
    and (x.measure <> 'copilot' or f.denominator > 0 or not c.is_known)
union all
select
    c.department_key,
    c.period_kind,
    c.period_start,
    'place' as segment_kind,
    c.place as segment,
    m.metric_id,
    cast(c.numerator as double) as numerator,
    cast(c.denominator as double) as denominator,
    cast(null as double) as value,
    c.people_count as group_people,
    cast(null as double) as coverage_share,
    cast(null as double) as bound_low,
    cast(null as double) as bound_high,
    c.people_count,
    c.acting_people_count,
    cast(null as bigint) as left_out_people,
    cast(c.largest_numerator as double) / nullif(c.numerator, 0) as largest_share,
    cast(c.sum_nn as double) as sum_nn,
    cast(c.sum_nd as double) as sum_nd,
    cast(c.sum_dd as double) as sum_dd
from intermediate.int_place_comparisons as c
inner join staging.stg_run__tool_metrics as m on c.tool = m.tool and m.family = 'day_rate'
