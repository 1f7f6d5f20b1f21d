/*
description: >-
  Every key of an account, address or employee number that the data ever named where the facts of people are looked up,
  and the first day on which they did. Before it nothing can be found by that key, whoever owns it.
grain: [key_kind, identity_key]
time_column: first_named_on
not_null: [key_kind, identity_key, first_named_on]
*/
with names as (
    select
        key_kind,
        first_key as identity_key,
        first_named_on
    from intermediate.int_account_months
    where first_key is not null
    union all
    select
        'address' as key_kind,
        second_key as identity_key,
        first_named_on
    from intermediate.int_account_months
    where second_key is not null
)

select
    key_kind, -- entra_id, address, box_id or employee
    identity_key,
    min(first_named_on) as first_named_on -- by the source's own UTC day, which is never later than the Tokyo day
from names
group by key_kind, identity_key
