/*
description: >-
  Every account that any source has shown, and how it was tied to a person, if it was. Guests, shared mailboxes, service
  accounts and partners belong to the unmatched; staff do not. An account counts once, with the best step that ever tied
  it.
grain: [source_name, account_key]
not_null: [source_name, key_kind, account_key, is_contradictory]
*/
with seen as (
    select distinct
        source_name,
        key_kind,
        first_key,
        second_key
    from intermediate.int_account_months
    where source_name in ('graph_teams_user_activity', 'graph_email_activity', 'graph_sign_ins')
    union all
    select distinct
        'graph_users' as source_name,
        'entra_id' as key_kind,
        entra_key as first_key,
        address_key as second_key
    from intermediate.int_directory_months
    union all
    select distinct
        'box_events_by_own_users' as source_name,
        m.key_kind,
        m.first_key,
        m.second_key
    from intermediate.int_account_months as m
    inner join intermediate.int_box_users as u on m.first_key = u.box_key
    where m.source_name = 'box_events'
    union all
    select distinct
        'box_users' as source_name,
        'box_id' as key_kind,
        box_key as first_key,
        address_key as second_key
    from intermediate.int_box_user_months
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
)

select
    s.source_name, -- the raw table, or the part of it that is counted
    coalesce(s.first_key, s.second_key) as account_key, -- key of the id, or of the address where there is no id
    min(case when s.first_key is null then 'address' else s.key_kind end) as key_kind, -- entra_id, box_id or address
    -- The id is asked first and the address only when the id leads nowhere, as in the models of the facts.
    min(coalesce(a.step_number, b.step_number)) as match_step_number, -- 1 id, 2 address, 3 alias, NULL never tied
    max(case when ca.identity_key is not null or cb.identity_key is not null then 1 else 0 end) as is_contradictory
from seen as s
left join steps as a on s.first_key = a.identity_key and s.key_kind = a.key_kind
left join steps as b on s.second_key = b.identity_key and b.key_kind = 'address'
left join contradictions as ca on s.first_key = ca.identity_key and s.key_kind = ca.key_kind
left join contradictions as cb on s.second_key = cb.identity_key and cb.key_kind = 'address'
where coalesce(s.first_key, s.second_key) is not null
group by s.source_name, coalesce(s.first_key, s.second_key)
