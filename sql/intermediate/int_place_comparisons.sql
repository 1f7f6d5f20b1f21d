/*
description: >-
  Use of chat and meetings on days of telework against days in the office, of the same people: only who has known days
  of both kinds in the period counts. With the sums over people (int_department_tool_periods).
grain: [department_key, period_kind, period_start, tool, place]
kind: by_day
time_column: period_start
*/
with people as (
    select
        o.home_key,
        o.employment_type,
        o.is_telework_capable,
        o.period_kind,
        o.period_start,
        case o.tool when 'chat_office' then 'chat' else 'meeting' end as tool,
        o.active_working_days as office_n,
        o.known_working_days as office_d,
        r.active_working_days as remote_n,
        r.known_working_days as remote_d
    from intermediate.int_person_tool_totals as o
    inner join intermediate.int_person_tool_totals as r
        on
            o.person_key = r.person_key
            and o.period_kind = r.period_kind
            and o.period_start = r.period_start
            and (
                (o.tool = 'chat_office' and r.tool = 'chat_remote')
                or (o.tool = 'meeting_office' and r.tool = 'meeting_remote')
            )
    where o.known_working_days > 0 and r.known_working_days > 0 and o.period_kind <> 'week'
),

days as (
    select
        home_key,
        employment_type,
        is_telework_capable,
        period_kind,
        period_start,
        tool,
        'office' as place,
        office_n as n,
        office_d as d
    from people
    union all
    select
        home_key,
        employment_type,
        is_telework_capable,
        period_kind,
        period_start,
        tool,
        'remote' as place,
        remote_n as n,
        remote_d as d
    from people
)

select
    c.department_key,
    d.period_kind, -- month or fiscal_year
    d.period_start,
    d.tool, -- chat or meeting
    d.place, -- office or remote
    cast(sum(d.n) as bigint) as numerator, -- active days of the kind
    cast(sum(d.d) as bigint) as denominator, -- days of the kind of which use is known
    count(*) as people_count, -- with days of both kinds
    count(case when d.n > 0 then 1 end) as acting_people_count,
    cast(max(d.n) as bigint) as largest_numerator,
    cast(sum(d.n * d.n) as bigint) as sum_nn,
    cast(sum(d.n * d.d) as bigint) as sum_nd,
    cast(sum(d.d * d.d) as bigint) as sum_dd
from days as d
inner join intermediate.int_home_cells as c
    on
        d.home_key = c.home_key
        and d.employment_type = c.employment_type
        and d.is_telework_capable = c.is_telework_capable
        and c.segment_kind = 'all'
group by c.department_key, d.period_kind, d.period_start, d.tool, d.place
