/*
description: Long leave with effective dates, from the newest reading of the file.
kind: view
grain: []
not_null: [employee_key, valid_from, valid_to]
*/
select
    employee_number_key as employee_key,
    absence_kind,
    coalesce(try_cast(valid_from as date), date '1900-01-01') as valid_from,
    coalesce(try_cast(valid_to as date), date '2999-12-31') as valid_to -- last day; 2999-12-31 = open
from raw.org_absences
where _day = (select max(o._day) from raw.org_absences as o)
