/*
description: >-
  Quantiles of Student's t by degrees of freedom (sql/seeds/t_quantiles.csv); between two rows the wider one holds.
grain: [degrees_from]
kind: view
*/
select
    degrees_from,
    degrees_to, -- last one
    t_975,
    t_80
from raw.t_quantiles
