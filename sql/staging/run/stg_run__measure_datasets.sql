/*
description: The datasets each measure hangs on. Metrics, days and periods know of datasets through it only.
grain: [measure, source, dataset]
kind: view
not_null: [is_needed, is_fetched_by_day]
*/
select
    d.measure,
    d.source,
    d.dataset,
    d.is_needed, -- without it a day of the measure is missing; without another it is only not final
    w.dataset is not null as is_fetched_by_day -- else snapshots say what is known of each day
from raw.measure_datasets as d
left join raw.dataset_windows as w on d.source = w.source and d.dataset = w.dataset
