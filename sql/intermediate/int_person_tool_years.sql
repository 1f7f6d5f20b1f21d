/*
description: >-
  What a person did with each tool in a fiscal year so far, in each span of the person's time: the sums of its months.
grain: [person_key, span_from, period_kind, period_start, tool]
kind: by_day
time_column: period_start
*/
select
    person_key,
    span_from, -- with person_key the way to int_person_homes
    'fiscal_year' as period_kind,
    fiscal_year_start as period_start,
    tool, -- a row of tools.csv
    cast(sum(known_days) as bigint) as known_days,
    cast(sum(known_working_days) as bigint) as known_working_days,
    cast(sum(active_days) as bigint) as active_days,
    cast(sum(active_working_days) as bigint) as active_working_days,
    cast(sum(actions_count) as bigint) as actions_count,
    sum(amount) as amount,
    cast(sum(compared_count) as bigint) as compared_count
from intermediate.int_person_tool_months
group by person_key, span_from, fiscal_year_start, tool
