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
    numerator_en,
    denominator_ja,
    denominator_en,
    source_ja,
    source_en,
    caveat_ja,
    caveat_en,
    comparable_ja,
    comparable_en
from raw.metrics
