/*
description: >-
  How the accounts of each source were tied to a person, and how many were not, so that a gap in the personnel files or
  in the directory is seen. Guests, shared mailboxes, service accounts and partners belong to the unmatched; staff do
  not. An account counts once, with the best step that ever tied it.
grain: [source_name]
not_null: [accounts_count, unmatched_accounts_count]
*/
with seen as (
    select distinct
        'graph_teams_user_activity' as source_name,
        'entra_id' as key_kind,
        entra_key as first_key,
        address_key as second_key
    from staging.stg_graph__teams_user_activity
    union all
    select distinct
        'graph_email_activity' as source_name,
        'entra_id' as key_kind,
        cast(null as varchar) as first_key,
        address_key as second_key
    from staging.stg_graph__email_activity
    union all
    select distinct
        'graph_users' as source_name,
        'entra_id' as key_kind,
        entra_key as first_key,
        address_key as second_key
    from staging.stg_graph__users
    union all
    select distinct
        'graph_sign_ins' as source_name,
        'entra_id' as key_kind,
        entra_key as first_key,
        address_key as second_key
    from staging.stg_graph__sign_ins
    union all
    select distinct
        'box_events_by_own_users' as source_name,
        'box_id' as key_kind,
        e.actor_box_key as first_key,
        e.actor_address_key as second_key
    from staging.stg_box__events as e
    inner join staging.stg_box__users as u on e.actor_box_key = u.box_key
    union all
    select distinct
        'box_users' as source_name,
        'box_id' as key_kind,
        box_key as first_key,
        address_key as second_key
    from staging.stg_box__users
),

-- 1 = id, 2 = address, 3 = alias; a key that several people claim is in the claims alone.
steps as (
    select
        key_kind,
        identity_key,
        min(case match_step when 'id' then 1 when 'address' then 2 else 3 end) as step_number
    from intermediate.int_identities
    group by key_kind, identity_key
),

contradictions as (
    select distinct
        key_kind,
        identity_key
    from intermediate.int_identity_claims
    where not is_accepted
),

accounts as (
    select
        s.source_name,
        coalesce(s.first_key, s.second_key) as account_key,
        -- The id is asked first and the address only when the id leads nowhere, as in the models of the facts.
        min(coalesce(a.step_number, b.step_number)) as step_number,
        max(case when ca.identity_key is not null or cb.identity_key is not null then 1 else 0 end) as is_contradictory
    from seen as s
    left join steps as a on s.first_key = a.identity_key and s.key_kind = a.key_kind
    left join steps as b on s.second_key = b.identity_key and b.key_kind = 'address'
    left join contradictions as ca on s.first_key = ca.identity_key and s.key_kind = ca.key_kind
    left join contradictions as cb on s.second_key = cb.identity_key and cb.key_kind = 'address'
    where coalesce(s.first_key, s.second_key) is not null
    group by s.source_name, coalesce(s.first_key, s.second_key)
)

select
    source_name, -- the raw table, or the part of it that is counted
    count(*) as accounts_count, -- accounts seen at any time
    cast(sum(case when step_number = 1 then 1 else 0 end) as bigint) as by_id_accounts_count,
    cast(sum(case when step_number = 2 then 1 else 0 end) as bigint) as by_sign_in_name_accounts_count,
    cast(sum(case when step_number = 3 then 1 else 0 end) as bigint) as by_alias_accounts_count,
    cast(sum(case when step_number is null then is_contradictory else 0 end) as bigint)
        as contradictory_accounts_count, -- of the unmatched, claimed by several people for the same time
    cast(sum(case when step_number is null then 1 else 0 end) as bigint)
        as unmatched_accounts_count -- of the accounts, never tied to a person
from accounts
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
