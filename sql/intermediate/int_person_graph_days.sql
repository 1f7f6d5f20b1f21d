/*
description: >-
  What the usage reports say of a person and a UTC day, added up over the person's accounts. Days with nothing at all
  have no row: on an accepted day no row means zero. A report row is matched by account id, else by sign-in name.
grain: [person_key, activity_date]
not_null: [chat_messages_count, meetings_attended_count, mail_sent_count, is_mobile_active, is_desktop_app_active]
*/
with entra_ids as (
    select
        identity_key,
        person_key,
        valid_from,
        valid_to
    from intermediate.int_identities
    where key_kind = 'entra_id'
),

addresses as (
    select
        identity_key,
        person_key,
        valid_from,
        valid_to
    from intermediate.int_identities
    where key_kind = 'address'
),

activity as (
    select
        coalesce(e.person_key, a.person_key) as person_key,
        t.activity_date,
        coalesce(t.private_chat_messages_count, 0) as private_chat_messages_count,
        coalesce(t.team_chat_messages_count, 0) as team_chat_messages_count,
        coalesce(t.meetings_attended_count, 0) as meetings_attended_count,
        coalesce(t.meetings_organized_count, 0) as meetings_organised_count,
        coalesce(t.calls_count, 0) as calls_count,
        coalesce(t.audio_seconds, 0) as audio_seconds,
        0 as mail_sent_count,
        0 as files_viewed_or_edited_count,
        0 as mobile_rows_count,
        0 as desktop_rows_count,
        0 as phone_app_rows_count,
        0 as phone_mail_rows_count
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
    union all
    select
        coalesce(e.person_key, a.person_key) as person_key,
        t.activity_date,
        0 as private_chat_messages_count,
        0 as team_chat_messages_count,
        0 as meetings_attended_count,
        0 as meetings_organised_count,
        0 as calls_count,
        0 as audio_seconds,
        0 as mail_sent_count,
        0 as files_viewed_or_edited_count,
        1 as mobile_rows_count,
        0 as desktop_rows_count,
        0 as phone_app_rows_count,
        0 as phone_mail_rows_count
    from staging.stg_graph__teams_device_usage as t
    left join entra_ids as e
        on t.entra_key = e.identity_key and e.valid_from <= t.activity_date and t.activity_date <= e.valid_to
    left join addresses as a
        on t.address_key = a.identity_key and a.valid_from <= t.activity_date and t.activity_date <= a.valid_to
    where t.used_ios or t.used_android
    union all
    select
        a.person_key,
        t.activity_date,
        0 as private_chat_messages_count,
        0 as team_chat_messages_count,
        0 as meetings_attended_count,
        0 as meetings_organised_count,
        0 as calls_count,
        0 as audio_seconds,
        t.mail_sent_count,
        0 as files_viewed_or_edited_count,
        0 as mobile_rows_count,
        0 as desktop_rows_count,
        0 as phone_app_rows_count,
        0 as phone_mail_rows_count
    from staging.stg_graph__email_activity as t
    inner join addresses as a
        on t.address_key = a.identity_key and a.valid_from <= t.activity_date and t.activity_date <= a.valid_to
    where t.mail_sent_count > 0
    union all
    select
        a.person_key,
        t.activity_date,
        0 as private_chat_messages_count,
        0 as team_chat_messages_count,
        0 as meetings_attended_count,
        0 as meetings_organised_count,
        0 as calls_count,
        0 as audio_seconds,
        0 as mail_sent_count,
        t.files_viewed_or_edited_count,
        0 as mobile_rows_count,
        0 as desktop_rows_count,
        0 as phone_app_rows_count,
        0 as phone_mail_rows_count
    from staging.stg_graph__onedrive_activity as t
    inner join addresses as a
        on t.address_key = a.identity_key and a.valid_from <= t.activity_date and t.activity_date <= a.valid_to
    where t.files_viewed_or_edited_count > 0
    union all
    select
        a.person_key,
        t.activity_date,
        0 as private_chat_messages_count,
        0 as team_chat_messages_count,
        0 as meetings_attended_count,
        0 as meetings_organised_count,
        0 as calls_count,
        0 as audio_seconds,
        0 as mail_sent_count,
        t.files_viewed_or_edited_count,
        0 as mobile_rows_count,
        0 as desktop_rows_count,
        0 as phone_app_rows_count,
        0 as phone_mail_rows_count
    from staging.stg_graph__sharepoint_activity as t
    inner join addresses as a
        on t.address_key = a.identity_key and a.valid_from <= t.activity_date and t.activity_date <= a.valid_to
    where t.files_viewed_or_edited_count > 0
    union all
    select
        a.person_key,
        t.activity_date,
        0 as private_chat_messages_count,
        0 as team_chat_messages_count,
        0 as meetings_attended_count,
        0 as meetings_organised_count,
        0 as calls_count,
        0 as audio_seconds,
        0 as mail_sent_count,
        0 as files_viewed_or_edited_count,
        0 as mobile_rows_count,
        case when t.used_windows or t.used_mac then 1 else 0 end as desktop_rows_count,
        case when t.used_mobile then 1 else 0 end as phone_app_rows_count,
        0 as phone_mail_rows_count
    from staging.stg_graph__m365_app_users as t
    inner join addresses as a
        on t.address_key = a.identity_key and a.valid_from <= t.activity_date and t.activity_date <= a.valid_to
    where t.used_windows or t.used_mac or t.used_mobile
    union all
    select
        a.person_key,
        t.activity_date,
        0 as private_chat_messages_count,
        0 as team_chat_messages_count,
        0 as meetings_attended_count,
        0 as meetings_organised_count,
        0 as calls_count,
        0 as audio_seconds,
        0 as mail_sent_count,
        0 as files_viewed_or_edited_count,
        0 as mobile_rows_count,
        0 as desktop_rows_count,
        0 as phone_app_rows_count,
        1 as phone_mail_rows_count
    from staging.stg_graph__email_app_usage as t
    inner join addresses as a
        on t.address_key = a.identity_key and a.valid_from <= t.activity_date and t.activity_date <= a.valid_to
    where t.used_outlook_for_mobile or t.used_other_for_mobile
)

select
    person_key,
    activity_date, -- the UTC day the reports are about
    -- Team chat already holds posts and replies (graph.md 1.1).
    cast(sum(private_chat_messages_count + team_chat_messages_count) as bigint) as chat_messages_count,
    cast(sum(private_chat_messages_count) as bigint) as private_chat_messages_count, -- one to one and group chats
    cast(sum(team_chat_messages_count) as bigint) as team_chat_messages_count, -- channels of teams
    cast(sum(meetings_attended_count) as bigint) as meetings_attended_count,
    cast(sum(meetings_organised_count) as bigint) as meetings_organised_count,
    cast(sum(calls_count) as bigint) as calls_count, -- one to one calls
    cast(sum(audio_seconds) as bigint) as audio_seconds, -- audio of meetings and calls, on days with any use of Teams
    cast(sum(mail_sent_count) as bigint) as mail_sent_count,
    cast(sum(files_viewed_or_edited_count) as bigint) as files_viewed_or_edited_count, -- OneDrive and SharePoint
    sum(mobile_rows_count) > 0 as is_mobile_active, -- Teams on iOS or Android
    sum(desktop_rows_count) > 0 as is_desktop_app_active, -- a Microsoft 365 app on Windows or a Mac
    sum(phone_app_rows_count) > 0 as is_phone_app_active, -- any Microsoft 365 app on a phone or tablet
    sum(phone_mail_rows_count) > 0 as is_phone_mail_active -- mail in an app on a phone or tablet
from activity
where person_key is not null
group by person_key, activity_date
