/*
description: >-
  How much is known of each tool in each ISO week, and in the 12 and 4 weeks that end with it. A week is known when the
  facts hold all seven days and none is missing; missing when no working day is known; else partly known. Habit is
  judged only where none of the 12 weeks is missing.
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
        tool,
        week_start,
        week_end,
        week_status,
        is_over,
        known_days_count,
        count(*) over (
            partition by tool order by week_start rows between 11 preceding and current row
        ) as weeks_in_12_count,
        sum(case when week_status = 'known' then 1 else 0 end) over (
            partition by tool order by week_start rows between 11 preceding and current row
        ) as known_weeks_in_12_count,
        sum(case when week_status = 'missing' then 1 else 0 end) over (
            partition by tool order by week_start rows between 11 preceding and current row
        ) as missing_weeks_in_12_count,
        sum(known_days_count) over (
            partition by tool order by week_start rows between 11 preceding and current row
        ) as known_days_in_12_count,
        count(*) over (
            partition by tool order by week_start rows between 3 preceding and current row
        ) as weeks_in_4_count,
        sum(case when week_status = 'missing' then 1 else 0 end) over (
            partition by tool order by week_start rows between 3 preceding and current row
        ) as missing_weeks_in_4_count,
        sum(known_days_count) over (
            partition by tool order by week_start rows between 3 preceding and current row
        ) as known_days_in_4_count
    from judged
)

select
    tool, -- chat, meeting, box, telework or files
    week_start, -- Monday
    week_end, -- Sunday
    week_status, -- known, partly or missing
    is_over, -- the facts reach its Sunday
    cast(known_weeks_in_12_count as bigint) as known_weeks_in_12_count,
    weeks_in_12_count = 12 and missing_weeks_in_12_count = 0 as is_window_judged, -- habit can be told
    weeks_in_4_count = 4 and missing_weeks_in_4_count = 0 as is_recent_judged, -- the last 28 days can be told
    cast(known_days_count as double) / 7 as week_coverage_share, -- known days of the week, 0..1
    cast(known_days_in_12_count as double) / 84 as window_coverage_share, -- known days of the 12 weeks, 0..1
    cast(known_days_in_4_count as double) / 28 as recent_coverage_share -- known days of the 4 weeks, 0..1
from windows
