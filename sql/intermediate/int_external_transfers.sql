/*
description: >-
  Files that crossed the organisation's border over Box: one row per direction, version, outside actor and Tokyo day,
  so that retries and ranged downloads count once. Outbound: an outsider or an anonymous visitor downloads an item of
  ours. Inbound: an outsider uploads or edits one, or a file request brings one. Work of our staff in a partner's
  folder is neither. The department is that of the owner's main post on that day.
grain: [direction, version_key, actor_key, activity_date]
not_null: [is_beyond_mail]
*/
with own_users as (
    select distinct box_key
    from staging.stg_box__users
),

domains as (
    select actor_domain as mail_domain
    from staging.stg_box__events
    where actor_domain is not null
    union
    select owner_domain as mail_domain
    from staging.stg_box__events
    where owner_domain is not null
),

-- The domain itself or a sub-domain of it; evil-city.example is not city.example.
own_domains as (
    select distinct d.mail_domain
    from domains as d
    inner join staging.stg_run__own_domains as o
        on d.mail_domain = o.own_domain or d.mail_domain like '%.' || o.own_domain
),

moves as (
    select
        e.event_id,
        e.activity_date,
        e.is_file_request,
        e.size_bytes,
        e.owner_box_key,
        e.owner_address_key,
        t.transfer_kind,
        coalesce(e.version_id_key, e.item_id_key, e.event_id) as version_key,
        coalesce(e.actor_box_key, e.actor_address_key, e.actor_kind) as actor_key,
        e.actor_kind = 'anonymous'
        or (e.actor_kind = 'person' and ua.box_key is null and da.mail_domain is null) as is_outsider
    from staging.stg_box__events as e
    inner join staging.stg_run__box_event_types as t on e.event_type = t.event_type
    left join own_users as ua on e.actor_box_key = ua.box_key
    left join own_domains as da on e.actor_domain = da.mail_domain
    left join own_users as uo on e.owner_box_key = uo.box_key
    left join own_domains as od on e.owner_domain = od.mail_domain
    where
        t.transfer_kind is not null
        and (uo.box_key is not null or od.mail_domain is not null)
        -- Making a folder moves no file.
        and not (t.transfer_kind = 'upload' and coalesce(e.item_type, 'file') = 'folder')
        and e.activity_date is not null
),

crossings as (
    select
        activity_date,
        version_key,
        actor_key,
        size_bytes,
        owner_box_key,
        owner_address_key,
        case when transfer_kind = 'download' then 'outbound' else 'inbound' end as direction
    from moves
    where is_outsider or (is_file_request and transfer_kind = 'upload')
),

transfers as (
    select
        direction,
        version_key,
        actor_key,
        activity_date,
        min(owner_box_key) as owner_box_key,
        min(owner_address_key) as owner_address_key,
        max(size_bytes) as size_bytes
    from crossings
    group by direction, version_key, actor_key, activity_date
),

owned as (
    select
        t.direction,
        t.version_key,
        t.actor_key,
        t.activity_date,
        t.size_bytes,
        coalesce(b.person_key, a.person_key) as owner_person_key
    from transfers as t
    left join intermediate.int_identities as b
        on
            t.owner_box_key = b.identity_key
            and b.key_kind = 'box_id'
            and b.valid_from <= t.activity_date
            and t.activity_date <= b.valid_to
    left join intermediate.int_identities as a
        on
            t.owner_address_key = a.identity_key
            and a.key_kind = 'address'
            and a.valid_from <= t.activity_date
            and t.activity_date <= a.valid_to
),

attributed as (
    select
        o.direction,
        o.version_key,
        o.actor_key,
        o.activity_date,
        o.size_bytes,
        o.owner_person_key,
        p.department_key,
        row_number() over (
            partition by o.direction, o.version_key, o.actor_key, o.activity_date
            order by case when p.post_kind = '主務' then 0 else 1 end asc, p.weight desc, p.department_key asc
        ) as post_choice
    from owned as o
    left join intermediate.int_person_assignments as p
        on
            o.owner_person_key = p.person_key
            and p.valid_from <= o.activity_date
            and o.activity_date <= p.valid_to
)

select
    a.direction, -- outbound or inbound
    a.version_key, -- key of the file version
    a.actor_key, -- key of the outsider; of the named uploader for a file request
    a.activity_date, -- Tokyo day
    a.size_bytes,
    coalesce(a.size_bytes > m.mail_limit_bytes, false) as is_beyond_mail, -- larger than a mail could carry
    a.owner_person_key, -- NULL when the owner is no member of staff
    a.department_key -- main post of the owner that day; NULL when there is none
from attributed as a
cross join staging.stg_run__parameters as m
where a.post_choice = 1
