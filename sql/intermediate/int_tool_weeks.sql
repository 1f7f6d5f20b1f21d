/*
description: >-
  How much is known of each tool in each ISO week, and in the weeks of habit and of recent use that end with it
  (habit_rules). A week is known when the facts hold all seven days and none is missing; missing when no working day is
  known; else partly known. Habit is judged only where none of its weeks is missing.
grain: [tool, week_start]
time_column: week_start
not_null: [week_end, week_status, is_over, is_window_judged]
*/
with tool_days as (
    select
        t.segment as tool,
        d.activity_date,
        d.iso_week_start,
        d.is_working_day,
        d.day_status <> 'missing' as is_known
    from staging.stg_run__segment_measures as t
    inner join intermediate.int_measure_days as d on t.measure = d.measure
    where t.segment_kind = 'tool'
),

calendar_weeks as (
    select
        iso_week_start as week_start,
        max(date_day) as week_end,
        sum(case when is_working_day then 1 else 0 end) as working_days_count
    from staging.stg_run__calendar
    group by iso_week_start
    having count(*) = 7
),

last_day as (
    select max(activity_date) as last_date
    from tool_days
),

weeks as (
    select
        tool,
        iso_week_start as week_start,
        sum(case when is_known then 1 else 0 end) as known_days_count,
        sum(case when is_known and is_working_day then 1 else 0 end) as known_working_days_count
    from tool_days
    group by tool, iso_week_start
),

judged as (
    select
        w.tool,
        w.week_start,
        c.week_end,
        w.known_days_count,
        c.week_end <= l.last_date as is_over,
        case
            when w.known_days_count = 7 then 'known'
            when w.known_days_count = 0 then 'missing'
            when w.known_working_days_count = 0 and c.working_days_count > 0 then 'missing'
            else 'partly'
        end as week_status
    from weeks as w
    inner join calendar_weeks as c on w.week_start = c.week_start
    cross join last_day as l
),

windows as (
    select
        j.tool,
        j.week_start,
        j.week_end,
        j.week_status,
        j.is_over,
        j.known_days_count,
        h.window_weeks,
        h.window_days,
        h.recent_weeks,
        h.recent_days,
        count(*) over habit_window as window_weeks_count,
        sum(case when j.week_status = 'known' then 1 else 0 end) over habit_window as known_window_weeks_count,
        sum(case when j.week_status = 'missing' then 1 else 0 end) over habit_window as missing_window_weeks_count,
        sum(j.known_days_count) over habit_window as known_window_days_count,
        count(*) over recent_window as recent_weeks_count,
        sum(case when j.week_status = 'missing' then 1 else 0 end) over recent_window as missing_recent_weeks_count,
        sum(j.known_days_count) over recent_window as known_recent_days_count
    from judged as j
    cross join staging.stg_run__habit_rules as h
    window
        habit_window as (
            partition by j.tool order by j.week_start rows between h.window_weeks_before preceding and current row
        ),
        recent_window as (
            partition by j.tool order by j.week_start rows between h.recent_weeks_before preceding and current row
        )
)

select
    tool, -- chat, meeting, box, telework or files
    week_start, -- Monday
    week_end, -- Sunday
    week_status, -- known, partly or missing
    is_over, -- the facts reach its Sunday
    cast(known_window_weeks_count as bigint) as known_window_weeks_count,
    window_weeks_count = window_weeks and missing_window_weeks_count = 0 as is_window_judged, -- habit can be told
    recent_weeks_count = recent_weeks and missing_recent_weeks_count = 0 as is_recent_judged, -- recent use can be told
    cast(known_days_count as double) / 7 as week_coverage_share, -- known days of the week, 0..1
    cast(known_window_days_count as double) / window_days as window_coverage_share, -- of the window, 0..1
    cast(known_recent_days_count as double) / recent_days as recent_coverage_share -- of the recent weeks, 0..1
from windows
