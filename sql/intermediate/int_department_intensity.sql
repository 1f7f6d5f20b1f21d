/*
description: >-
  How intensely, how evenly and how daily a tool is used, per department, week, month and fiscal year, over the people
  who count there and used it, with all they did in the period. The median is the middle amount, or the mean of the two
  in the middle; the 90th percentile the smallest amount that at least 90 % of them do not exceed. The top tenth are the
  most active tenth of them, rounded up to whole people. Daily: active and known working days of those active on one.
grain: [department_key, period_kind, period_start, tool]
kind: by_day
time_column: period_start
not_null: [acting_people, actions_count, top_actions_count]
checks:
- name: active_within_known_days
  sql: |
    select department_key, period_start, tool from intermediate.int_department_intensity
    where active_working_days > known_working_days
- name: top_tenth_within_all
  sql: |
    select department_key, period_start, tool from intermediate.int_department_intensity
    where top_actions_count > actions_count
*/
with people as (
    select
        c.department_key,
        p.period_kind,
        p.period_start,
        p.tool,
        case when p.tool = 'telework' then p.active_working_days else p.actions_count end as actions,
        case p.tool when 'meeting' then p.amount / 60 else p.actions_count end as amount,
        p.active_working_days,
        p.known_working_days
    from intermediate.int_person_tool_totals as p
    inner join staging.stg_run__tools as t on p.tool = t.tool and t.is_habit
    inner join intermediate.int_home_cells as c
        on
            p.home_key = c.home_key
            and p.employment_type = c.employment_type
            and p.is_telework_capable = c.is_telework_capable
            and c.segment_kind = 'all'
    -- Of weeks the quantiles alone are told.
    where p.is_active and (p.period_kind <> 'week' or p.tool in ('chat', 'meeting'))
),

ranked as (
    select
        department_key,
        period_kind,
        period_start,
        tool,
        actions,
        amount,
        active_working_days,
        known_working_days,
        count(*) over (partition by department_key, period_kind, period_start, tool) as people,
        row_number() over (partition by department_key, period_kind, period_start, tool order by actions desc)
            as rank_from_top,
        row_number() over (partition by department_key, period_kind, period_start, tool order by amount asc) as place
    from people
),

sums as (
    select
        department_key,
        period_kind,
        period_start,
        tool,
        max(people) as acting_people,
        sum(actions) as actions_count,
        max(actions) as largest_actions_count,
        sum(case when 10 * (rank_from_top - 1) < people then actions else 0 end) as top_actions_count,
        count(case when 10 * (rank_from_top - 1) < people then 1 end) as top_people,
        avg(case when 2 * place >= people and 2 * place <= people + 2 then amount end) as median_amount,
        min(case when 10 * place >= 9 * people then amount end) as p90_amount,
        sum(active_working_days) as active_working_days,
        sum(case when active_working_days > 0 then known_working_days else 0 end) as known_working_days,
        count(case when active_working_days > 0 then 1 end) as working_active_people,
        max(active_working_days) as largest_active_working_days,
        sum(active_working_days * active_working_days) as sum_nn,
        sum(case when active_working_days > 0 then active_working_days * known_working_days else 0 end) as sum_nd,
        sum(case when active_working_days > 0 then known_working_days * known_working_days else 0 end) as sum_dd
    from ranked
    group by department_key, period_kind, period_start, tool
)

select
    s.department_key,
    s.period_kind, -- week, month or fiscal_year
    s.period_start,
    s.tool, -- of the tools of habit
    s.acting_people, -- with an action in the period
    cast(s.actions_count as bigint) as actions_count,
    cast(s.largest_actions_count as bigint) as largest_actions_count, -- of one person
    cast(s.top_actions_count as bigint) as top_actions_count, -- of the most active tenth
    s.top_people, -- in that tenth
    round(s.median_amount, 6) as median_amount, -- messages; of meetings minutes
    round(s.p90_amount, 6) as p90_amount,
    s.working_active_people, -- active on a known working day; the next ones are theirs
    cast(s.active_working_days as bigint) as active_working_days,
    cast(s.known_working_days as bigint) as known_working_days,
    cast(s.largest_active_working_days as bigint) as largest_active_working_days, -- of one person
    cast(s.sum_nn as bigint) as sum_nn, -- over people: active days squared
    cast(s.sum_nd as bigint) as sum_nd,
    cast(s.sum_dd as bigint) as sum_dd
from sums as s
