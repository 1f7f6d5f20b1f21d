/*
description: >-
  How the accounts of each source were tied to people: by id, by address, by alias, or not at all. Guests, shared
  mailboxes, service accounts and partners are among the unmatched; staff should not be.
grain: [source_name]
not_null: [accounts_count, unmatched_accounts_count]
*/
select
    source_name, -- the raw table, or the part of it that is counted
    accounts_count, -- accounts seen at any time
    by_id_accounts_count, -- tied by a stable id: employee number or object id
    by_sign_in_name_accounts_count, -- tied by the sign-in name
    by_alias_accounts_count, -- tied by a mail address or a former name
    contradictory_accounts_count, -- several people claim them for the same time, so they belong to nobody
    unmatched_accounts_count -- never tied to a person, contradictory ones included
from intermediate.int_unmatched_accounts
