/*
description: Questions to the help desk without any person, from the newest reading of the file.
kind: view
grain: [ticket_id, opened_on]
not_null: [ticket_id, opened_on]
*/
select
    ticket_id,
    try_cast(opened_on as date) as opened_on, -- Tokyo day
    department_code as department_key, -- NULL = not known who asked
    category -- NULL = not classified
from raw.org_helpdesk_tickets
where _day = (select max(o._day) from raw.org_helpdesk_tickets as o)
qualify row_number() over (partition by ticket_id, opened_on order by department_code asc, category asc) = 1
