/*
description: The metric definitions, as pipelines/metrics.toml writes them. The wording that pages and notebooks print.
grain: [metric_id]
not_null: [name_ja, name_en, value_kind, measure]
*/
select
    metric_id, -- the name used in rpt_department_metrics
    sort_order, -- order on the pages
    measure, -- the data it hangs on: teams, mobile, chat_share, telework or box
    value_kind, -- share (0..1), ratio or count
    name_ja, -- name in Japanese
    name_en, -- name in English
    unit_ja, -- unit in Japanese
    unit_en, -- unit in English
    formula_ja, -- formula in words, Japanese
    formula_en, -- formula in words, English
    numerator_ja, -- what the numerator counts
    denominator_ja, -- what the denominator counts
    source_ja, -- where the data come from
    caveat_ja -- what to keep in mind
from staging.stg_run__metrics
