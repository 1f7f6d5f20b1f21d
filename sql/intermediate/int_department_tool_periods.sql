/*
description: >-
  Each tool in each department, week, month and fiscal year, with the sums over people from which a rate, its interval
  and its change are worked out. n and d of a person: reach 1 if active, 1 if known; equal_days the probability of being
  seen in a fixed number of working days, 1; day_rate active and known working days; ratio amount and base. Reach counts
  people once, where they count (int_person_periods); days and amounts belong to the department of the day, and who
  moved inside a department is one person in it.
grain: [department_key, period_kind, period_start, segment_kind, segment, tool, family]
kind: by_day
time_column: period_start
not_null: [denominator]
*/
-- Nearly everybody has one span in a period: those are added up by home first, so that few rows climb the tree.
with told as (
    select distinct
        tool,
        family
    from staging.stg_run__tool_metrics
    union
    select
        t.upper_tool as tool,
        m.family
    from staging.stg_run__tool_metrics as m
    inner join staging.stg_run__tools as t on m.tool = t.tool
    where t.upper_tool is not null
),

days as (
    select
        t.person_key,
        t.period_kind,
        t.period_start,
        t.tool,
        h.home_key,
        h.employment_type,
        h.is_telework_capable,
        p.spans_count,
        t.active_working_days,
        t.known_working_days,
        coalesce(t.amount, 0) as amount,
        case k.ratio_base
            when 'active_days' then t.active_days
            when 'known_working_days' then t.known_working_days
            when 'compared_count' then coalesce(t.compared_count, 0)
        end as base
    from intermediate.int_person_tool_periods as t
    inner join intermediate.int_person_homes as h on t.person_key = h.person_key and t.span_from = h.span_from
    inner join intermediate.int_person_periods as p
        on t.person_key = p.person_key and t.period_kind = p.period_kind and t.period_start = p.period_start
    inner join staging.stg_run__tools as k on t.tool = k.tool
),

movers as (
    select
        d.person_key,
        d.period_kind,
        d.period_start,
        d.tool,
        c.department_key,
        c.segment_kind,
        c.segment,
        sum(d.active_working_days) as active_working_days,
        sum(d.known_working_days) as known_working_days,
        sum(d.amount) as amount,
        sum(d.base) as base
    from days as d
    inner join intermediate.int_home_cells as c
        on
            d.home_key = c.home_key
            and d.employment_type = c.employment_type
            and d.is_telework_capable = c.is_telework_capable
    where d.spans_count > 1
    group by d.person_key, d.period_kind, d.period_start, d.tool, c.department_key, c.segment_kind, c.segment
),

-- One row per person and family that is told, with n and d; of movers per cell, of all others per home.
units as (
    select
        d.home_key,
        d.employment_type,
        d.is_telework_capable,
        cast(null as varchar) as department_key,
        cast(null as varchar) as segment_kind,
        cast(null as varchar) as segment,
        d.period_kind,
        d.period_start,
        d.tool,
        f.family,
        case f.family when 'day_rate' then cast(d.active_working_days as double) else d.amount end as n,
        cast(case f.family when 'day_rate' then d.known_working_days else d.base end as double) as d
    from days as d
    inner join told as f on d.tool = f.tool and f.family in ('day_rate', 'ratio')
    where d.spans_count = 1 and (f.family = 'day_rate' or d.base is not null)
    union all
    select
        cast(null as varchar) as home_key,
        cast(null as varchar) as employment_type,
        cast(null as boolean) as is_telework_capable,
        m.department_key,
        m.segment_kind,
        m.segment,
        m.period_kind,
        m.period_start,
        m.tool,
        f.family,
        case f.family when 'day_rate' then cast(m.active_working_days as double) else m.amount end as n,
        cast(case f.family when 'day_rate' then m.known_working_days else m.base end as double) as d
    from movers as m
    inner join told as f on m.tool = f.tool and f.family in ('day_rate', 'ratio')
    where f.family = 'day_rate' or m.base is not null
    union all
    select
        t.home_key,
        t.employment_type,
        t.is_telework_capable,
        cast(null as varchar) as department_key,
        cast(null as varchar) as segment_kind,
        cast(null as varchar) as segment,
        t.period_kind,
        t.period_start,
        t.tool,
        f.family,
        case
            when f.family = 'equal_days' then coalesce(t.seen_probability, 0) -- who is left out is none of the clusters
            when t.is_active then 1
            else 0
        end as n,
        case when f.family = 'reach' or t.seen_probability is not null then 1 else 0 end as d
    from intermediate.int_person_tool_totals as t
    inner join told as f on t.tool = f.tool and f.family in ('reach', 'equal_days')
    where
        (f.family = 'reach' and t.is_known)
        or (f.family = 'equal_days' and t.known_working_days > 0 and t.period_kind <> 'fiscal_year')
),

sums as (
    select
        home_key,
        employment_type,
        is_telework_capable,
        department_key,
        segment_kind,
        segment,
        period_kind,
        period_start,
        tool,
        family,
        sum(n) as n,
        sum(d) as d,
        count(*) as people,
        count(case when d > 0 then 1 end) as known_people,
        count(case when n > 0 then 1 end) as acting_people,
        max(n) as largest_n,
        sum(n * n) as nn,
        sum(n * d) as nd,
        sum(d * d) as dd
    from units
    group by
        home_key,
        employment_type,
        is_telework_capable,
        department_key,
        segment_kind,
        segment,
        period_kind,
        period_start,
        tool,
        family
),

cells as (
    select
        c.department_key,
        c.segment_kind,
        c.segment,
        s.period_kind,
        s.period_start,
        s.tool,
        s.family,
        s.n,
        s.d,
        s.people,
        s.known_people,
        s.acting_people,
        s.largest_n,
        s.nn,
        s.nd,
        s.dd
    from sums as s
    inner join intermediate.int_home_cells as c
        on
            s.home_key = c.home_key
            and s.employment_type = c.employment_type
            and s.is_telework_capable = c.is_telework_capable
            -- Parts of a department are told of months and years only.
            and (s.period_kind <> 'week' or c.segment_kind in ('all', 'telework_capable'))
    union all
    select
        department_key,
        segment_kind,
        segment,
        period_kind,
        period_start,
        tool,
        family,
        n,
        d,
        people,
        known_people,
        acting_people,
        largest_n,
        nn,
        nd,
        dd
    from sums
    where department_key is not null and (period_kind <> 'week' or segment_kind in ('all', 'telework_capable'))
)

select
    department_key,
    period_kind, -- week, month or fiscal_year
    period_start,
    segment_kind, -- all, telework_capable, employment_type, rollout_wave or mix
    segment,
    tool, -- a row of tools.csv
    family, -- reach, equal_days, day_rate or ratio
    round(sum(n), 6) as numerator,
    round(sum(d), 6) as denominator,
    cast(sum(people) as bigint) as people_count, -- everybody with a row in the cell
    cast(sum(known_people) as bigint) as known_people_count, -- of those, with a denominator above 0: the clusters
    cast(sum(acting_people) as bigint) as acting_people_count, -- of those, with a numerator above 0
    max(largest_n) as largest_numerator, -- of one person
    round(sum(nn), 6) as sum_nn, -- over people: numerator squared
    round(sum(nd), 6) as sum_nd, -- numerator times denominator
    round(sum(dd), 6) as sum_dd -- denominator squared
from cells
group by department_key, period_kind, period_start, segment_kind, segment, tool, family
