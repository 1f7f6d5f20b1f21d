/*
description: >-
  The probability that somebody active on so many of so many known working days is seen at least once in a fixed number
  of them drawn at random (sql/seeds/equal_days.csv).
grain: [period_kind, known_days, active_days]
kind: view
*/
select
    period_kind,
    equal_days,
    known_days,
    active_days,
    seen_probability
from raw.equal_days
