/*
description: >-
  How the accounts of each source were tied to a person, and how many were not, so that a gap in the personnel files or
  in the directory is seen. Guests, shared mailboxes, service accounts and partners belong to the unmatched; staff do
  not. An account counts once, with the best step that ever tied it.
grain: [source_name]
not_null: [accounts_count, unmatched_accounts_count]
*/
select
    source_name, -- the raw table, or the part of it that is counted
    count(*) as accounts_count, -- accounts seen at any time
    cast(sum(case when match_step_number = 1 then 1 else 0 end) as bigint) as by_id_accounts_count,
    cast(sum(case when match_step_number = 2 then 1 else 0 end) as bigint) as by_sign_in_name_accounts_count,
    cast(sum(case when match_step_number = 3 then 1 else 0 end) as bigint) as by_alias_accounts_count,
    cast(sum(case when match_step_number is null then is_contradictory else 0 end) as bigint)
        as contradictory_accounts_count, -- of the unmatched, claimed by several people for the same time
    cast(sum(case when match_step_number is null then 1 else 0 end) as bigint)
        as unmatched_accounts_count -- of the accounts, never tied to a person
from intermediate.int_account_sightings
group by source_name
union all
-- An item of ours whose owner has no post that day counts in no department.
select
    'box_owners_of_transfers' as source_name,
    count(distinct coalesce(owner_person_key, file_key)) as accounts_count,
    cast(null as bigint) as by_id_accounts_count,
    cast(null as bigint) as by_sign_in_name_accounts_count,
    cast(null as bigint) as by_alias_accounts_count,
    cast(null as bigint) as contradictory_accounts_count,
    count(distinct case when department_key is null then coalesce(owner_person_key, file_key) end)
        as unmatched_accounts_count
from intermediate.int_external_transfers
having count(*) > 0
