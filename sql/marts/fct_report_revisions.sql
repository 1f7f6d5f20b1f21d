/*
description: What services corrected after a day had been fetched; totals of the whole organisation before and after.
grain: [source, dataset, activity_date, revision_number, measure]
time_column: activity_date
not_null: [changed_at, total_before, total_after]
*/
select
    source, -- graph or box
    dataset, -- name of the report or stream
    activity_date, -- UTC day
    revision_number, -- 2 is the first change of that day
    changed_at, -- when the new figures were fetched, UTC
    measure, -- rows, messages, meetings, ...
    total_before, -- of the revision that was replaced
    total_after, -- of the revision that replaced it
    total_change -- after minus before
from intermediate.int_report_revisions
