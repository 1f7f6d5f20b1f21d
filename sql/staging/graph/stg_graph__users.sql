/*
description: The directory as it was on each day it was read; older snapshots keep former sign-in names.
grain: [seen_on, entra_key]
kind: view
time_column: seen_on
not_null: [seen_on, entra_key]
*/
select
    r.seen_on, -- Tokyo day of the snapshot
    u.id_key as entra_key, -- key of the Entra object id
    u.user_principal_name_key as address_key, -- key of the sign-in name
    u.mail_key as mail_address_key, -- key of the mail address, often the same
    u.employee_id_key as employee_key, -- key of the employee number, if the directory holds it
    nullif(trim(u.department), '') as directory_department_name, -- as the directory writes it
    coalesce(lower(trim(u.user_type)) = 'guest', false) as is_guest,
    coalesce(lower(trim(u.account_enabled)) in ('yes', 'true'), false) as is_enabled,
    coalesce(try_cast(u.assigned_license_count as bigint), 0) as licenses_count,
    try_cast(substr(u.created_date_time, 1, 10) as date) as created_on -- day the account was made
from raw.graph_users as u
inner join staging.stg_graph__user_readings as r on u._day = r.source_date
where u.id_key is not null
