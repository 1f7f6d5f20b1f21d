/*
description: Which department carries on an old one from which day on, from the newest reading of the file.
kind: view
grain: []
not_null: [from_department_key, to_department_key, changed_on]
*/
select
    trim(from_department_code) as from_department_key,
    trim(to_department_code) as to_department_key, -- may be the old one itself, when only a part of it leaves
    try_cast(changed_on as date) as changed_on, -- first day of the new organisation
    try_cast(nullif(trim(share), '') as double) as stated_share -- share of the old one's people; NULL = not stated
from raw.org_department_succession
where _day = (select max(o._day) from raw.org_department_succession as o)
