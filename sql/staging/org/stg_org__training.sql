/*
description: Who took part in which training session, from the newest reading of the file.
kind: view
grain: [session_id, employee_key]
not_null: [session_id, employee_key, held_on]
*/
select
    session_id,
    employee_number_key as employee_key,
    try_cast(held_on as date) as held_on, -- first day, should the file give one session several
    title -- NULL if the file gives none
from raw.org_training
where _day = (select max(o._day) from raw.org_training as o)
qualify row_number() over (partition by session_id, employee_number_key order by held_on asc, title asc) = 1
