/*
description: >-
  What the habits of two compared months have in common: the people who could be judged in both, and the sums of the
  products over them, as in int_department_tool_pairs. Two months compare only when both windows of 12 weeks begin after
  the start of everybody who counts in them (where a start is known), and hold as many weeks with three working days;
  telework only when the places of work are about as well known in both.
grain: [department_key, period_kind, period_start, comparison, tool]
kind: by_day
time_column: period_start
*/
with home_starts as (
    select
        home_key,
        min(rollout_starts_on) as starts_on
    from intermediate.int_department_homes
    group by home_key
),

calendar_weeks as (
    select
        iso_week_start,
        sum(case when is_working_day then 1 else 0 end) as working_days_count
    from staging.stg_run__calendar
    group by iso_week_start
),

windows as (
    select
        m.period_kind,
        m.period_start,
        m.week_start,
        cast(m.week_start - interval '77' day as date) as window_start,
        sum(case when w.working_days_count >= 3 then 1 else 0 end) as full_weeks_count
    from intermediate.int_period_weeks as m
    inner join calendar_weeks as w
        on w.iso_week_start <= m.week_start and m.week_start <= cast(w.iso_week_start + interval '77' day as date)
    where m.period_kind = 'month'
    group by m.period_kind, m.period_start, m.week_start
),

judged as (
    select
        h.person_key,
        h.tool,
        w.period_kind,
        w.period_start,
        c.department_key,
        s.starts_on,
        case when h.is_habit then 1 else 0 end as n
    from windows as w
    inner join intermediate.int_person_habits as h on w.week_start = h.week_start and h.is_habit is not null
    inner join intermediate.int_home_cells as c
        on
            h.home_key = c.home_key
            and h.employment_type = c.employment_type
            and h.is_telework_capable = c.is_telework_capable
            and c.segment_kind = 'all'
    inner join home_starts as s on h.home_key = s.home_key
),

-- Of telework: of the working days of the window, those with a known place.
places as (
    select
        t.department_key,
        w.period_start,
        sum(t.numerator) / nullif(sum(t.denominator), 0) as known_share
    from windows as w
    inner join intermediate.int_department_tool_periods as t
        on
            w.window_start <= t.period_start
            and t.period_start <= w.week_start
            and t.period_kind = 'week'
            and t.segment_kind = 'all'
            and t.tool = 'place'
            and t.family = 'day_rate'
    group by t.department_key, w.period_start
),

latest as (
    select
        department_key,
        period_kind,
        period_start,
        tool,
        max(starts_on) as latest_start
    from judged
    group by department_key, period_kind, period_start, tool
),

pairs as (
    select
        t.department_key,
        t.period_start,
        t.tool,
        p.comparison,
        count(*) as both_people_count,
        sum(t.n * s.n) as both_habit_count,
        sum(t.n) as habit_count,
        sum(s.n) as other_habit_count
    from judged as t
    inner join intermediate.int_compared_periods as p
        on t.period_kind = p.period_kind and t.period_start = p.period_start
    inner join judged as s
        on
            t.person_key = s.person_key
            and t.department_key = s.department_key
            and t.tool = s.tool
            and p.other_start = s.period_start
    group by t.department_key, t.period_start, t.tool, p.comparison
)

select
    t.department_key,
    t.period_kind, -- month
    t.period_start, -- first day of the month
    p.comparison, -- previous, year_before or april
    p.other_start,
    t.tool, -- of the tools of habit
    coalesce(x.both_people_count, 0) as both_people_count, -- judged in both
    cast(coalesce(x.both_habit_count, 0) as bigint) as both_acting_people_count, -- of those, with the habit in both
    cast(coalesce(x.both_habit_count, 0) as bigint) as sum_nn,
    cast(coalesce(x.habit_count, 0) as bigint) as sum_nd, -- of those judged in both, with the habit now
    cast(coalesce(x.other_habit_count, 0) as bigint) as sum_dn, -- and then
    coalesce(x.both_people_count, 0) as sum_dd,
    case
        when w.window_start < t.latest_start or o.window_start < t.latest_start then 'before_start'
        when w.window_start < s.latest_start or o.window_start < s.latest_start then 'before_start'
        when w.full_weeks_count <> o.full_weeks_count then 'weeks_unequal'
        when t.tool = 'telework' and round(abs(a.known_share - b.known_share), 9) > 0.05 then 'places_known_unequally'
    end as not_comparable_because -- NULL = they may be compared
from latest as t
inner join intermediate.int_compared_periods as p
    on t.period_kind = p.period_kind and t.period_start = p.period_start
inner join latest as s
    on t.department_key = s.department_key and t.tool = s.tool and p.other_start = s.period_start
inner join windows as w on t.period_start = w.period_start
inner join windows as o on p.other_start = o.period_start
left join places as a on t.department_key = a.department_key and t.period_start = a.period_start
left join places as b on t.department_key = b.department_key and p.other_start = b.period_start
left join pairs as x
    on
        t.department_key = x.department_key
        and t.period_start = x.period_start
        and t.tool = x.tool
        and p.comparison = x.comparison
