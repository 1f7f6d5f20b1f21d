/*
description: >-
  What the usage reports say of a person and a UTC day, added up over the person's accounts. Days with nothing at all
  have no row: on an accepted day no row means zero. A report row is matched by account id, else by sign-in name.
grain: [person_key, activity_date]
not_null: [chat_messages_count, meetings_attended_count, mail_sent_count, is_mobile_active]
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
        -- Team chat already holds posts and replies (graph.md 1.1).
        coalesce(t.team_chat_messages_count, 0) + coalesce(t.private_chat_messages_count, 0) as chat_messages_count,
        coalesce(t.meetings_attended_count, 0) as meetings_attended_count,
        coalesce(t.audio_seconds, 0) as audio_seconds,
        0 as mail_sent_count,
        0 as mobile_rows_count
    from staging.stg_graph__teams_user_activity as t
    left join entra_ids as e
        on t.entra_key = e.identity_key and e.valid_from <= t.activity_date and t.activity_date <= e.valid_to
    left join addresses as a
        on t.address_key = a.identity_key and a.valid_from <= t.activity_date and t.activity_date <= a.valid_to
    where t.team_chat_messages_count > 0 or t.private_chat_messages_count > 0 or t.meetings_attended_count > 0
    union all
    select
        coalesce(e.person_key, a.person_key) as person_key,
        t.activity_date,
        0 as chat_messages_count,
        0 as meetings_attended_count,
        0 as audio_seconds,
        0 as mail_sent_count,
        1 as mobile_rows_count
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
        0 as chat_messages_count,
        0 as meetings_attended_count,
        0 as audio_seconds,
        t.mail_sent_count,
        0 as mobile_rows_count
    from staging.stg_graph__email_activity as t
    inner join addresses as a
        on t.address_key = a.identity_key and a.valid_from <= t.activity_date and t.activity_date <= a.valid_to
    where t.mail_sent_count > 0
)

select
    person_key,
    activity_date, -- the UTC day the reports are about
    cast(sum(chat_messages_count) as bigint) as chat_messages_count, -- private and team chat sent
    cast(sum(meetings_attended_count) as bigint) as meetings_attended_count,
    cast(sum(audio_seconds) as bigint) as audio_seconds, -- audio of meetings and calls on days with a meeting or chat
    cast(sum(mail_sent_count) as bigint) as mail_sent_count,
    sum(mobile_rows_count) > 0 as is_mobile_active -- Teams on iOS or Android
from activity
where person_key is not null
group by person_key, activity_date
