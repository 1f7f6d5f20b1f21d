/*
description: >-
  Rows of exported Box User Activity reports in the form of events. The report knows neither versions nor owners, so
  none of its rows is a file that crossed the border.
grain: [event_id]
kind: view
time_column: activity_date
checks:
- name: every_action_has_an_event_type
  severity: warn
  sql: select distinct action from staging.stg_box__activity_report where event_type = 'UNKNOWN_ACTION'
*/
select
    r.row_key as event_id, -- made of the content of the row and its rank among equal rows
    r.action, -- the word of the console
    coalesce(a.event_type, 'UNKNOWN_ACTION') as event_type, -- of the API; UNKNOWN_ACTION for a word not listed
    r.created_at as occurred_at, -- UTC
    r._day as source_date, -- UTC day
    r._fetched_at as first_fetched_at, -- UTC, when the row was first imported
    date_diff('minute', r.created_at, r._fetched_at) as arrival_lag_minutes, -- from the action to its first sight
    cast(r.created_at + (select c.hours_ahead_of_utc from raw.clock as c) * interval 1 hour as date)
        as activity_date, -- Tokyo day
    r.actor_id_key as actor_box_key, -- key of the actor's Box id
    r.actor_login_key as actor_address_key, -- key of the actor's login
    lower(r.actor_login_domain) as actor_domain,
    coalesce(r.actor_kind, 'none') as actor_kind, -- person, anonymous, machine, box or none
    coalesce(trim(r.service_name) = 'File Request', false) as is_file_request,
    r.item_id_key,
    r.size_bytes, -- the report gives kilobytes
    case
        when regexp_matches(r.service_name, '(?i)iphone|ipad|android|mobile') then 'phone'
        else 'desktop'
    end as device_kind, -- phone or desktop
    r.ip_network_kind as network_kind -- place of the address, decided when the row was landed
from raw.box_activity_report as r
left join raw.box_activity_actions as a on lower(trim(r.action)) = lower(a.action)
