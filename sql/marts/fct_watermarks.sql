/*
description: How far each dataset has come. A missing day is never shown as zero.
grain: [source, dataset]
not_null: [newest_accepted_date, missing_days_count]
*/
select
    source, -- graph or box
    dataset, -- name of the report or stream
    first_accepted_date, -- UTC day
    newest_accepted_date, -- UTC day
    newest_final_date, -- UTC day, NULL while nothing is final
    accepted_days_count, -- days with an accepted answer
    provisional_days_count, -- of those, days the service may still correct
    missing_days_count -- days without an accepted answer between the first and the newest accepted one
from intermediate.int_watermarks
