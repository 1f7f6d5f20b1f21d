/*
description: What is known of each dataset and UTC day. A missing day is never shown as zero.
grain: [source, dataset, activity_date]
time_column: activity_date
not_null: [report_status]
*/
select
    source, -- graph or box
    dataset, -- name of the report or stream
    activity_date, -- UTC day
    report_status, -- missing, provisional (may still change) or final
    row_count, -- rows of the accepted answer, NULL when missing
    fetched_at -- when it was fetched, UTC
from intermediate.int_report_days
