/*
description: >-
  What the usage reports say of a person and a UTC day, added up over the person's accounts. Days with nothing at all
  have no row: on an accepted day no row means zero. A report row is matched by account id, else by sign-in name.
grain: [person_key, activity_date]
kind: by_day
time_column: activity_date
by_quarter: true
not_null: [chat_messages_count, meetings_attended_count, mail_sent_count, is_mobile_active, is_desktop_app_active]
*/
-- Each report is added up by itself and the sums are laid side by side: rows that are wide enough for all reports would
-- not fit in memory. For the same reason people have a small number in here.
with people as (
    select
        person_key,
        cast(row_number() over (order by person_key) as integer) as person_number
    from (select distinct person_key from intermediate.int_named_identities) as p
),

entra_ids as (
    select
        i.identity_key,
        p.person_number,
        i.valid_from,
        i.valid_to
    from intermediate.int_named_identities as i
    inner join people as p on i.person_key = p.person_key
    where i.key_kind = 'entra_id'
),

addresses as (
    select
        i.identity_key,
        p.person_number,
        i.valid_from,
        i.valid_to
    from intermediate.int_named_identities as i
    inner join people as p on i.person_key = p.person_key
    where i.key_kind = 'address'
),

teams as (
    select
        coalesce(e.person_number, a.person_number) as person_number,
        t.activity_date,
        cast(sum(t.private_chat_messages_count) as bigint) as private_chat_messages_count,
        cast(sum(t.team_chat_messages_count) as bigint) as team_chat_messages_count,
        cast(sum(t.meetings_attended_count) as bigint) as meetings_attended_count,
        cast(sum(t.meetings_organized_count) as bigint) as meetings_organised_count,
        cast(sum(t.calls_count) as bigint) as calls_count,
        cast(sum(t.audio_seconds) as bigint) as audio_seconds
    from staging.stg_graph__teams_user_activity as t
    left join entra_ids as e
        on t.entra_key = e.identity_key and e.valid_from <= t.activity_date and t.activity_date <= e.valid_to
    left join addresses as a
        on t.address_key = a.identity_key and a.valid_from <= t.activity_date and t.activity_date <= a.valid_to
    where
        t.team_chat_messages_count > 0
        or t.private_chat_messages_count > 0
        or t.meetings_attended_count > 0
        or t.meetings_organized_count > 0
        or t.calls_count > 0
    group by coalesce(e.person_number, a.person_number), t.activity_date
),

mobile as (
    select distinct
        coalesce(e.person_number, a.person_number) as person_number,
        t.activity_date,
        true as is_mobile_active
    from staging.stg_graph__teams_device_usage as t
    left join entra_ids as e
        on t.entra_key = e.identity_key and e.valid_from <= t.activity_date and t.activity_date <= e.valid_to
    left join addresses as a
        on t.address_key = a.identity_key and a.valid_from <= t.activity_date and t.activity_date <= a.valid_to
    where t.used_ios or t.used_android
),

mail as (
    select
        a.person_number,
        t.activity_date,
        cast(sum(t.mail_sent_count) as bigint) as mail_sent_count
    from staging.stg_graph__email_activity as t
    inner join addresses as a
        on t.address_key = a.identity_key and a.valid_from <= t.activity_date and t.activity_date <= a.valid_to
    where t.mail_sent_count > 0
    group by a.person_number, t.activity_date
),

places_of_files as (
    select
        address_key,
        activity_date,
        files_viewed_or_edited_count
    from staging.stg_graph__onedrive_activity
    where files_viewed_or_edited_count > 0
    union all
    select
        address_key,
        activity_date,
        files_viewed_or_edited_count
    from staging.stg_graph__sharepoint_activity
    where files_viewed_or_edited_count > 0
),

files as (
    select
        a.person_number,
        t.activity_date,
        cast(sum(t.files_viewed_or_edited_count) as bigint) as files_viewed_or_edited_count
    from places_of_files as t
    inner join addresses as a
        on t.address_key = a.identity_key and a.valid_from <= t.activity_date and t.activity_date <= a.valid_to
    group by a.person_number, t.activity_date
),

apps as (
    select
        a.person_number,
        t.activity_date,
        max(case when t.used_windows or t.used_mac then 1 else 0 end) as desktop_app,
        max(case when t.used_mobile then 1 else 0 end) as phone_app
    from staging.stg_graph__m365_app_users as t
    inner join addresses as a
        on t.address_key = a.identity_key and a.valid_from <= t.activity_date and t.activity_date <= a.valid_to
    where t.used_windows or t.used_mac or t.used_mobile
    group by a.person_number, t.activity_date
),

mail_apps as (
    select distinct
        a.person_number,
        t.activity_date,
        true as is_phone_mail_active
    from staging.stg_graph__email_app_usage as t
    inner join addresses as a
        on t.address_key = a.identity_key and a.valid_from <= t.activity_date and t.activity_date <= a.valid_to
    where t.used_outlook_for_mobile or t.used_other_for_mobile
)

select
    p.person_key,
    activity_date, -- the UTC day the reports are about
    -- Team chat already holds posts and replies:
    -- https://learn.microsoft.com/microsoft-365/admin/activity-reports/microsoft-teams-user-activity-preview
    coalesce(t.private_chat_messages_count, 0) + coalesce(t.team_chat_messages_count, 0) as chat_messages_count,
    coalesce(t.private_chat_messages_count, 0) as private_chat_messages_count, -- one to one and group chats
    coalesce(t.team_chat_messages_count, 0) as team_chat_messages_count, -- channels of teams
    coalesce(t.meetings_attended_count, 0) as meetings_attended_count,
    coalesce(t.meetings_organised_count, 0) as meetings_organised_count,
    coalesce(t.calls_count, 0) as calls_count, -- one to one calls
    coalesce(t.audio_seconds, 0) as audio_seconds, -- audio of meetings and calls, on days with any use of Teams
    coalesce(m.mail_sent_count, 0) as mail_sent_count,
    coalesce(f.files_viewed_or_edited_count, 0) as files_viewed_or_edited_count, -- OneDrive and SharePoint
    coalesce(d.is_mobile_active, false) as is_mobile_active, -- Teams on iOS or Android
    coalesce(a.desktop_app, 0) = 1 as is_desktop_app_active, -- a Microsoft 365 app on Windows or a Mac
    coalesce(a.phone_app, 0) = 1 as is_phone_app_active, -- any Microsoft 365 app on a phone or tablet
    coalesce(k.is_phone_mail_active, false) as is_phone_mail_active -- mail in an app on a phone or tablet
-- noqa: disable=ST07
-- Only USING gives one key column of a chain of full joins.
from apps as a
full join mail as m using (person_number, activity_date)
full join teams as t using (person_number, activity_date)
full join files as f using (person_number, activity_date)
full join mobile as d using (person_number, activity_date)
full join mail_apps as k using (person_number, activity_date)
inner join people as p using (person_number)
