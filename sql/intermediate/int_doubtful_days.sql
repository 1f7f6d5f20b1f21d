/*
description: >-
  Days on which a dataset recognises hardly anybody: of at least 20 accounts the share that belongs to members of staff
  is below half of the median of the ten days before (working days against working days, at least three of them). Such a
  day is unknown, not a day on which nobody was active.
grain: [source, dataset, source_date]
time_column: source_date
not_null: [matched_share, usual_matched_share]
*/
with days as (
    select
        m.source,
        m.dataset,
        m.source_date,
        c.is_working_day,
        m.matched_accounts_count * 1.0 / m.accounts_count as matched_share,
        row_number() over (partition by m.source, m.dataset, c.is_working_day order by m.source_date) as day_number
    from intermediate.int_matched_days as m
    inner join staging.stg_run__calendar as c on m.source_date = c.date_day
    where m.accounts_count >= 20
),

before as (
    select
        d.source,
        d.dataset,
        d.source_date,
        d.matched_share,
        b.matched_share as share_before,
        row_number() over (partition by d.source, d.dataset, d.source_date order by b.matched_share) as rank_number,
        count(*) over (partition by d.source, d.dataset, d.source_date) as days_count
    from days as d
    inner join days as b
        on
            d.source = b.source and d.dataset = b.dataset and d.is_working_day = b.is_working_day
            and b.day_number < d.day_number and b.day_number >= d.day_number - 10
),

medians as (
    select
        source,
        dataset,
        source_date,
        matched_share,
        avg(share_before) as usual_matched_share
    from before
    -- The middle one, or the middle two.
    where days_count >= 3 and 2 * rank_number >= days_count and 2 * rank_number <= days_count + 2
    group by source, dataset, source_date, matched_share
)

select
    source, -- graph or box
    dataset,
    source_date, -- UTC day
    matched_share, -- of the accounts of the day, those of a member of staff
    usual_matched_share -- median of the same on the days before
from medians
where matched_share < usual_matched_share / 2
