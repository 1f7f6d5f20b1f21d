/*
description: >-
  What a person did with each tool in a week, a month and a fiscal year, in each span of the person's time. For
  everything that speaks of periods.
grain: []
kind: view
time_column: period_start
*/
select
    person_key,
    span_from, -- with person_key the way to int_person_homes
    'week' as period_kind, -- week, month or fiscal_year
    week_start as period_start,
    tool, -- a row of tools.csv
    known_days, -- see int_person_tool_weeks, like all that follow
    known_working_days,
    active_days,
    active_working_days,
    actions_count,
    amount,
    compared_count
from intermediate.int_person_tool_weeks
union all
select
    person_key,
    span_from,
    'month' as period_kind,
    month_start as period_start,
    tool,
    known_days,
    known_working_days,
    active_days,
    active_working_days,
    actions_count,
    amount,
    compared_count
from intermediate.int_person_tool_months
union all
select
    person_key,
    span_from,
    period_kind,
    period_start,
    tool,
    known_days,
    known_working_days,
    active_days,
    active_working_days,
    actions_count,
    amount,
    compared_count
from intermediate.int_person_tool_years
