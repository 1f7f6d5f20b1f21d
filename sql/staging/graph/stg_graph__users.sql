/*
description: The directory as it was on each day it was read; older snapshots keep former sign-in names.
grain: [seen_on, entra_key]
kind: view
not_null: [seen_on, entra_key]
*/
select
    _day as seen_on, -- day of the snapshot
    id_key as entra_key, -- key of the Entra object id
    user_principal_name_key as address_key, -- key of the sign-in name
    mail_key as mail_address_key, -- key of the mail address, often the same
    employee_id_key as employee_key, -- key of the employee number, if the directory holds it
    nullif(trim(department), '') as directory_department_name,
    coalesce(lower(trim(user_type)) = 'guest', false) as is_guest,
    coalesce(lower(trim(account_enabled)) in ('yes', 'true'), false) as is_enabled,
    coalesce(try_cast(assigned_license_count as bigint), 0) as licenses_count
from raw.graph_users
where id_key is not null
qualify row_number() over (partition by _day, id_key order by _fetched_at desc, _sha256 asc) = 1
