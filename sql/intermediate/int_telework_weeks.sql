/*
description: >-
  How many people of a department teleworked on at least 1, 2 or 3 days of a week, and how many may have: parts of days
  add up; what is possible counts every working day at no known place, missing days among them, long leave apart.
grain: [department_key, week_start]
kind: by_day
time_column: week_start
not_null: [known_people]
*/
with weeks as (
    select
        c.department_key,
        t.period_start as week_start,
        t.person_key,
        max(case when t.tool = 'telework' and t.is_known then 1 else 0 end) as is_known,
        max(case when t.tool = 'telework' then t.amount end) as telework_days,
        max(
            case
                when t.tool = 'telework_possible'
                    then coalesce(t.amount, 0) + t.active_days - t.active_working_days
            end
        ) as possible_days
    from intermediate.int_person_tool_totals as t
    inner join intermediate.int_home_cells as c
        on
            t.home_key = c.home_key
            and t.employment_type = c.employment_type
            and t.is_telework_capable = c.is_telework_capable
            and c.segment_kind = 'all'
    where t.period_kind = 'week' and t.tool in ('telework', 'telework_possible')
    group by c.department_key, t.period_start, t.person_key
)

select
    department_key,
    week_start, -- Monday
    count(case when is_known = 1 then 1 end) as known_people, -- on the rolls on a working day that is known
    count(case when is_known = 1 and telework_days >= 1 then 1 end) as one_day_people,
    count(case when is_known = 1 and telework_days >= 2 then 1 end) as two_days_people,
    count(case when is_known = 1 and telework_days >= 3 then 1 end) as three_days_people,
    count(case when is_known = 1 and telework_days > 0 then 1 end) as teleworking_people,
    count(case when is_known = 1 and possible_days >= 1 then 1 end) as possible_one_day_people,
    count(case when is_known = 1 and possible_days >= 2 then 1 end) as possible_two_days_people,
    count(case when is_known = 1 and possible_days >= 3 then 1 end) as possible_three_days_people
from weeks
group by department_key, week_start
