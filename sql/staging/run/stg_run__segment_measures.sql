/*
description: >-
  What the figures of a segment hang on where it is not what their metric hangs on: told tool by tool, the data of the
  tool; told by place of work, those of the place as well.
grain: [segment_kind, segment]
kind: view
not_null: [measure]
*/
select
    segment_kind,
    segment,
    measure
from raw.segment_measures
