/*
description: The metric definitions of pipelines/metrics.toml.
grain: [metric_id]
kind: view
not_null: [measure, value_kind]
*/
select
    metric_id,
    sort_order,
    measure,
    value_kind,
    name_ja,
    name_en,
    unit_ja,
    unit_en,
    formula_ja,
    formula_en,
    numerator_ja,
    denominator_ja,
    source_ja,
    caveat_ja
from raw.metrics
