/*
description: What a habit is and where the tiers of chat begin; one row.
grain: []
kind: view
not_null: [window_weeks, habit_weeks, recent_weeks, power_weekly_count, novice_weekly_count]
checks:
- name: exactly_one_row
  sql: select count(*) as rows_count from staging.stg_run__habit_rules having count(*) <> 1
*/
select
    window_weeks, -- weeks by which a habit is judged, the last one included
    habit_weeks, -- of these, with an action: at least so many are a habit
    recent_weeks, -- weeks of which the last days consist that count as recent
    power_weekly_count, -- messages a week, mean of the known weeks: a habit and at least so many are tier power
    novice_weekly_count, -- no habit and at least so many are tier novice
    7 * window_weeks as window_days,
    7 * recent_weeks as recent_days,
    window_weeks - 1 as window_weeks_before, -- before the last one
    recent_weeks - 1 as recent_weeks_before -- the same
from raw.habit_rules
