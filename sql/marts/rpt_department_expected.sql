/*
description: >-
  What a department's figure would be if each group of its staffing (employment type and telework capability) used the
  tool as that group does in all other departments, and how far the figure is from it, with a 95 % interval in which
  both have their share. No row where fewer than 30 others are in one of its groups. Months and fiscal years. What a
  difference is called is decided when it is published.
grain: [department_key, period_kind, period_start, segment_kind, segment, metric_id]
kind: by_day
time_column: period_start
not_null: [is_final]
*/
-- Rounded, as the order in which a sum is made shows in its last digits.
select
    e.department_key, -- dim_department
    e.period_kind, -- month or fiscal_year
    e.period_start, -- first day of the month, 1 April
    e.segment_kind, -- all; tool for habits
    e.segment, -- all, or the tool
    e.metric_id, -- dim_metric
    round(e.expected_rate, 9) as expected_rate, -- at the rates of all other departments, group by group
    round(e.difference, 9) as difference, -- the figure less what is to be expected
    round(e.standard_error, 9) as standard_error, -- of the difference; NULL below 10 people, like the next three
    round(e.difference_low, 9) as difference_low, -- lower end of the 95 % interval
    round(e.difference_high, 9) as difference_high, -- upper end of the 95 % interval
    round(e.difference_detectable, 9) as difference_detectable, -- the smallest one that is found in 80 % of cases
    e.people_count, -- people of the department in the figure
    e.acting_people_count, -- of those, people with a numerator above 0
    s.is_final -- the figures cannot change any more
from intermediate.int_metric_expected as e
inner join intermediate.int_period_status as s
    on e.period_kind = s.period_kind and e.period_start = s.period_start and e.measure = s.measure
