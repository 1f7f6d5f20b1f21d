/*
description: >-
  The datasets each measure hangs on. Decides the status of its days, when its periods are final, and which lost days
  its figures admit.
grain: [measure, source, dataset]
not_null: [is_needed, is_fetched_by_day]
*/
select
    measure, -- name of the data that metrics hang on, see dim_metric
    source, -- graph or box
    dataset, -- name of the report or stream
    is_needed, -- without it a day of the measure is missing; one that is not needed only adds to it
    is_fetched_by_day -- else snapshots say what is known of each day
from staging.stg_run__measure_datasets
