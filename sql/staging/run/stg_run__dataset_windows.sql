/*
description: >-
  The datasets that are fetched by day, and for how long their figures may still change; an optional one only where it
  has ever landed.
grain: [source, dataset]
kind: view
not_null: [settled_after_days]
*/
select
    w.source,
    w.dataset,
    w.name_ja, -- what people call it
    w.name_en, -- the same in English
    w.day_kind, -- report_day = the source labels whole UTC days; instant = cut into Tokyo days here
    w.lag_days + w.restatement_days as settled_after_days -- fetched this many days after the day = final
from raw.dataset_windows as w
where
    not w.is_optional
    or exists (
        select 1
        from raw.landing_days as l
        where l.source = w.source and l.dataset = w.dataset
    )
