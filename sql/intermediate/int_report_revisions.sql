/*
description: >-
  What each later revision of a day changed, for the datasets that are fetched by day: the total of each measure before
  and after. A day that never changed has no row.
grain: [source, dataset, activity_date, revision_number, measure]
time_column: activity_date
not_null: [changed_at, total_before, total_after, total_change]
*/
select
    r.source, -- graph or box
    r.dataset,
    r.activity_date, -- UTC day
    r.revision_number, -- 2 is the first change
    r.changed_at, -- when the new revision was fetched, UTC
    r.measure, -- rows, or what sql/seeds/report_totals.csv names
    r.total_before,
    r.total_after,
    r.total_after - r.total_before as total_change
from staging.stg_run__revision_changes as r
inner join staging.stg_run__dataset_windows as w on r.source = w.source and r.dataset = w.dataset
