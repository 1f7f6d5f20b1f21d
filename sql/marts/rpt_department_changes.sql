/*
description: >-
  The change of a metric from one period to another in a department, with its 95 % interval (people are the clusters,
  who is in both periods is a pair) and the smallest change that would have shown. What a change is called is decided
  when it is published.
grain: [department_key, period_kind, period_start, segment_kind, segment, metric_id, comparison]
kind: by_day
time_column: period_start
not_null: [is_final]
*/
-- Rounded, as the order in which a sum is made shows in its last digits.
select
    c.department_key, -- dim_department
    c.period_kind, -- week or month
    c.period_start, -- Monday of the week, first day of the month
    c.segment_kind, -- all; tool for habits
    c.segment, -- all, or the tool
    c.metric_id, -- dim_metric
    c.comparison, -- previous, year_before or april
    c.other_start, -- first day of the period it is compared with
    round(c.other_rate, 9) as other_rate, -- the figure then
    round(c.change, 9) as change, -- the figure now less the figure then
    round(c.standard_error, 9) as standard_error, -- of the change; NULL below 10 people, like the next three
    round(c.change_low, 9) as change_low, -- lower end of the 95 % interval
    round(c.change_high, 9) as change_high, -- upper end of the 95 % interval
    round(c.change_detectable, 9) as change_detectable, -- the smallest change that is found in 80 % of cases
    c.people_count, -- people in one of the two periods
    c.least_people_count, -- people in the period with fewer of them, on whom interval and word rest
    c.acting_people_count, -- of those, people with a numerator above 0 in one of them
    c.known_share, -- known working days / working days of the period, 0..1
    c.other_known_share, -- the same of the period it is compared with
    c.not_comparable_because, -- why the two must not be compared; NULL = they may be
    s.is_final and o.is_final as is_final -- neither of the two figures can change any more
from intermediate.int_metric_changes as c
inner join intermediate.int_period_status as s
    on c.period_kind = s.period_kind and c.period_start = s.period_start and c.measure = s.measure
inner join intermediate.int_period_status as o
    on c.period_kind = o.period_kind and c.other_start = o.period_start and c.measure = o.measure
