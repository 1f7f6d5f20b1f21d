/*
description: The enterprise's own Box users as they were on each day they were read.
grain: [seen_on, box_key]
kind: view
time_column: seen_on
not_null: [seen_on, box_key]
*/
select
    _day as seen_on, -- day of the snapshot
    id_key as box_key, -- key of the Box id
    login_key as address_key, -- key of the login
    lower(login_domain) as login_domain,
    status, -- active, inactive, cannot_delete_edit, ...
    coalesce(account_kind, 'person') = 'person' as is_person -- false for service and app users
from raw.box_users
where id_key is not null
