/*
description: >-
  How evenly and how daily a tool is used: per department, month and fiscal year, and tool. The top tenth are the most
  active tenth of the people who used the tool in the period, by actions per person; people are weights, so the last of
  the tenth counts with the part that fills it. Working days: mean of the people active on a known working day of the
  month, beside all who were active on one of them. Only known days count.
grain: [department_key, period_kind, period_start, tool]
not_null: [active_people, actions_count, top_people, top_actions_count]
checks:
- name: daily_within_monthly
  sql: |
    select department_key, period_start, tool from intermediate.int_department_intensity
    where daily_active_people > working_active_people + 0.0001
- name: top_tenth_within_all
  sql: |
    select department_key, period_start, tool from intermediate.int_department_intensity
    where top_actions_count > actions_count + 0.0001
*/
with months as (
    select
        person_key,
        span_from,
        month_start,
        sum(chat_messages_count) as chat_actions,
        sum(case when chat_messages_count is not null then 1 else 0 end) as chat_days,
        sum(case when chat_messages_count is not null and is_working_day then 1 else 0 end) as chat_working_days,
        sum(case when chat_messages_count > 0 and is_working_day then 1 else 0 end) as chat_active_days,
        sum(meetings_attended_count) as meeting_actions,
        sum(case when meetings_attended_count is not null then 1 else 0 end) as meeting_days,
        sum(case when meetings_attended_count is not null and is_working_day then 1 else 0 end) as meeting_working_days,
        sum(case when meetings_attended_count > 0 and is_working_day then 1 else 0 end) as meeting_active_days,
        sum(box_actions_count) as box_actions,
        sum(case when box_actions_count is not null then 1 else 0 end) as box_days,
        sum(case when box_actions_count is not null and is_working_day then 1 else 0 end) as box_working_days,
        sum(case when box_actions_count > 0 and is_working_day then 1 else 0 end) as box_active_days,
        sum(
            case when telework_days > 0 and is_working_day then 1 when telework_days is not null then 0 end
        ) as telework_actions,
        sum(case when telework_days is not null then 1 else 0 end) as telework_days,
        sum(case when telework_days is not null and is_working_day then 1 else 0 end) as telework_working_days,
        sum(case when telework_days > 0 and is_working_day then 1 else 0 end) as telework_active_days
    from intermediate.int_person_day_activity
    group by person_key, span_from, month_start
),

tool_months as (
    select
        'chat' as tool,
        person_key,
        span_from,
        month_start,
        chat_actions as actions,
        chat_days as known_days,
        chat_working_days as known_working_days,
        chat_active_days as active_days
    from months
    where chat_days > 0
    union all
    select
        'meeting' as tool,
        person_key,
        span_from,
        month_start,
        meeting_actions as actions,
        meeting_days as known_days,
        meeting_working_days as known_working_days,
        meeting_active_days as active_days
    from months
    where meeting_days > 0
    union all
    select
        'box' as tool,
        person_key,
        span_from,
        month_start,
        box_actions as actions,
        box_days as known_days,
        box_working_days as known_working_days,
        box_active_days as active_days
    from months
    where box_days > 0
    union all
    select
        'telework' as tool,
        person_key,
        span_from,
        month_start,
        telework_actions as actions,
        telework_days as known_days,
        telework_working_days as known_working_days,
        telework_active_days as active_days
    from months
    where telework_days > 0
),

fiscal_years as (
    select distinct
        month_start,
        fiscal_year_start
    from staging.stg_run__calendar
),

tool_periods as (
    select
        'month' as period_kind,
        month_start as period_start,
        tool,
        person_key,
        span_from,
        actions,
        known_days,
        known_working_days,
        active_days
    from tool_months
    union all
    select
        'fiscal_year' as period_kind,
        f.fiscal_year_start as period_start,
        m.tool,
        m.person_key,
        m.span_from,
        sum(m.actions) as actions,
        sum(m.known_days) as known_days,
        sum(m.known_working_days) as known_working_days,
        sum(m.active_days) as active_days
    from tool_months as m
    inner join fiscal_years as f on m.month_start = f.month_start
    group by f.fiscal_year_start, m.tool, m.person_key, m.span_from
),

-- Each mean is rounded before it is summed, so that the sum does not depend on the order of addition.
people as (
    select
        s.department_key,
        p.period_kind,
        p.period_start,
        p.tool,
        p.person_key,
        round(sum(s.weight * p.actions), 6) as actions,
        round(sum(s.weight * p.known_days) / sum(p.known_days), 6) as weight,
        round(sum(s.weight * p.known_working_days) / nullif(sum(p.known_working_days), 0), 6) as working_weight,
        round(sum(s.weight * p.active_days), 6) as active_days
    from tool_periods as p
    inner join intermediate.int_person_department_spans as s
        on p.person_key = s.person_key and p.span_from = s.span_from and s.organisation_view = 'as_was'
    group by s.department_key, p.period_kind, p.period_start, p.tool, p.person_key
),

ranked as (
    select
        department_key,
        period_kind,
        period_start,
        tool,
        actions,
        weight,
        working_weight,
        active_days,
        sum(case when actions > 0 then weight else 0 end) over (
            partition by department_key, period_kind, period_start, tool
        ) / 10 as top_weight,
        sum(weight) over (
            partition by department_key, period_kind, period_start, tool
            order by actions / nullif(weight, 0) desc, person_key asc
            rows between unbounded preceding and current row
        ) - weight as weight_before
    from people
),

sums as (
    select
        department_key,
        period_kind,
        period_start,
        tool,
        sum(case when actions > 0 then weight else 0 end) as active_people,
        sum(actions) as actions_count,
        max(top_weight) as top_people,
        -- Whole while the tenth is not full, in part at its edge, nothing behind it.
        sum(
            case
                when actions > 0 and weight_before < top_weight
                    then actions * least((top_weight - weight_before) / weight, 1)
                else 0
            end
        ) as top_actions_count,
        sum(case when active_days > 0 then working_weight else 0 end) as working_active_people,
        sum(active_days) as active_days
    from ranked
    group by department_key, period_kind, period_start, tool
),

tool_days as (
    select
        'chat' as tool,
        month_start
    from intermediate.int_days
    where is_working_day and teams_status <> 'missing'
    union all
    select
        'meeting' as tool,
        month_start
    from intermediate.int_days
    where is_working_day and teams_status <> 'missing'
    union all
    select
        'box' as tool,
        month_start
    from intermediate.int_days
    where is_working_day and box_status <> 'missing'
    union all
    select
        'telework' as tool,
        month_start
    from intermediate.int_days
    where is_working_day and telework_status <> 'missing'
),

known_days as (
    select
        tool,
        month_start,
        count(*) as days_count
    from tool_days
    group by tool, month_start
)

select
    s.department_key,
    s.period_kind, -- month or fiscal_year
    s.period_start,
    s.tool, -- chat, meeting, box or telework
    round(s.active_people, 6) as active_people, -- with an action in the period
    round(s.actions_count, 6) as actions_count, -- split by post share
    round(s.top_people, 6) as top_people, -- a tenth of them
    round(s.top_actions_count, 6) as top_actions_count, -- the actions of that tenth
    case when s.period_kind = 'month' then round(s.active_days / k.days_count, 6) end as daily_active_people,
    case when s.period_kind = 'month' then round(s.working_active_people, 6) end as working_active_people
from sums as s
left join known_days as k on s.tool = k.tool and s.period_kind = 'month' and s.period_start = k.month_start
