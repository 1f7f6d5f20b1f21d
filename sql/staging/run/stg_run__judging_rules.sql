/*
description: By which rules a change or a difference gets its word (sql/seeds/judging_rules.csv).
grain: [rule, unit]
kind: view
*/
select
    rule,
    unit, -- share (0..1), amount (part of the value it is compared with), people, or 1
    rule_value
from raw.judging_rules
