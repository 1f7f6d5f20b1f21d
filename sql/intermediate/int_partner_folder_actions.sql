/*
description: >-
  What our own staff did in folders of partners: human-driven actions on items that an outsider owns, by person, partner
  and Tokyo day. A class of its own: no file of ours crosses the border. Box does not promise to tell of all of it, so
  it is a lower bound. Not counted: what an administrator did for the user.
grain: [person_key, partner_key, activity_date]
kind: by_day
time_column: activity_date
not_null: [actions_count]
*/
with domains as (
    select distinct owner_domain as mail_domain
    from staging.stg_box__events
    where owner_domain is not null and source_date >= $start_date - interval '1' day
),

-- The domain itself or a sub-domain of it; evil-city.example is not city.example.
own_domains as (
    select distinct d.mail_domain
    from domains as d
    inner join staging.stg_run__own_domains as o
        on d.mail_domain = o.own_domain or d.mail_domain like '%.' || o.own_domain
),

actions as (
    select
        e.actor_box_key,
        e.actor_address_key,
        e.activity_date,
        coalesce(e.owner_domain, 'unknown') as partner_key,
        count(*) as actions_count
    from staging.stg_box__events as e
    inner join staging.stg_run__box_event_types as t on e.event_type = t.event_type
    left join intermediate.int_box_users as u on e.owner_box_key = u.box_key
    left join own_domains as d on e.owner_domain = d.mail_domain
    where
        -- A Tokyo day begins on the UTC day before.
        e.source_date >= $start_date - interval '1' day
        and e.actor_kind = 'person'
        and not e.is_done_by_other
        and not e.is_file_request
        and e.activity_date is not null
        and (e.owner_box_key is not null or e.owner_domain is not null)
        and u.box_key is null
        and d.mail_domain is null
    group by e.actor_box_key, e.actor_address_key, e.activity_date, coalesce(e.owner_domain, 'unknown')
),

people as (
    select
        a.activity_date,
        a.partner_key,
        a.actions_count,
        coalesce(b.person_key, l.person_key) as person_key
    from actions as a
    left join intermediate.int_named_identities as b
        on
            a.actor_box_key = b.identity_key
            and b.key_kind = 'box_id'
            and b.valid_from <= a.activity_date
            and a.activity_date <= b.valid_to
    left join intermediate.int_named_identities as l
        on
            a.actor_address_key = l.identity_key
            and l.key_kind = 'address'
            and l.valid_from <= a.activity_date
            and a.activity_date <= l.valid_to
),

added as (
    select
        person_key,
        partner_key,
        activity_date,
        sum(actions_count) as actions_count
    from people
    where person_key is not null
    group by person_key, partner_key, activity_date
)

select
    a.person_key, -- who acted
    a.partner_key, -- mail domain of the owner; unknown when Box does not tell
    a.activity_date, -- Tokyo day
    cast(a.actions_count as bigint) as actions_count,
    p.department_key -- main post of the person that day; NULL when there is none
from added as a
left join intermediate.int_person_main_posts as p
    on a.person_key = p.person_key and p.valid_from <= a.activity_date and a.activity_date <= p.valid_to
