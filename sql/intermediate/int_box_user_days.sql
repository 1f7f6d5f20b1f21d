/*
description: Days on which the enterprise's own Box users were read.
grain: [seen_on]
kind: by_day
time_column: seen_on
*/
select seen_on -- day of the snapshot
from staging.stg_box__user_readings
