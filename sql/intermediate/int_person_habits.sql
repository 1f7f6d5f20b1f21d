/*
description: >-
  Habits of everybody on the rolls on the Sunday of an ISO week that is over, tool by tool, from the weeks that end with
  it (habit_rules). Habit: at least one action in enough of the weeks. Who has been on the rolls without a break for
  less than these weeks is too new. A habit is NULL for the too new, where a week is missing, and where a partly known
  week without an action decides. Tiers of chat: power (habit and a high mean of messages a week), habitual (habit),
  novice (a mean of a message or more), low (anything at all), non_user; the mean is that of the known weeks. Who uses a
  tool may: a licence for chat, meetings and files, an account for Box, a telework-capable post for telework.
grain: [person_key, week_start, tool]
kind: by_day
time_column: week_start
not_null: [week_end, is_too_new]
checks:
- name: a_habit_reaches_into_the_recent_weeks
  sql: select person_key, week_start from intermediate.int_person_habits where is_habit and not has_recent_use
*/
with spans as (
    select
        person_key,
        valid_from,
        valid_to,
        lag(valid_to) over (partition by person_key order by valid_from) as valid_to_before
    from intermediate.int_person_spans
),

tenure_starts as (
    select
        person_key,
        valid_from as tenure_from,
        lead(valid_from) over (partition by person_key order by valid_from) as next_tenure_from
    from spans
    where valid_to_before is null or valid_to_before < cast(valid_from - interval '1' day as date)
),

tenures as (
    select
        t.person_key,
        t.tenure_from,
        max(s.valid_to) as tenure_to
    from tenure_starts as t
    inner join spans as s
        on
            t.person_key = s.person_key
            and t.tenure_from <= s.valid_from
            and (t.next_tenure_from is null or s.valid_from < t.next_tenure_from)
    group by t.person_key, t.tenure_from
),


-- The facts have every week, so weeks are counted by number.
numbered as (
    select
        tool,
        week_start,
        week_end,
        week_status,
        is_over,
        is_window_judged,
        known_window_weeks_count,
        row_number() over (partition by tool order by week_start) as week_number
    from intermediate.int_tool_weeks
),

-- A week on the rolls without any data of a tool is a row, too.
weeks as (
    select
        p.person_key,
        p.period_start as week_start,
        k.tool,
        k.week_end,
        k.week_status,
        k.is_over,
        k.is_window_judged,
        k.known_window_weeks_count,
        k.week_number,
        p.home_key,
        p.employment_type,
        p.is_telework_capable,
        coalesce(t.is_active, false) as is_active,
        t.actions_count
    from intermediate.int_person_periods as p
    inner join numbered as k on p.period_start = k.week_start
    left join intermediate.int_person_tool_totals as t
        on
            p.person_key = t.person_key
            and t.period_kind = 'week'
            and p.period_start = t.period_start
            and k.tool = t.tool
    cross join staging.stg_run__habit_rules as r
    -- The windows reach back.
    where p.period_kind = 'week' and p.period_start >= $start_date - r.window_days * interval '1' day
),

windows as (
    select
        w.person_key,
        w.week_start,
        w.tool,
        w.week_end,
        w.is_over,
        w.is_window_judged,
        w.home_key,
        w.employment_type,
        w.is_telework_capable,
        w.known_window_weeks_count,
        cast(w.week_start - r.window_weeks_before * interval '7' day as date) as window_from,
        r.habit_weeks,
        r.power_weekly_count,
        r.novice_weekly_count,
        sum(case when w.is_active then 1 else 0 end) over habit_window as active_weeks,
        sum(case when not w.is_active and w.week_status <> 'known' then 1 else 0 end) over habit_window as open_weeks,
        max(case when w.is_active then w.week_start end) over recent_window as recent_week,
        sum(coalesce(w.actions_count, 0)) over habit_window as actions_in_window,
        sum(case when w.week_status = 'known' then coalesce(w.actions_count, 0) else 0 end) over habit_window
            as known_actions_in_window
    from weeks as w
    cross join staging.stg_run__habit_rules as r
    window
        habit_window as (
            partition by w.person_key, w.tool order by w.week_number
            range between r.window_weeks_before preceding and current row
        ),
        recent_window as (
            partition by w.person_key, w.tool order by w.week_number
            range between r.recent_weeks_before preceding and current row
        )
),

first_weeks as (
    select
        person_key,
        tool,
        min(period_start) as first_week
    from intermediate.int_person_tool_totals
    where period_kind = 'week' and is_active
    group by person_key, tool
),

box_known as (
    select count(*) as accounts_count
    from intermediate.int_box_account_spans
),

judged as (
    select
        h.person_key,
        h.week_start,
        h.tool,
        h.week_end,
        h.home_key,
        h.employment_type,
        h.is_telework_capable,
        h.active_weeks,
        h.actions_in_window,
        h.power_weekly_count,
        h.novice_weekly_count,
        t.tenure_from > h.window_from as is_too_new,
        case
            when t.tenure_from > h.window_from or not h.is_window_judged then null
            when h.active_weeks >= h.habit_weeks then true
            when h.active_weeks + h.open_weeks < h.habit_weeks then false
        end as is_habit,
        coalesce(f.first_week <= h.week_start, false) as has_ever_used,
        h.recent_week is not null as has_recent_use,
        case
            when h.tool = 'chat'
                then round(cast(h.known_actions_in_window as double) / nullif(h.known_window_weeks_count, 0), 9)
        end as weekly_mean,
        case h.tool
            when 'telework' then h.is_telework_capable
            when 'box' then case when n.accounts_count > 0 then a.person_key is not null end
            else l.is_licensed
        end as is_eligible
    from windows as h
    inner join tenures as t
        on h.person_key = t.person_key and t.tenure_from <= h.week_end and h.week_end <= t.tenure_to
    inner join intermediate.int_person_spans as l
        on h.person_key = l.person_key and l.valid_from <= h.week_end and h.week_end <= l.valid_to
    left join first_weeks as f on h.person_key = f.person_key and h.tool = f.tool
    left join intermediate.int_box_account_spans as a
        on
            h.tool = 'box'
            and h.person_key = a.person_key
            and a.valid_from <= h.week_end
            and h.week_end <= a.valid_to
    cross join box_known as n
    where h.is_over
)

select
    person_key,
    week_start, -- Monday
    tool, -- of the tools of habit
    week_end, -- Sunday; who is on the rolls that day is judged
    home_key, -- where the person counts in that week; with the next two the way to int_home_cells
    employment_type,
    is_telework_capable,
    is_too_new, -- on the rolls for less than the window
    cast(active_weeks as bigint) as active_weeks_count, -- of the window
    is_habit,
    is_eligible, -- may use it; NULL where nothing is known of licences or accounts
    has_ever_used, -- on a day so far
    has_recent_use, -- in the recent weeks
    weekly_mean as weekly_mean_count, -- messages a week, mean of the known weeks of the window; chat only
    case
        when tool <> 'chat' or is_habit is null or weekly_mean is null then null
        when is_habit and weekly_mean >= power_weekly_count then 'power'
        when is_habit then 'habitual'
        when weekly_mean >= novice_weekly_count then 'novice'
        when actions_in_window > 0 then 'low'
        else 'non_user'
    end as tier -- power, habitual, novice, low or non_user; chat only; NULL when too new or not judged
from judged
