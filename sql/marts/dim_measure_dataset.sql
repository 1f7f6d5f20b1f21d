/*
description: >-
  The datasets each measure hangs on. Decides the status of its days, when its periods are final, and which lost days
  its figures admit.
grain: [measure, source, dataset]
not_null: [is_needed]
*/
select
    m.measure, -- name of the data that metrics hang on, see dim_metric
    m.source, -- graph or box
    m.dataset, -- name of the report or stream
    m.is_needed, -- without it a day of the measure is missing; one that is not needed only adds to it
    w.dataset is not null as is_fetched_by_day -- else its days are those that its answers tell of
from staging.stg_run__measure_datasets as m
left join staging.stg_run__dataset_windows as w on m.source = w.source and m.dataset = w.dataset
