/*
description: >-
  Box events of every UTC day that was accepted, and how many came late: an event is late when it was first seen, by the
  stream, a later question by day or an imported file, after a whole answer about its day had first been accepted.
grain: [activity_date]
time_column: activity_date
not_null: [events_count, late_events_count]
checks:
- name: working_day_has_events
  severity: warn
  sql: select activity_date from intermediate.int_late_events where is_working_day and events_count = 0
*/
select
    activity_date, -- UTC day
    events_count, -- events of the day known now, late ones included
    late_events_count, -- of these, first seen after the day had first been accepted
    late_share, -- late events among all, 0 to 1, NULL without events
    late_lag_hours_max -- longest time from a late event to its first sight, NULL without late events
from intermediate.int_late_events
