/*
description: >-
  What a person did with each tool in the whole of a period, wherever it was spent, for everything that counts people:
  they count in the department of int_person_periods. Who has enough known working days also with the probability of
  being seen in a fixed number of them, so that periods of unequal length compare.
grain: [person_key, period_kind, period_start, tool]
kind: by_day
time_column: period_start
*/
with whole as (
    select
        p.person_key,
        p.period_kind,
        p.period_start,
        p.home_key,
        p.employment_type,
        p.is_telework_capable,
        t.tool,
        t.known_days,
        t.known_working_days,
        t.active_days,
        t.active_working_days,
        t.actions_count,
        t.amount
    from intermediate.int_person_periods as p
    inner join intermediate.int_person_tool_periods as t
        on p.person_key = t.person_key and p.period_kind = t.period_kind and p.period_start = t.period_start
    where p.spans_count = 1
    union all
    select
        p.person_key,
        p.period_kind,
        p.period_start,
        p.home_key,
        p.employment_type,
        p.is_telework_capable,
        t.tool,
        sum(t.known_days) as known_days,
        sum(t.known_working_days) as known_working_days,
        sum(t.active_days) as active_days,
        sum(t.active_working_days) as active_working_days,
        sum(t.actions_count) as actions_count,
        sum(t.amount) as amount
    from intermediate.int_person_periods as p
    inner join intermediate.int_person_tool_periods as t
        on p.person_key = t.person_key and p.period_kind = t.period_kind and p.period_start = t.period_start
    where p.spans_count > 1
    group by
        p.person_key,
        p.period_kind,
        p.period_start,
        p.home_key,
        p.employment_type,
        p.is_telework_capable,
        t.tool
)

select
    w.person_key,
    w.period_kind, -- week, month or fiscal_year
    w.period_start,
    w.home_key, -- where the person counts; with the next two the way to int_home_cells
    w.employment_type,
    w.is_telework_capable,
    w.tool, -- a row of tools.csv
    w.known_working_days,
    w.active_days,
    w.active_working_days,
    w.actions_count,
    w.amount,
    case when t.is_working_days_only then w.known_working_days else w.known_days end > 0 as is_known,
    w.active_days > 0 as is_active,
    e.seen_probability -- NULL = fewer known working days than are compared, or a fiscal year
from whole as w
inner join staging.stg_run__tools as t on w.tool = t.tool
left join staging.stg_run__equal_days as e
    on
        w.period_kind = e.period_kind
        and w.known_working_days = e.known_days
        and w.active_working_days = e.active_days
