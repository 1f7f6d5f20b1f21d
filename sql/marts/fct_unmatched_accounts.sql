/*
description: >-
  How many accounts of each source belong to no member of staff: guests, shared mailboxes, service accounts, partners,
  and gaps in the personnel files. They are counted nowhere else.
grain: [source_name]
not_null: [accounts_count, unmatched_accounts_count]
*/
select
    source_name, -- where the accounts were seen
    accounts_count, -- accounts seen at any time
    unmatched_accounts_count -- of those, never tied to a member of staff
from intermediate.int_unmatched_accounts
