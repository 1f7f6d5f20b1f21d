/*
description: >-
  Box enterprise events, one row per event (the loader keeps each event_id once), and for UTC days that only an exported
  User Activity report covers the rows of that report.
grain: []
kind: view
time_column: activity_date
checks:
- name: no_row_of_a_report_bears_the_id_of_an_event
  sql: |
    select r.event_id
    from staging.stg_box__activity_report as r
    inner join raw.box_events as e on r.event_id = e.event_id
*/
with report_days as (
    select source_date
    from staging.stg_box__day_sources
    where day_source = 'report'
)

select
    event_id,
    event_type,
    created_at as occurred_at, -- UTC
    _day as source_date, -- UTC day, the day by which events are fetched
    _fetched_at as first_fetched_at, -- UTC, when the event was first seen, by whatever way
    date_diff('minute', created_at, _fetched_at) as arrival_lag_minutes, -- from the event to its first sight
    cast(created_at + (select c.hours_ahead_of_utc from raw.clock as c) * interval 1 hour as date)
        as activity_date, -- Tokyo day
    actor_id_key as actor_box_key, -- key of the actor's Box id
    actor_login_key as actor_address_key, -- key of the actor's login
    lower(actor_login_domain) as actor_domain,
    coalesce(actor_kind, 'none') as actor_kind, -- person, anonymous, machine, box or none
    -- An administrator acting for the user, or Box support: the user did nothing.
    action_by_id_key is not null
    or coalesce(lower(is_performed_by_admin) in ('yes', 'true'), false) as is_done_by_other,
    -- Box names the folder's owner as the uploader of what an outsider sends through a file request.
    coalesce(trim(service_name) = 'File Request', false) as is_file_request,
    item_type,
    item_id_key,
    version_id_key,
    size_bytes, -- bytes of that version
    owner_id_key as owner_box_key, -- key of the item owner's Box id
    owner_login_key as owner_address_key, -- key of the item owner's login
    lower(owner_login_domain) as owner_domain,
    case
        when regexp_matches(service_name, '(?i)iphone|ipad|android|mobile') then 'phone'
        else 'desktop'
    end as device_kind, -- phone or desktop
    ip_network_kind as network_kind -- place of the address, decided when the event was landed
from raw.box_events
where _day not in (select d.source_date from report_days as d)
union all
select
    r.event_id,
    r.event_type,
    r.occurred_at,
    r.source_date,
    r.first_fetched_at,
    r.arrival_lag_minutes,
    r.activity_date,
    r.actor_box_key,
    r.actor_address_key,
    r.actor_domain,
    r.actor_kind,
    false as is_done_by_other, -- the report does not say for whom an administrator acted
    r.is_file_request,
    cast(null as varchar) as item_type,
    r.item_id_key,
    cast(null as varchar) as version_id_key,
    r.size_bytes,
    cast(null as varchar) as owner_box_key,
    cast(null as varchar) as owner_address_key,
    cast(null as varchar) as owner_domain,
    r.device_kind,
    r.network_kind
from staging.stg_box__activity_report as r
inner join report_days as d on r.source_date = d.source_date
