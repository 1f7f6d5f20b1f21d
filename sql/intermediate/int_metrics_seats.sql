/*
description: >-
  Contributor to rpt_department_metrics: how many people are in the office at once, per department, month and fiscal
  year to date, over the working days of which the place of work is known. The figure counts people seen or declared in
  the office (for the whole day or a part of it); its upper bound adds those at no known place who are not on long
  leave. Percentiles are nearest rank: that many seats were enough on 95 % (99 %) of the days.
grain: [department_key, period_kind, period_start, segment_kind, segment, metric_id]
kind: by_day
time_column: period_start
checks:
- name: bounds_hold_the_figure
  sql: |
    select department_key, period_kind, period_start, metric_id from intermediate.int_metrics_seats
    where bound_low > bound_high + 1e-6 or value < bound_low - 1e-6 or value > bound_high + 1e-6
*/
with office_days as (
    select
        d.department_key,
        d.activity_date,
        d.month_start,
        y.fiscal_year_start,
        cast(c.iso_weekday as varchar) as iso_weekday,
        d.headcount_people,
        d.office_people + d.mixed_people as office_people,
        d.office_people + d.mixed_people + d.unplaced_people as possible_office_people,
        d.known_place_people
    from intermediate.int_department_days as d
    inner join intermediate.int_days as y on d.activity_date = y.activity_date
    inner join staging.stg_run__calendar as c on d.activity_date = c.date_day
    where d.is_working_day
),

period_days as (
    select
        department_key,
        'month' as period_kind,
        month_start as period_start,
        'all' as segment_kind,
        'all' as segment,
        headcount_people,
        office_people,
        possible_office_people,
        known_place_people
    from office_days
    union all
    select
        department_key,
        'fiscal_year' as period_kind,
        fiscal_year_start as period_start,
        'all' as segment_kind,
        'all' as segment,
        headcount_people,
        office_people,
        possible_office_people,
        known_place_people
    from office_days
    union all
    select
        department_key,
        'month' as period_kind,
        month_start as period_start,
        'weekday' as segment_kind,
        iso_weekday as segment,
        headcount_people,
        office_people,
        possible_office_people,
        known_place_people
    from office_days
    union all
    select
        department_key,
        'fiscal_year' as period_kind,
        fiscal_year_start as period_start,
        'weekday' as segment_kind,
        iso_weekday as segment,
        headcount_people,
        office_people,
        possible_office_people,
        known_place_people
    from office_days
),

-- Days that are not known have no people in the office, so they come last and no rank of a known day reaches them.
ranked as (
    select
        department_key,
        period_kind,
        period_start,
        segment_kind,
        segment,
        headcount_people,
        office_people,
        possible_office_people,
        known_place_people,
        count(office_people) over (
            partition by department_key, period_kind, period_start, segment_kind, segment
        ) as known_days_count,
        row_number() over (
            partition by department_key, period_kind, period_start, segment_kind, segment
            order by case when office_people is null then 1 else 0 end, office_people
        ) as low_rank,
        row_number() over (
            partition by department_key, period_kind, period_start, segment_kind, segment
            order by case when possible_office_people is null then 1 else 0 end, possible_office_people
        ) as high_rank
    from period_days
),

seats as (
    select
        department_key,
        period_kind,
        period_start,
        segment_kind,
        segment,
        cast(sum(case when office_people is not null then headcount_people end) as double)
        / nullif(count(office_people), 0)
            as headcount_people,
        cast(coalesce(sum(known_place_people), 0) as double) as known_place_person_days,
        sum(headcount_people) as person_days,
        avg(case when 2 * low_rank >= known_days_count and 2 * low_rank <= known_days_count + 2 then office_people end)
            as median_low,
        avg(
            case
                when 2 * high_rank >= known_days_count and 2 * high_rank <= known_days_count + 2
                    then possible_office_people
            end
        ) as median_high,
        min(case when 100 * low_rank >= 95 * known_days_count then office_people end) as p95_low,
        min(case when 100 * high_rank >= 95 * known_days_count then possible_office_people end) as p95_high,
        min(case when 100 * low_rank >= 99 * known_days_count then office_people end) as p99_low,
        min(case when 100 * high_rank >= 99 * known_days_count then possible_office_people end) as p99_high,
        max(office_people) as max_low,
        max(possible_office_people) as max_high
    from ranked
    group by department_key, period_kind, period_start, segment_kind, segment
)

select
    s.department_key,
    s.period_kind, -- month or fiscal_year
    s.period_start,
    s.segment_kind, -- all or weekday
    s.segment, -- all, or 1 = Monday ... 5 = Friday
    d.metric_id,
    case d.metric_id
        when 'seats_per_headcount' then s.p95_low
        when 'seats_peak_day_share' then s.max_low
    end as numerator,
    case when d.metric_id in ('seats_per_headcount', 'seats_peak_day_share') then s.headcount_people end as denominator,
    case d.metric_id
        when 'seats_office_median' then s.median_low
        when 'seats_office_p95' then s.p95_low
        when 'seats_office_p99' then s.p99_low
        when 'seats_office_max' then s.max_low
    end as value,
    cast(coalesce(n.known_people_count, 0) as double) as group_people, -- people the cell speaks about
    s.known_place_person_days
    / nullif(case s.segment_kind when 'all' then p.person_working_days else s.person_days end, 0)
        as coverage_share, -- person-days with a known place / person working days, of weekdays those in the facts
    case d.metric_id
        when 'seats_office_median' then s.median_low
        when 'seats_office_p95' then s.p95_low
        when 'seats_office_p99' then s.p99_low
        when 'seats_office_max' then s.max_low
        when 'seats_per_headcount' then s.p95_low / nullif(s.headcount_people, 0)
        when 'seats_peak_day_share' then s.max_low / nullif(s.headcount_people, 0)
    end as bound_low, -- known to be in the office
    case d.metric_id
        when 'seats_office_median' then s.median_high
        when 'seats_office_p95' then s.p95_high
        when 'seats_office_p99' then s.p99_high
        when 'seats_office_max' then s.max_high
        when 'seats_per_headcount' then s.p95_high / nullif(s.headcount_people, 0)
        when 'seats_peak_day_share' then s.max_high / nullif(s.headcount_people, 0)
    end as bound_high -- and everybody who may have been
from seats as s
left join intermediate.int_department_tool_periods as n
    on
        s.department_key = n.department_key
        and s.period_kind = n.period_kind
        and s.period_start = n.period_start
        and n.segment_kind = 'all'
        and n.tool = 'telework'
        and n.family = 'ratio'
left join intermediate.int_department_people as p
    on
        s.department_key = p.department_key
        and s.period_kind = p.period_kind
        and s.period_start = p.period_start
        and p.segment_kind = 'all'
cross join staging.stg_run__metrics as d
where
    (
        s.segment_kind = 'all'
        and d.metric_id in (
            'seats_office_median',
            'seats_office_p95',
            'seats_office_p99',
            'seats_office_max',
            'seats_per_headcount',
            'seats_peak_day_share'
        )
    )
    or (s.segment_kind = 'weekday' and d.metric_id in ('seats_office_median', 'seats_office_max'))
