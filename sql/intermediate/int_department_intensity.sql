/*
description: >-
  How evenly and how daily a tool is used: per department, month and fiscal year, and tool. The top tenth are the most
  active tenth of the people who used the tool in the period, by actions per person; people are weights, so the last of
  the tenth counts with the part that fills it. Working days: mean of the people active on a known working day of the
  month, beside all who were active on one of them. Only known days count.
grain: [department_key, period_kind, period_start, tool]
kind: by_day
time_column: period_start
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
-- The condition on the result does not reach through what is read several times, so it stands here, too.
with reached as (
    select
        period_kind,
        period_start
    from intermediate.int_periods
    where rests_on_to >= $start_date and period_kind in ('month', 'fiscal_year')
),

periods as (
    select
        period_kind,
        period_start,
        person_key,
        span_from,
        case when teams_days_count > 0 then chat_messages_count end as chat_actions,
        teams_days_count as chat_days,
        teams_working_days_count as chat_working_days,
        chat_working_days_count as chat_active_days,
        case when teams_days_count > 0 then meetings_count end as meeting_actions,
        teams_days_count as meeting_days,
        teams_working_days_count as meeting_working_days,
        meeting_working_days_count as meeting_active_days,
        case when box_days_count > 0 then box_actions_count end as box_actions,
        box_days_count as box_days,
        box_working_days_count as box_working_days,
        box_active_working_days_count as box_active_days,
        case when telework_all_days_count > 0 then telework_active_working_days_count end as telework_actions,
        telework_all_days_count as telework_days,
        telework_days_count as telework_working_days,
        telework_active_working_days_count as telework_active_days,
        case when files_days_count > 0 then files_actions_count end as files_actions,
        files_days_count as files_days,
        files_working_days_count as files_working_days,
        files_active_working_days_count as files_active_days
    from intermediate.int_person_span_periods as p
    where exists (
        select 1
        from reached as r
        where r.period_kind = p.period_kind and r.period_start = p.period_start
    )
),

-- Each mean is rounded before it is summed, so that the sum does not depend on the order of addition.
people as (
    select
        s.department_key,
        p.period_kind,
        p.period_start,
        p.person_key,
        round(sum(s.weight * p.chat_actions), 6) as chat_actions,
        round(sum(s.weight * p.chat_days) / nullif(sum(p.chat_days), 0), 6) as chat_weight,
        round(
            sum(s.weight * p.chat_working_days) / nullif(sum(p.chat_working_days), 0), 6
        ) as chat_working_weight,
        round(sum(s.weight * p.chat_active_days), 6) as chat_active_days,
        round(sum(s.weight * p.meeting_actions), 6) as meeting_actions,
        round(sum(s.weight * p.meeting_days) / nullif(sum(p.meeting_days), 0), 6) as meeting_weight,
        round(
            sum(s.weight * p.meeting_working_days) / nullif(sum(p.meeting_working_days), 0), 6
        ) as meeting_working_weight,
        round(sum(s.weight * p.meeting_active_days), 6) as meeting_active_days,
        round(sum(s.weight * p.box_actions), 6) as box_actions,
        round(sum(s.weight * p.box_days) / nullif(sum(p.box_days), 0), 6) as box_weight,
        round(
            sum(s.weight * p.box_working_days) / nullif(sum(p.box_working_days), 0), 6
        ) as box_working_weight,
        round(sum(s.weight * p.box_active_days), 6) as box_active_days,
        round(sum(s.weight * p.telework_actions), 6) as telework_actions,
        round(sum(s.weight * p.telework_days) / nullif(sum(p.telework_days), 0), 6) as telework_weight,
        round(
            sum(s.weight * p.telework_working_days) / nullif(sum(p.telework_working_days), 0), 6
        ) as telework_working_weight,
        round(sum(s.weight * p.telework_active_days), 6) as telework_active_days,
        round(sum(s.weight * p.files_actions), 6) as files_actions,
        round(sum(s.weight * p.files_days) / nullif(sum(p.files_days), 0), 6) as files_weight,
        round(
            sum(s.weight * p.files_working_days) / nullif(sum(p.files_working_days), 0), 6
        ) as files_working_weight,
        round(sum(s.weight * p.files_active_days), 6) as files_active_days
    from periods as p
    inner join intermediate.int_person_department_spans as s
        on p.person_key = s.person_key and p.span_from = s.span_from and s.organisation_view = 'as_was'
    group by s.department_key, p.period_kind, p.period_start, p.person_key
),

department_sums as (
    select
        department_key,
        period_kind,
        period_start,
        sum(case when chat_actions > 0 then chat_weight when chat_weight is not null then 0 end)
            as chat_people,
        sum(chat_actions) as chat_actions,
        sum(case when chat_active_days > 0 then chat_working_weight else 0 end)
            as chat_working_people,
        sum(chat_active_days) as chat_active_days,
        sum(case when meeting_actions > 0 then meeting_weight when meeting_weight is not null then 0 end)
            as meeting_people,
        sum(meeting_actions) as meeting_actions,
        sum(case when meeting_active_days > 0 then meeting_working_weight else 0 end)
            as meeting_working_people,
        sum(meeting_active_days) as meeting_active_days,
        sum(case when box_actions > 0 then box_weight when box_weight is not null then 0 end)
            as box_people,
        sum(box_actions) as box_actions,
        sum(case when box_active_days > 0 then box_working_weight else 0 end)
            as box_working_people,
        sum(box_active_days) as box_active_days,
        sum(case when telework_actions > 0 then telework_weight when telework_weight is not null then 0 end)
            as telework_people,
        sum(telework_actions) as telework_actions,
        sum(case when telework_active_days > 0 then telework_working_weight else 0 end)
            as telework_working_people,
        sum(telework_active_days) as telework_active_days,
        sum(case when files_actions > 0 then files_weight when files_weight is not null then 0 end)
            as files_people,
        sum(files_actions) as files_actions,
        sum(case when files_active_days > 0 then files_working_weight else 0 end)
            as files_working_people,
        sum(files_active_days) as files_active_days
    from people
    group by department_key, period_kind, period_start
),

sums as (
    select
        department_key,
        period_kind,
        period_start,
        'chat' as tool,
        chat_people as active_people,
        chat_actions as actions,
        chat_working_people as working_active_people,
        chat_active_days as active_days
    from department_sums
    where chat_people is not null
    union all
    select
        department_key,
        period_kind,
        period_start,
        'meeting' as tool,
        meeting_people as active_people,
        meeting_actions as actions,
        meeting_working_people as working_active_people,
        meeting_active_days as active_days
    from department_sums
    where meeting_people is not null
    union all
    select
        department_key,
        period_kind,
        period_start,
        'box' as tool,
        box_people as active_people,
        box_actions as actions,
        box_working_people as working_active_people,
        box_active_days as active_days
    from department_sums
    where box_people is not null
    union all
    select
        department_key,
        period_kind,
        period_start,
        'telework' as tool,
        telework_people as active_people,
        telework_actions as actions,
        telework_working_people as working_active_people,
        telework_active_days as active_days
    from department_sums
    where telework_people is not null
    union all
    select
        department_key,
        period_kind,
        period_start,
        'files' as tool,
        files_people as active_people,
        files_actions as actions,
        files_working_people as working_active_people,
        files_active_days as active_days
    from department_sums
    where files_people is not null
),

-- People who did equally much are one level: within it nobody comes before another.
levels as (
    select
        department_key,
        period_kind,
        period_start,
        'chat' as tool,
        chat_actions / chat_weight as intensity,
        sum(chat_weight) as weight,
        sum(chat_actions) as actions
    from people
    where chat_actions > 0
    group by department_key, period_kind, period_start, chat_actions / chat_weight
    union all
    select
        department_key,
        period_kind,
        period_start,
        'meeting' as tool,
        meeting_actions / meeting_weight as intensity,
        sum(meeting_weight) as weight,
        sum(meeting_actions) as actions
    from people
    where meeting_actions > 0
    group by department_key, period_kind, period_start, meeting_actions / meeting_weight
    union all
    select
        department_key,
        period_kind,
        period_start,
        'box' as tool,
        box_actions / box_weight as intensity,
        sum(box_weight) as weight,
        sum(box_actions) as actions
    from people
    where box_actions > 0
    group by department_key, period_kind, period_start, box_actions / box_weight
    union all
    select
        department_key,
        period_kind,
        period_start,
        'telework' as tool,
        telework_actions / telework_weight as intensity,
        sum(telework_weight) as weight,
        sum(telework_actions) as actions
    from people
    where telework_actions > 0
    group by department_key, period_kind, period_start, telework_actions / telework_weight
    union all
    select
        department_key,
        period_kind,
        period_start,
        'files' as tool,
        files_actions / files_weight as intensity,
        sum(files_weight) as weight,
        sum(files_actions) as actions
    from people
    where files_actions > 0
    group by department_key, period_kind, period_start, files_actions / files_weight
),

ranked as (
    select
        department_key,
        period_kind,
        period_start,
        tool,
        weight,
        actions,
        sum(weight) over (partition by department_key, period_kind, period_start, tool) / 10 as top_weight,
        sum(weight) over (
            partition by department_key, period_kind, period_start, tool
            order by intensity desc
            rows between unbounded preceding and current row
        ) - weight as weight_before
    from levels
),

-- Whole while the tenth is not full, in part at its edge, nothing behind it.
tops as (
    select
        department_key,
        period_kind,
        period_start,
        tool,
        sum(actions * least((top_weight - weight_before) / weight, 1)) as top_actions
    from ranked
    where weight_before < top_weight
    group by department_key, period_kind, period_start, tool
),

known_days as (
    select
        t.segment as tool,
        d.month_start,
        sum(case when d.day_status <> 'missing' then 1 else 0 end) as days_count
    from staging.stg_run__segment_measures as t
    inner join intermediate.int_measure_days as d on t.measure = d.measure
    where t.segment_kind = 'tool' and d.is_working_day
    group by t.segment, d.month_start
)

select
    s.department_key,
    s.period_kind, -- month or fiscal_year
    s.period_start,
    s.tool, -- chat, meeting, box, telework or files
    round(s.active_people, 6) as active_people, -- with an action in the period
    round(s.actions, 6) as actions_count, -- split by post share
    round(s.active_people, 6) / 10 as top_people, -- a tenth of them
    coalesce(round(t.top_actions, 6), 0) as top_actions_count, -- the actions of that tenth
    round(round(s.active_days, 6) / nullif(k.days_count, 0), 6)
        as daily_active_people, -- mean of the known working days; months only
    case when k.month_start is not null then round(s.working_active_people, 6) end as working_active_people
from sums as s
left join tops as t
    on
        s.department_key = t.department_key
        and s.period_kind = t.period_kind
        and s.period_start = t.period_start
        and s.tool = t.tool
left join known_days as k on s.period_kind = 'month' and s.period_start = k.month_start and s.tool = k.tool
