/*
description: The metric definitions, as pipelines/metrics.toml writes them. The wording that pages and notebooks print.
grain: [metric_id]
not_null: [name_ja, name_en, value_kind, measure]
*/
select
    metric_id, -- the name used in rpt_department_metrics
    sort_order, -- order on the pages
    measure, -- the data it hangs on, dim_measure_dataset; before it goes dim_segment_measure
    value_kind, -- share (0..1), ratio, count or quantile
    name_ja, -- name in Japanese
    name_en, -- name in English
    unit_ja, -- unit in Japanese
    unit_en, -- unit in English
    formula_ja, -- formula in words, Japanese
    formula_en, -- formula in words, English
    numerator_ja, -- what the numerator counts, Japanese
    numerator_en, -- what the numerator counts, English
    denominator_ja, -- what the denominator counts, Japanese
    denominator_en, -- what the denominator counts, English
    source_ja, -- where the data come from, Japanese
    source_en, -- where the data come from, English
    caveat_ja, -- what to keep in mind, Japanese
    caveat_en, -- what to keep in mind, English
    comparable_ja, -- the official statistic that asks the same, Japanese
    comparable_en -- the official statistic that asks the same, English
from staging.stg_run__metrics
