/*
description: Mail apps, one row per mailbox account and UTC day. A cell names the versions used, so any text means used.
grain: [activity_date, address_key]
kind: view
time_column: activity_date
not_null: [activity_date]
*/
select
    _day as activity_date, -- the UTC day the report is about
    user_principal_name_key as address_key, -- key of the sign-in name; this report has no account id
    nullif(trim(mail_for_mac), '') is not null as used_mail_for_mac,
    nullif(trim(outlook_for_mac), '') is not null as used_outlook_for_mac,
    nullif(trim(outlook_for_windows), '') is not null as used_outlook_for_windows,
    nullif(trim(outlook_for_mobile), '') is not null as used_outlook_for_mobile,
    nullif(trim(other_for_mobile), '') is not null as used_other_for_mobile,
    nullif(trim(outlook_for_web), '') is not null as used_outlook_for_web,
    nullif(trim(pop3_app), '') is not null as used_pop3_app,
    nullif(trim(imap4_app), '') is not null as used_imap4_app,
    nullif(trim(smtp_app), '') is not null as used_smtp_app
from raw.graph_email_app_usage
