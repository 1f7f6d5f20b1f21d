/*
description: >-
  Staff and the address of their account, as they were at each reading of the file. A re-hired person has several rows.
grain: [seen_on, employee_key, address_key, joined_on]
kind: view
not_null: [seen_on, employee_key]
*/
select
    _day as seen_on, -- day of the reading
    employee_number_key as employee_key,
    address_key, -- key of the account's address; NULL if the person has none
    try_cast(joined_on as date) as joined_on,
    try_cast(left_on as date) as left_on -- last day; NULL = still there
from raw.org_staff
qualify
    row_number() over (
        partition by _day, employee_number_key, address_key, joined_on
        order by _fetched_at desc, left_on desc, _sha256 asc
    ) = 1
