/*
description: The datasets each measure hangs on. Metrics, days and periods know of datasets through it only.
grain: [measure, source, dataset]
kind: view
not_null: [is_needed]
*/
select
    measure,
    source,
    dataset,
    is_needed -- without it a day of the measure is missing; without another it is only not final
from raw.measure_datasets
