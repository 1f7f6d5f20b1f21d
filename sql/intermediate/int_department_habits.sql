/*
description: >-
  Habit, newcomers, the funnel and tiers per department, ISO week and tool. A person counts in the department of the
  week (int_person_periods) with all 12 weeks, wherever they were spent.
grain: [department_key, week_start, segment_kind, segment, tool]
kind: by_day
time_column: week_start
not_null: [headcount_people]
checks:
- name: the_funnel_only_narrows
  sql: |
    select department_key, week_start, tool from intermediate.int_department_habits
    where
        eligible_people > headcount_people or ever_people > eligible_people
        or recent_people > ever_people or eligible_habit_people > recent_people
*/
with counted as (
    select
        c.department_key,
        c.segment_kind,
        c.segment,
        p.week_start,
        p.week_end,
        p.tool,
        count(*) as headcount,
        count(case when p.is_too_new then 1 end) as too_new,
        count(p.is_habit) as judged,
        count(case when p.is_habit then 1 end) as habit,
        count(p.is_eligible) as eligible_known,
        count(case when p.is_eligible then 1 end) as eligible,
        count(case when p.is_eligible and p.has_ever_used then 1 end) as ever,
        count(case when p.is_eligible and p.has_recent_use then 1 end) as recent,
        count(case when p.is_eligible and p.is_habit then 1 end) as eligible_habit,
        count(case when p.tier = 'power' then 1 end) as power_tier,
        count(case when p.tier = 'habitual' then 1 end) as habitual_tier,
        count(case when p.tier = 'novice' then 1 end) as novice_tier,
        count(case when p.tier = 'low' then 1 end) as low_tier,
        count(case when p.tier = 'non_user' then 1 end) as non_user_tier
    from intermediate.int_person_habits as p
    inner join intermediate.int_home_cells as c
        on
            p.home_key = c.home_key
            and p.employment_type = c.employment_type
            and p.is_telework_capable = c.is_telework_capable
    group by c.department_key, c.segment_kind, c.segment, p.week_start, p.week_end, p.tool
)

select
    t.department_key,
    t.week_start, -- Monday
    t.week_end, -- Sunday
    t.segment_kind, -- see int_home_cells
    t.segment,
    t.tool, -- of the tools of habit
    t.headcount as headcount_people, -- on the rolls on the Sunday
    t.too_new as too_new_people,
    case when k.is_window_judged then t.judged end as judged_people, -- habit could be told
    case when k.is_window_judged then t.habit end as habit_people,
    case when t.eligible_known > 0 then t.eligible end as eligible_people, -- NULL: nothing known of licences, accounts
    case when t.eligible_known > 0 then t.ever end as ever_people, -- of those, active on a day so far
    case when t.eligible_known > 0 and k.is_recent_judged then t.recent end as recent_people, -- in the last 28 days
    case when t.eligible_known > 0 and k.is_window_judged then t.eligible_habit end
        as eligible_habit_people, -- of those, with a habit
    case when k.is_window_judged and t.tool = 'chat' then t.power_tier end as power_people, -- tiers: chat only
    case when k.is_window_judged and t.tool = 'chat' then t.habitual_tier end as habitual_people,
    case when k.is_window_judged and t.tool = 'chat' then t.novice_tier end as novice_people,
    case when k.is_window_judged and t.tool = 'chat' then t.low_tier end as low_people,
    case when k.is_window_judged and t.tool = 'chat' then t.non_user_tier end as non_user_people,
    k.week_coverage_share,
    k.window_coverage_share,
    k.recent_coverage_share
from counted as t
inner join intermediate.int_tool_weeks as k on t.tool = k.tool and t.week_start = k.week_start
