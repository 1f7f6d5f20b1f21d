/*
description: Days on which the directory was read; between them the Teams report tells who had a licence.
grain: [seen_on]
kind: by_day
time_column: seen_on
*/
select seen_on -- Tokyo day of the snapshot
from staging.stg_graph__user_readings
