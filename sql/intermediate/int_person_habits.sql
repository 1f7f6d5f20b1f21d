/*
description: >-
  Habits and tiers of everybody on the rolls on the Sunday of an ISO week that is over, from the weeks that end with it
  (habit_rules). Habit: at least one action in enough of the weeks. Who has been on the rolls without a break for less
  than these weeks is too new. A habit is NULL for the too new, where a week is missing, and where a partly known week
  without an action decides. Tiers of chat: power (habit and a high mean of messages a week), habitual (habit), novice
  (a mean of a message or more), low (anything at all), non_user; the mean is that of the known weeks.
grain: [person_key, week_start]
kind: by_day
time_column: week_start
not_null: [week_end, is_too_new]
checks:
- name: a_habit_reaches_into_the_recent_weeks
  sql: select person_key, week_start from intermediate.int_person_habits where is_chat_habit and not has_recent_chat
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

known as (
    select
        week_start,
        week_end,
        is_over,
        row_number() over (order by week_start) as week_number, -- the facts have every week
        max(case when tool = 'chat' then week_status end) as chat_week_status,
        max(case when tool = 'chat' then known_window_weeks_count end) as chat_known_weeks_count,
        max(case when tool = 'chat' and is_window_judged then 1 else 0 end) = 1 as is_chat_judged,
        max(case when tool = 'meeting' then week_status end) as meeting_week_status,
        max(case when tool = 'meeting' then known_window_weeks_count end) as meeting_known_weeks_count,
        max(case when tool = 'meeting' and is_window_judged then 1 else 0 end) = 1 as is_meeting_judged,
        max(case when tool = 'box' then week_status end) as box_week_status,
        max(case when tool = 'box' then known_window_weeks_count end) as box_known_weeks_count,
        max(case when tool = 'box' and is_window_judged then 1 else 0 end) = 1 as is_box_judged,
        max(case when tool = 'telework' then week_status end) as telework_week_status,
        max(case when tool = 'telework' then known_window_weeks_count end) as telework_known_weeks_count,
        max(case when tool = 'telework' and is_window_judged then 1 else 0 end) = 1 as is_telework_judged,
        max(case when tool = 'files' then week_status end) as files_week_status,
        max(case when tool = 'files' then known_window_weeks_count end) as files_known_weeks_count,
        max(case when tool = 'files' and is_window_judged then 1 else 0 end) = 1 as is_files_judged
    from intermediate.int_tool_weeks
    group by week_start, week_end, is_over
),

windows as (
    select
        w.person_key,
        w.week_start,
        k.week_end,
        k.is_over,
        cast(w.week_start - r.window_weeks_before * interval '7' day as date) as window_from,
        r.habit_weeks,
        r.power_weekly_count,
        r.novice_weekly_count,
        k.is_chat_judged,
        sum(case when w.chat_actions_count > 0 then 1 else 0 end) over habit_window as chat_active_weeks,
        sum(
            case when coalesce(w.chat_actions_count, 0) = 0 and k.chat_week_status <> 'known' then 1 else 0 end
        ) over habit_window as chat_open_weeks,
        max(case when w.chat_actions_count > 0 then w.week_start end) over recent_window as chat_last_week,
        k.chat_known_weeks_count,
        sum(w.chat_actions_count) over habit_window as chat_actions_in_window,
        sum(case when k.chat_week_status = 'known' then w.chat_actions_count end) over habit_window
            as chat_known_actions_in_window,
        k.is_meeting_judged,
        sum(case when w.meeting_actions_count > 0 then 1 else 0 end) over habit_window as meeting_active_weeks,
        sum(
            case when coalesce(w.meeting_actions_count, 0) = 0 and k.meeting_week_status <> 'known' then 1 else 0 end
        ) over habit_window as meeting_open_weeks,
        max(case when w.meeting_actions_count > 0 then w.week_start end) over recent_window as meeting_last_week,
        k.is_box_judged,
        sum(case when w.box_actions_count > 0 then 1 else 0 end) over habit_window as box_active_weeks,
        sum(
            case when coalesce(w.box_actions_count, 0) = 0 and k.box_week_status <> 'known' then 1 else 0 end
        ) over habit_window as box_open_weeks,
        max(case when w.box_actions_count > 0 then w.week_start end) over recent_window as box_last_week,
        k.is_telework_judged,
        sum(case when w.telework_actions_count > 0 then 1 else 0 end) over habit_window as telework_active_weeks,
        sum(
            case when coalesce(w.telework_actions_count, 0) = 0 and k.telework_week_status <> 'known' then 1 else 0 end
        ) over habit_window as telework_open_weeks,
        max(case when w.telework_actions_count > 0 then w.week_start end) over recent_window as telework_last_week,
        k.is_files_judged,
        sum(case when w.files_actions_count > 0 then 1 else 0 end) over habit_window as files_active_weeks,
        sum(
            case when coalesce(w.files_actions_count, 0) = 0 and k.files_week_status <> 'known' then 1 else 0 end
        ) over habit_window as files_open_weeks,
        max(case when w.files_actions_count > 0 then w.week_start end) over recent_window as files_last_week
    from intermediate.int_person_weeks as w
    inner join known as k on w.week_start = k.week_start
    cross join staging.stg_run__habit_rules as r
    -- The windows reach back.
    where w.week_start >= $start_date - r.window_days * interval '1' day
    window
        habit_window as (
            partition by w.person_key order by k.week_number
            range between r.window_weeks_before preceding and current row
        ),
        recent_window as (
            partition by w.person_key order by k.week_number
            range between r.recent_weeks_before preceding and current row
        )
),

first_weeks as (
    select
        person_key,
        min(case when chat_actions_count > 0 then week_start end) as chat_first_week,
        min(case when meeting_actions_count > 0 then week_start end) as meeting_first_week,
        min(case when box_actions_count > 0 then week_start end) as box_first_week,
        min(case when telework_actions_count > 0 then week_start end) as telework_first_week,
        min(case when files_actions_count > 0 then week_start end) as files_first_week
    from intermediate.int_person_weeks
    group by person_key
),

judged as (
    select
        h.person_key,
        h.week_start,
        h.week_end,
        h.power_weekly_count,
        h.novice_weekly_count,
        t.tenure_from > h.window_from as is_too_new,
        h.chat_active_weeks,
        h.chat_last_week,
        f.chat_first_week,
        case
            when t.tenure_from > h.window_from or not h.is_chat_judged then null
            when h.chat_active_weeks >= h.habit_weeks then true
            when h.chat_active_weeks + h.chat_open_weeks < h.habit_weeks then false
        end as is_chat_habit,
        h.meeting_active_weeks,
        h.meeting_last_week,
        f.meeting_first_week,
        case
            when t.tenure_from > h.window_from or not h.is_meeting_judged then null
            when h.meeting_active_weeks >= h.habit_weeks then true
            when h.meeting_active_weeks + h.meeting_open_weeks < h.habit_weeks then false
        end as is_meeting_habit,
        h.box_active_weeks,
        h.box_last_week,
        f.box_first_week,
        case
            when t.tenure_from > h.window_from or not h.is_box_judged then null
            when h.box_active_weeks >= h.habit_weeks then true
            when h.box_active_weeks + h.box_open_weeks < h.habit_weeks then false
        end as is_box_habit,
        h.telework_active_weeks,
        h.telework_last_week,
        f.telework_first_week,
        case
            when t.tenure_from > h.window_from or not h.is_telework_judged then null
            when h.telework_active_weeks >= h.habit_weeks then true
            when h.telework_active_weeks + h.telework_open_weeks < h.habit_weeks then false
        end as is_telework_habit,
        h.files_active_weeks,
        h.files_last_week,
        f.files_first_week,
        case
            when t.tenure_from > h.window_from or not h.is_files_judged then null
            when h.files_active_weeks >= h.habit_weeks then true
            when h.files_active_weeks + h.files_open_weeks < h.habit_weeks then false
        end as is_files_habit,
        h.chat_actions_in_window,
        round(cast(h.chat_known_actions_in_window as double) / nullif(h.chat_known_weeks_count, 0), 9) as chat_mean
    from windows as h
    inner join first_weeks as f on h.person_key = f.person_key
    inner join tenures as t
        on h.person_key = t.person_key and t.tenure_from <= h.week_end and h.week_end <= t.tenure_to
    where h.is_over
)

select
    person_key,
    week_start, -- Monday
    week_end, -- Sunday; who is on the rolls that day is judged
    is_too_new, -- less than the weeks of habit on the rolls
    cast(chat_active_weeks as bigint) as chat_active_weeks_count,
    is_chat_habit,
    coalesce(chat_first_week <= week_start, false) as has_ever_chat,
    chat_last_week is not null as has_recent_chat,
    cast(meeting_active_weeks as bigint) as meeting_active_weeks_count,
    is_meeting_habit,
    coalesce(meeting_first_week <= week_start, false) as has_ever_meeting,
    meeting_last_week is not null as has_recent_meeting,
    cast(box_active_weeks as bigint) as box_active_weeks_count,
    is_box_habit,
    coalesce(box_first_week <= week_start, false) as has_ever_box,
    box_last_week is not null as has_recent_box,
    cast(telework_active_weeks as bigint) as telework_active_weeks_count,
    is_telework_habit,
    coalesce(telework_first_week <= week_start, false) as has_ever_telework,
    telework_last_week is not null as has_recent_telework,
    cast(files_active_weeks as bigint) as files_active_weeks_count,
    is_files_habit,
    coalesce(files_first_week <= week_start, false) as has_ever_files,
    files_last_week is not null as has_recent_files,
    chat_mean as chat_weekly_mean_count, -- messages a week, mean of the known weeks
    case
        when is_chat_habit is null or chat_mean is null then null
        when is_chat_habit and chat_mean >= power_weekly_count then 'power'
        when is_chat_habit then 'habitual'
        when chat_mean >= novice_weekly_count then 'novice'
        when chat_actions_in_window > 0 then 'low'
        else 'non_user'
    end as chat_tier -- power, habitual, novice, low or non_user; NULL when too new or not judged
from judged
