/*
description: >-
  How far each dataset that is fetched by day has come: the newest accepted and the newest final day, and how many days
  between the first and the newest accepted one are missing. The one place where watermarks are derived.
grain: [source, dataset]
not_null: [first_accepted_date, newest_accepted_date, missing_days_count]
checks:
- name: newest_day_is_not_late
  severity: warn
  sql: |
    select w.dataset, w.newest_accepted_date
    from intermediate.int_watermarks as w
    cross join (select max(fetched_at) as now_at from intermediate.int_report_days) as n
    where not w.is_switched_off and w.newest_accepted_date + w.settled_after_days + 3 < cast(n.now_at as date)
*/
with spans as (
    select
        source,
        dataset,
        min(activity_date) as first_accepted_date,
        max(activity_date) as newest_accepted_date,
        max(case when report_status = 'final' then activity_date end) as newest_final_date
    from intermediate.int_report_days
    where report_status <> 'missing'
    group by source, dataset
),

counts as (
    select
        d.source,
        d.dataset,
        count(case when d.report_status <> 'missing' then 1 end) as accepted_days_count,
        count(case when d.report_status = 'provisional' then 1 end) as provisional_days_count,
        count(case when d.report_status = 'missing' then 1 end) as missing_days_count
    from intermediate.int_report_days as d
    inner join spans as s
        on
            d.source = s.source and d.dataset = s.dataset
            and d.activity_date >= s.first_accepted_date and d.activity_date <= s.newest_accepted_date
    group by d.source, d.dataset
)

select
    s.source, -- graph or box
    s.dataset,
    s.first_accepted_date, -- UTC day
    s.newest_accepted_date, -- UTC day
    s.newest_final_date, -- UTC day; NULL while nothing is final
    c.accepted_days_count,
    c.provisional_days_count, -- accepted, but the service may still correct them
    c.missing_days_count, -- between the first and the newest accepted day
    w.settled_after_days, -- fetched this many days after the day = final
    o.source is not null as is_switched_off -- nobody asks for it
from spans as s
inner join counts as c on s.source = c.source and s.dataset = c.dataset
inner join staging.stg_run__dataset_windows as w on s.source = w.source and s.dataset = w.dataset
left join staging.stg_run__switched_off as o on s.source = o.source and s.dataset = o.dataset
