/*
description: >-
  Every account that was ever among our own Box users and that an event named, as the one who acted or as the owner.
  Whose account is not here, and whose address is of no domain of ours, is an outsider.
grain: [box_key]
time_column: first_named_on
not_null: [box_key, first_named_on]
*/
select
    n.identity_key as box_key, -- key of the Box id
    n.first_named_on -- UTC day of the first event that named it: for all days before, it changes nothing
from intermediate.int_named_keys as n
where
    n.key_kind = 'box_id'
    and n.identity_key in (select m.box_key from intermediate.int_box_user_months as m)
