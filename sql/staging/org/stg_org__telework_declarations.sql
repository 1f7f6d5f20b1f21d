/*
description: Where somebody declared to work on a day, from the newest reading of the file. No row = nothing declared.
kind: view
grain: [employee_key, work_date, work_place]
not_null: [employee_key, work_date, work_place, day_share]
checks:
- name: shares_are_shares
  sql: >-
    select employee_key from staging.stg_org__telework_declarations where day_share <= 0 or day_share > 1
*/
select
    employee_number_key as employee_key,
    try_cast(work_date as date) as work_date, -- Tokyo day
    work_place, -- home, satellite, office or trip
    coalesce(try_cast(day_share as double), 1.0) as day_share -- 1 = the whole day
from raw.org_telework_declarations
where _day = (select max(o._day) from raw.org_telework_declarations as o)
qualify row_number() over (partition by employee_number_key, work_date, work_place order by day_share desc) = 1
