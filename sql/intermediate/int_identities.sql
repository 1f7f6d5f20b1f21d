/*
description: >-
  Which key belongs to which person, and when: the accepted claims, and the employee numbers themselves. A key has one
  owner a day, so that no fact is counted twice; nearly always one for ever.
grain: [key_kind, identity_key, valid_from]
time_column: valid_from
not_null: [person_key, matched_by, match_step, valid_to]
checks:
- name: one_owner_a_day
  sql: |
    select a.key_kind, a.identity_key, a.valid_from
    from intermediate.int_identities as a
    inner join intermediate.int_identities as b
        on a.key_kind = b.key_kind and a.identity_key = b.identity_key
        and a.valid_from < b.valid_from and b.valid_from <= a.valid_to
*/
select
    'employee' as key_kind, -- employee, entra_id, address or box_id
    employee_key as identity_key,
    person_key, -- key of the employee number; without personnel files that of the account
    'employee_number' as matched_by, -- the evidence that decided
    'id' as match_step, -- id, address or alias
    date '1900-01-01' as valid_from,
    date '2999-12-31' as valid_to -- last day
from intermediate.int_persons
union all
select
    key_kind,
    identity_key,
    person_key,
    matched_by,
    match_step,
    valid_from,
    valid_to
from intermediate.int_identity_claims
where is_accepted
