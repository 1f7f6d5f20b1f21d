/*
description: >-
  What the figures of a segment hang on where it is not what their metric hangs on: told tool by tool, the data of the
  tool; told by place of work, those of the place as well.
grain: [segment_kind, segment]
not_null: [measure]
*/
select
    segment_kind, -- what the people, days or files are divided by
    segment, -- which part of them
    measure -- the data its figures hang on, see dim_measure_dataset
from staging.stg_run__segment_measures
