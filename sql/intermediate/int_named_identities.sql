/*
description: >-
  The identities that the facts of days can meet, each from the day on which the data first named the key: with these
  they find the same as with int_identities. A new account changes nothing here before the day on which it first did
  something, so its coming does not ask for the facts of all history again.
grain: [key_kind, identity_key, valid_from]
time_column: valid_from
not_null: [person_key, valid_to]
*/
select
    i.key_kind, -- employee, entra_id, address or box_id
    i.identity_key,
    i.person_key, -- see int_identities
    greatest(i.valid_from, n.first_named_on) as valid_from,
    i.valid_to -- last day
from intermediate.int_identities as i
inner join intermediate.int_named_keys as n
    on i.key_kind = n.key_kind and i.identity_key = n.identity_key and n.first_named_on <= i.valid_to
