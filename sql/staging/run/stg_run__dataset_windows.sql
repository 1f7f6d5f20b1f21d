/*
description: The datasets that are fetched by day, and for how long their figures may still change.
grain: [source, dataset]
kind: view
not_null: [settled_after_days]
*/
select
    source,
    dataset,
    day_kind, -- report_day = the source labels whole UTC days; instant = cut into Tokyo days here
    lag_days + restatement_days as settled_after_days -- fetched this many days after the day = final
from raw.dataset_windows
