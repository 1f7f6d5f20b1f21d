/*
description: >-
  Each tool in each department, week, month and fiscal year: people and days that are known and active, amounts, and the
  sums over people from which intervals are worked out. Reach counts a person once, where the person counts in the
  period; days and amounts belong to the department of the day.
grain: [department_key, period_kind, period_start, tool, family]
kind: by_day
time_column: period_start
not_null: [denominator]
*/
select
    department_key, -- dim_department
    period_kind, -- week, month or fiscal_year
    period_start, -- Monday, first day of the month, 1 April
    tool, -- what is used: chat, meeting, mail, ...
    family, -- reach (people), equal_days (people), day_rate (person working days) or ratio (amount by base)
    numerator, -- active people, active person working days, or the amount
    denominator, -- known people, known person working days, or what the amount is divided by
    people_count, -- everybody with a row in the cell; people
    known_people_count, -- of those, with a denominator above 0; people
    acting_people_count, -- of those, with a numerator above 0; people
    largest_numerator, -- of one person
    sum_nn, -- sum over people of the numerator squared
    sum_nd, -- of numerator times denominator
    sum_dd -- of the denominator squared
from intermediate.int_department_tool_periods
where segment_kind = 'all'
