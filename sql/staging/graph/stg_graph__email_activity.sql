/*
description: Mail activity, one row per mailbox account and UTC day, typed. Blank counts mean none.
grain: [activity_date, address_key]
kind: view
time_column: activity_date
not_null: [activity_date]
*/
select
    _day as activity_date, -- the UTC day the report is about
    user_principal_name_key as address_key, -- key of the sign-in name; this report has no account id
    try_cast(coalesce(nullif(trim(send_count), ''), '0') as bigint) as mail_sent_count,
    try_cast(coalesce(nullif(trim(receive_count), ''), '0') as bigint) as mail_received_count,
    try_cast(coalesce(nullif(trim(read_count), ''), '0') as bigint) as mail_read_count
from raw.graph_email_activity
