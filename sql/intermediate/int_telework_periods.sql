/*
description: >-
  How many people of a department teleworked at all, and on at least 1, 2 or 3 days, in each week, month and fiscal year
  to date, and how many may have. A person counts with the mean weight over the known working days in the
  department. Possible: teleworked, or on some working day at no known place and not on long leave.
grain: [department_key, period_kind, period_start]
kind: by_day
time_column: period_start
not_null: [known_people]
*/
with person_departments as (
    select
        s.department_key,
        p.period_kind,
        p.period_start,
        p.person_key,
        round(sum(s.weight * p.telework_days_count) / nullif(sum(p.telework_days_count), 0), 6) as weight,
        round(sum(s.telework_capable_weight * p.telework_days_count) / nullif(sum(p.telework_days_count), 0), 6)
            as capable_weight,
        round(sum(p.telework_days), 6) as telework_days,
        sum(p.unplaced_days_count) as unplaced_days
    from intermediate.int_person_span_periods as p
    inner join intermediate.int_person_department_spans as s
        on p.person_key = s.person_key and p.span_from = s.span_from and s.organisation_view = 'as_was'
    where p.working_days_count > 0
    group by s.department_key, p.period_kind, p.period_start, p.person_key
)

select
    department_key,
    period_kind, -- week, month or fiscal_year
    period_start,
    coalesce(round(sum(weight), 6), 0) as known_people,
    coalesce(round(sum(capable_weight), 6), 0) as known_capable_people,
    coalesce(round(sum(case when telework_days > 0 then weight else 0 end), 6), 0) as telework_people,
    coalesce(round(sum(case when telework_days > 0 then capable_weight else 0 end), 6), 0)
        as telework_capable_active_people,
    -- Days of telework within the period, part days added up; of a week these are the days a week.
    coalesce(round(sum(case when telework_days >= 1 then weight else 0 end), 6), 0) as one_day_people,
    coalesce(round(sum(case when telework_days >= 2 then weight else 0 end), 6), 0) as two_days_people,
    coalesce(round(sum(case when telework_days >= 3 then weight else 0 end), 6), 0) as three_days_people,
    coalesce(round(sum(case when telework_days + unplaced_days >= 1 then weight else 0 end), 6), 0)
        as possible_one_day_people,
    coalesce(round(sum(case when telework_days + unplaced_days >= 2 then weight else 0 end), 6), 0)
        as possible_two_days_people,
    coalesce(round(sum(case when telework_days + unplaced_days >= 3 then weight else 0 end), 6), 0)
        as possible_three_days_people,
    coalesce(round(sum(case when telework_days > 0 or unplaced_days > 0 then weight else 0 end), 6), 0)
        as possible_people,
    coalesce(round(sum(case when telework_days > 0 or unplaced_days > 0 then capable_weight else 0 end), 6), 0)
        as possible_capable_people
from person_departments
group by department_key, period_kind, period_start
