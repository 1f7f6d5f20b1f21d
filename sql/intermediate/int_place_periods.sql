/*
description: >-
  Where the people of a department worked, summed over the working days of each week, month and fiscal year to date, and
  for months and fiscal years by weekday too. Only days of which the place of work is known at all; what belongs to
  nobody on leave and to no known place is kept apart as unplaced.
grain: [department_key, period_kind, period_start, segment_kind, segment]
kind: by_day
time_column: period_start
not_null: [working_days_count, known_days_count, person_working_days]
*/
with working_days as (
    select
        d.department_key,
        d.activity_date,
        d.iso_week_start,
        d.month_start,
        y.fiscal_year_start,
        cast(c.iso_weekday as varchar) as iso_weekday,
        d.headcount_people,
        case when d.telework_status <> 'missing' then d.headcount_people end as known_people,
        case when d.telework_status <> 'missing' then d.telework_capable_people end as known_capable_people,
        d.office_people,
        d.remote_people,
        d.mixed_people,
        d.mobile_people,
        d.unknown_people,
        d.known_place_people,
        d.unplaced_people,
        d.unplaced_capable_people,
        d.telework_people,
        d.telework_person_days,
        d.telework_capable_person_days
    from intermediate.int_department_days as d
    inner join intermediate.int_days as y on d.activity_date = y.activity_date
    inner join staging.stg_run__calendar as c on d.activity_date = c.date_day
    where d.is_working_day
),

kinds as (
    select distinct
        activity_date,
        'week' as period_kind,
        iso_week_start as period_start,
        'all' as segment_kind,
        'all' as segment
    from working_days
    union all
    select distinct
        activity_date,
        'month' as period_kind,
        month_start as period_start,
        'all' as segment_kind,
        'all' as segment
    from working_days
    union all
    select distinct
        activity_date,
        'fiscal_year' as period_kind,
        fiscal_year_start as period_start,
        'all' as segment_kind,
        'all' as segment
    from working_days
    union all
    select distinct
        activity_date,
        'month' as period_kind,
        month_start as period_start,
        'weekday' as segment_kind,
        iso_weekday as segment
    from working_days
    union all
    select distinct
        activity_date,
        'fiscal_year' as period_kind,
        fiscal_year_start as period_start,
        'weekday' as segment_kind,
        iso_weekday as segment
    from working_days
)

select
    w.department_key,
    k.period_kind, -- week, month or fiscal_year
    k.period_start,
    k.segment_kind, -- all or weekday
    k.segment, -- all, or 1 = Monday ... 5 = Friday
    count(*) as working_days_count,
    count(w.known_people) as known_days_count, -- of those, days of which the place of work is known
    cast(sum(w.headcount_people) as bigint) as person_working_days, -- of all working days
    cast(sum(w.known_people) as bigint) as known_person_working_days, -- of the known days; NULL without any
    cast(sum(w.known_capable_people) as bigint) as known_capable_person_working_days,
    cast(sum(w.office_people) as bigint) as office_person_days,
    cast(sum(w.remote_people) as bigint) as remote_person_days,
    cast(sum(w.mixed_people) as bigint) as mixed_person_days,
    cast(sum(w.mobile_people) as bigint) as mobile_person_days,
    cast(sum(w.unknown_people) as bigint) as unknown_person_days,
    cast(sum(w.known_place_people) as bigint) as known_place_person_days,
    cast(sum(w.unplaced_people) as bigint) as unplaced_person_days, -- at no known place, and not on long leave
    cast(sum(w.unplaced_capable_people) as bigint) as unplaced_capable_person_days,
    cast(sum(w.telework_people) as bigint) as teleworking_person_days, -- a part of a day counts one
    sum(w.telework_person_days) as telework_person_days, -- a part of a day counts the part
    sum(w.telework_capable_person_days) as telework_capable_person_days,
    max(w.telework_people) as telework_people_max,
    max(w.telework_people + w.unplaced_people) as possible_telework_people_max
from working_days as w
inner join kinds as k on w.activity_date = k.activity_date
group by w.department_key, k.period_kind, k.period_start, k.segment_kind, k.segment
