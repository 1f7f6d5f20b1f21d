/*
description: What each later revision of a day changed, per measure.
grain: [source, dataset, activity_date, revision_number, measure]
kind: view
not_null: [changed_at, total_before, total_after]
*/
select
    source,
    dataset,
    _day as activity_date, -- the source's own day
    revision_number, -- 2 is the first change
    changed_at, -- UTC
    measure,
    total_before,
    total_after
from raw.revision_changes
