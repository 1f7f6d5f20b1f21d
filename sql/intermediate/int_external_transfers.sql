/*
description: >-
  Files that crossed the organisation's border over Box. Outbound: an outsider or an anonymous visitor downloads an item
  of ours; one row per version, outsider and Tokyo day, so that retries, ranged downloads and a client that syncs again
  count once. Inbound: an outsider uploads or edits one, or a file request brings one; one row per item, outsider and
  Tokyo day, so that autosave, which makes a version of every save, counts once too. Work of our staff in a partner's
  folder is neither (int_partner_folder_actions). The department is that of the owner's main post on that day.
grain: [direction, file_key, actor_key, activity_date]
kind: by_day
time_column: activity_date
not_null: [is_beyond_mail, partner_key, versions_count]
*/
with domains as (
    select actor_domain as mail_domain
    from staging.stg_box__events
    where actor_domain is not null and source_date >= $start_date - interval '1' day
    union
    select owner_domain as mail_domain
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

moves as (
    select
        e.event_id,
        e.activity_date,
        e.item_id_key,
        e.version_id_key,
        e.size_bytes,
        e.owner_box_key,
        e.owner_address_key,
        e.actor_box_key,
        e.actor_address_key,
        e.actor_domain,
        t.transfer_kind,
        e.is_file_request and t.transfer_kind = 'upload' as is_requested,
        -- Box names the owner as the uploader of a file request and everybody without a login as one visitor.
        e.actor_kind = 'anonymous' or (e.is_file_request and t.transfer_kind = 'upload') as is_unknown_partner,
        e.actor_kind = 'anonymous'
        or (e.actor_kind = 'person' and ua.box_key is null and da.mail_domain is null) as is_outsider
    from staging.stg_box__events as e
    inner join staging.stg_run__box_event_types as t on e.event_type = t.event_type
    left join intermediate.int_box_users as ua on e.actor_box_key = ua.box_key
    left join own_domains as da on e.actor_domain = da.mail_domain
    left join intermediate.int_box_users as uo on e.owner_box_key = uo.box_key
    left join own_domains as od on e.owner_domain = od.mail_domain
    where
        -- A Tokyo day begins on the UTC day before.
        e.source_date >= $start_date - interval '1' day
        and t.transfer_kind is not null
        and (uo.box_key is not null or od.mail_domain is not null)
        -- Making a folder moves no file.
        and not (t.transfer_kind = 'upload' and coalesce(e.item_type, 'file') = 'folder')
        and e.activity_date is not null
),

crossings as (
    select
        activity_date,
        version_id_key,
        size_bytes,
        owner_box_key,
        owner_address_key,
        is_requested,
        case when transfer_kind = 'download' then 'outbound' else 'inbound' end as direction,
        case
            when transfer_kind = 'download' then coalesce(version_id_key, item_id_key, event_id)
            else coalesce(item_id_key, version_id_key, event_id)
        end as file_key,
        case
            when is_unknown_partner then 'unknown'
            else coalesce(actor_box_key, actor_address_key, 'unknown')
        end as actor_key,
        case when is_unknown_partner then 'unknown' else coalesce(actor_domain, 'unknown') end as partner_key
    from moves
    where is_outsider or is_requested
),

-- Version by version first: counting distinct ones while the rest is added up would go through all of it twice.
versions as (
    select
        direction,
        file_key,
        actor_key,
        activity_date,
        version_id_key,
        min(partner_key) as partner_key,
        min(owner_box_key) as owner_box_key,
        min(owner_address_key) as owner_address_key,
        max(case when is_requested then 1 else 0 end) as requests_count,
        max(size_bytes) as size_bytes
    from crossings
    group by direction, file_key, actor_key, activity_date, version_id_key
),

transfers as (
    select
        direction,
        file_key,
        actor_key,
        activity_date,
        min(partner_key) as partner_key,
        min(owner_box_key) as owner_box_key,
        min(owner_address_key) as owner_address_key,
        max(requests_count) = 1 as is_file_request,
        greatest(count(version_id_key), 1) as versions_count,
        max(size_bytes) as size_bytes
    from versions
    group by direction, file_key, actor_key, activity_date
),

owned as (
    select
        t.direction,
        t.file_key,
        t.actor_key,
        t.activity_date,
        t.partner_key,
        t.is_file_request,
        t.versions_count,
        t.size_bytes,
        coalesce(b.person_key, a.person_key) as owner_person_key
    from transfers as t
    left join intermediate.int_named_identities as b
        on
            t.owner_box_key = b.identity_key
            and b.key_kind = 'box_id'
            and b.valid_from <= t.activity_date
            and t.activity_date <= b.valid_to
    left join intermediate.int_named_identities as a
        on
            t.owner_address_key = a.identity_key
            and a.key_kind = 'address'
            and a.valid_from <= t.activity_date
            and t.activity_date <= a.valid_to
)

select
    a.direction, -- outbound or inbound
    a.file_key, -- key of the version that went out, of the item that came in
    a.actor_key, -- key of the outsider; unknown for anonymous visitors and file requests
    a.activity_date, -- Tokyo day
    a.partner_key, -- mail domain of the outsider; all who are not known by name are one partner, unknown
    a.is_file_request, -- came in through a file request
    cast(a.versions_count as bigint) as versions_count, -- distinct versions that day; more than one by autosave
    a.size_bytes, -- of the largest of them; NULL when Box does not tell
    b.size_band, -- stg_run__external_size_bands; NULL when the size is not known
    coalesce(a.size_bytes > m.mail_limit_bytes, false) as is_beyond_mail, -- larger than a mail could carry
    a.owner_person_key, -- NULL when the owner is no member of staff
    p.department_key -- main post of the owner that day; NULL when there is none
from owned as a
cross join staging.stg_run__parameters as m
left join staging.stg_run__external_size_bands as b
    on a.size_bytes > b.above_bytes and a.size_bytes <= b.up_to_bytes
left join intermediate.int_person_main_posts as p
    on a.owner_person_key = p.person_key and p.valid_from <= a.activity_date and a.activity_date <= p.valid_to
