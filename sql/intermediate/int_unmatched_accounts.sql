/*
description: >-
  How many accounts of each source could not be tied to a person, so that a gap in the personnel files or in the
  directory is seen. Guests, shared mailboxes, service accounts and partners belong here; staff do not.
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
)

select
    s.source_name, -- the raw table, or the part of it that is counted
    count(distinct coalesce(s.first_key, s.second_key)) as accounts_count, -- accounts seen at any time
    count(distinct case when a.person_key is null and b.person_key is null then coalesce(s.first_key, s.second_key) end)
        as unmatched_accounts_count -- of those, never tied to a person
from seen as s
left join intermediate.int_identities as a on s.first_key = a.identity_key and s.key_kind = a.key_kind
left join intermediate.int_identities as b on s.second_key = b.identity_key and b.key_kind = 'address'
group by s.source_name
union all
-- An item of ours whose owner has no post that day counts in no department.
select
    'box_owners_of_transfers' as source_name,
    count(distinct coalesce(owner_person_key, version_key)) as accounts_count,
    count(distinct case when department_key is null then coalesce(owner_person_key, version_key) end)
        as unmatched_accounts_count
from intermediate.int_external_transfers
having count(*) > 0
