/*
description: >-
  The datasets that the organisation does without. What came of them before stays; their days after it are absent, which
  is neither missing nor zero.
grain: [source, dataset]
kind: view
*/
select
    source, -- graph or box
    dataset
from raw.switched_off
