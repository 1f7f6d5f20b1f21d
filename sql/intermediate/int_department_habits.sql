/*
description: >-
  Habit, newcomers and the funnel per department, ISO week and tool. A person counts in the department of the week's
  last day, by the weights of the posts of that day, with all 12 weeks, wherever they were spent. Eligible: a licence
  for chat, meetings and files, a Box account for Box, a telework-capable post for telework.
grain: [department_key, week_start, tool]
kind: by_day
time_column: week_start
not_null: [headcount_people]
checks:
- name: the_funnel_only_narrows
  sql: |
    select department_key, week_start, tool from intermediate.int_department_habits
    where
        eligible_people > headcount_people + 0.0001 or ever_people > eligible_people + 0.0001
        or recent_people > ever_people + 0.0001 or eligible_habit_people > recent_people + 0.0001
*/
with box_known as (
    select count(*) as accounts_count
    from intermediate.int_box_account_spans
),

people as (
    select
        s.department_key,
        s.weight,
        s.telework_capable_weight,
        p.week_start,
        p.is_too_new,
        p.is_chat_habit,
        p.has_ever_chat,
        p.has_recent_chat,
        p.is_meeting_habit,
        p.has_ever_meeting,
        p.has_recent_meeting,
        p.is_box_habit,
        p.has_ever_box,
        p.has_recent_box,
        p.is_telework_habit,
        p.has_ever_telework,
        p.has_recent_telework,
        p.is_files_habit,
        p.has_ever_files,
        p.has_recent_files,
        p.chat_tier,
        case when l.is_licensed is not null then case when l.is_licensed then s.weight else 0 end end
            as licensed_weight,
        case when n.accounts_count > 0 then case when a.person_key is not null then s.weight else 0 end end
            as box_account_weight
    from intermediate.int_person_habits as p
    inner join intermediate.int_person_department_spans as s
        on
            p.person_key = s.person_key
            and s.organisation_view = 'as_was'
            and s.span_from <= p.week_end
            and p.week_end <= s.span_to
    inner join intermediate.int_person_spans as l
        on p.person_key = l.person_key and l.valid_from <= p.week_end and p.week_end <= l.valid_to
    left join intermediate.int_box_account_spans as a
        on p.person_key = a.person_key and a.valid_from <= p.week_end and p.week_end <= a.valid_to
    cross join box_known as n
),

sums as (
    select
        s.department_key,
        s.week_start,
        sum(s.weight) as headcount,
        sum(case when s.is_too_new then s.weight else 0 end) as too_new,
        sum(case when s.chat_tier = 'power' then s.weight else 0 end) as power_tier,
        sum(case when s.chat_tier = 'habitual' then s.weight else 0 end) as habitual_tier,
        sum(case when s.chat_tier = 'novice' then s.weight else 0 end) as novice_tier,
        sum(case when s.chat_tier = 'low' then s.weight else 0 end) as low_tier,
        sum(case when s.chat_tier = 'non_user' then s.weight else 0 end) as non_user_tier,
        sum(case when s.is_chat_habit is not null then s.weight else 0 end) as chat_judged,
        sum(case when s.is_chat_habit then s.weight else 0 end) as chat_habit,
        sum(s.licensed_weight) as chat_eligible,
        sum(case when s.has_ever_chat then s.licensed_weight else 0 end) as chat_ever,
        sum(case when s.has_recent_chat then s.licensed_weight else 0 end) as chat_recent,
        sum(case when s.is_chat_habit then s.licensed_weight else 0 end) as chat_eligible_habit,
        sum(case when s.is_meeting_habit is not null then s.weight else 0 end) as meeting_judged,
        sum(case when s.is_meeting_habit then s.weight else 0 end) as meeting_habit,
        sum(s.licensed_weight) as meeting_eligible,
        sum(case when s.has_ever_meeting then s.licensed_weight else 0 end) as meeting_ever,
        sum(case when s.has_recent_meeting then s.licensed_weight else 0 end) as meeting_recent,
        sum(case when s.is_meeting_habit then s.licensed_weight else 0 end) as meeting_eligible_habit,
        sum(case when s.is_box_habit is not null then s.weight else 0 end) as box_judged,
        sum(case when s.is_box_habit then s.weight else 0 end) as box_habit,
        sum(s.box_account_weight) as box_eligible,
        sum(case when s.has_ever_box then s.box_account_weight else 0 end) as box_ever,
        sum(case when s.has_recent_box then s.box_account_weight else 0 end) as box_recent,
        sum(case when s.is_box_habit then s.box_account_weight else 0 end) as box_eligible_habit,
        sum(case when s.is_telework_habit is not null then s.weight else 0 end) as telework_judged,
        sum(case when s.is_telework_habit then s.weight else 0 end) as telework_habit,
        sum(s.telework_capable_weight) as telework_eligible,
        sum(case when s.has_ever_telework then s.telework_capable_weight else 0 end) as telework_ever,
        sum(case when s.has_recent_telework then s.telework_capable_weight else 0 end) as telework_recent,
        sum(case when s.is_telework_habit then s.telework_capable_weight else 0 end) as telework_eligible_habit,
        sum(case when s.is_files_habit is not null then s.weight else 0 end) as files_judged,
        sum(case when s.is_files_habit then s.weight else 0 end) as files_habit,
        sum(s.licensed_weight) as files_eligible,
        sum(case when s.has_ever_files then s.licensed_weight else 0 end) as files_ever,
        sum(case when s.has_recent_files then s.licensed_weight else 0 end) as files_recent,
        sum(case when s.is_files_habit then s.licensed_weight else 0 end) as files_eligible_habit
    from people as s
    group by s.department_key, s.week_start
),

tools as (
    select
        department_key,
        week_start,
        'chat' as tool,
        headcount,
        too_new,
        chat_judged as judged,
        chat_habit as habit,
        chat_eligible as eligible,
        chat_ever as ever,
        chat_recent as recent,
        chat_eligible_habit as eligible_habit,
        power_tier,
        habitual_tier,
        novice_tier,
        low_tier,
        non_user_tier
    from sums
    union all
    select
        department_key,
        week_start,
        'meeting' as tool,
        headcount,
        too_new,
        meeting_judged as judged,
        meeting_habit as habit,
        meeting_eligible as eligible,
        meeting_ever as ever,
        meeting_recent as recent,
        meeting_eligible_habit as eligible_habit,
        cast(null as double) as power_tier,
        cast(null as double) as habitual_tier,
        cast(null as double) as novice_tier,
        cast(null as double) as low_tier,
        cast(null as double) as non_user_tier
    from sums
    union all
    select
        department_key,
        week_start,
        'box' as tool,
        headcount,
        too_new,
        box_judged as judged,
        box_habit as habit,
        box_eligible as eligible,
        box_ever as ever,
        box_recent as recent,
        box_eligible_habit as eligible_habit,
        cast(null as double) as power_tier,
        cast(null as double) as habitual_tier,
        cast(null as double) as novice_tier,
        cast(null as double) as low_tier,
        cast(null as double) as non_user_tier
    from sums
    union all
    select
        department_key,
        week_start,
        'telework' as tool,
        headcount,
        too_new,
        telework_judged as judged,
        telework_habit as habit,
        telework_eligible as eligible,
        telework_ever as ever,
        telework_recent as recent,
        telework_eligible_habit as eligible_habit,
        cast(null as double) as power_tier,
        cast(null as double) as habitual_tier,
        cast(null as double) as novice_tier,
        cast(null as double) as low_tier,
        cast(null as double) as non_user_tier
    from sums
    union all
    select
        department_key,
        week_start,
        'files' as tool,
        headcount,
        too_new,
        files_judged as judged,
        files_habit as habit,
        files_eligible as eligible,
        files_ever as ever,
        files_recent as recent,
        files_eligible_habit as eligible_habit,
        cast(null as double) as power_tier,
        cast(null as double) as habitual_tier,
        cast(null as double) as novice_tier,
        cast(null as double) as low_tier,
        cast(null as double) as non_user_tier
    from sums
)

select
    t.department_key,
    t.week_start, -- Monday
    k.week_end, -- Sunday
    t.tool, -- chat, meeting, box, telework or files
    round(t.headcount, 6) as headcount_people, -- on the rolls on the Sunday
    round(t.too_new, 6) as too_new_people,
    case when k.is_window_judged then round(t.judged, 6) end as judged_people, -- habit could be told
    case when k.is_window_judged then round(t.habit, 6) end as habit_people,
    round(t.eligible, 6) as eligible_people, -- NULL where nothing is known of licences or accounts
    case when t.eligible is not null then round(t.ever, 6) end as ever_people, -- of those, active on a day so far
    case when t.eligible is not null and k.is_recent_judged then round(t.recent, 6) end
        as recent_people, -- of those, active in the last 28 days
    case when t.eligible is not null and k.is_window_judged then round(t.eligible_habit, 6) end
        as eligible_habit_people, -- of those, with a habit
    case when k.is_window_judged then round(t.power_tier, 6) end as power_people, -- tiers: chat only
    case when k.is_window_judged then round(t.habitual_tier, 6) end as habitual_people,
    case when k.is_window_judged then round(t.novice_tier, 6) end as novice_people,
    case when k.is_window_judged then round(t.low_tier, 6) end as low_people,
    case when k.is_window_judged then round(t.non_user_tier, 6) end as non_user_people,
    k.week_coverage_share,
    k.window_coverage_share,
    k.recent_coverage_share
from tools as t
inner join intermediate.int_tool_weeks as k on t.tool = k.tool and t.week_start = k.week_start
