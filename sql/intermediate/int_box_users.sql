/*
description: >-
  Every account that was ever among our own Box users. Whose account is not here, and whose address is of no domain of
  ours, is an outsider.
grain: [box_key]
not_null: [box_key]
*/
select distinct box_key -- key of the Box id
from intermediate.int_box_user_months
