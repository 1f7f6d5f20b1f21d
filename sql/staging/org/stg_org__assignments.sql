/*
description: Posts with effective dates, from the newest reading of the file; so back-dated orders correct the past.
kind: view
grain: []
not_null: [employee_key, department_key, valid_from, valid_to]
*/
select
    employee_number_key as employee_key,
    department_code as department_key,
    post_kind, -- 主務, 兼務, 併任 or 派遣
    try_cast(nullif(trim(share), '') as double) as stated_share, -- of the person's work, 0..1; NULL = not stated
    employment_type, -- 常勤, 会計年度任用 or 再任用
    coalesce(lower(trim(telework_capable)) in ('1', 'yes', 'true'), false) as is_telework_capable,
    coalesce(try_cast(valid_from as date), date '1900-01-01') as valid_from,
    coalesce(try_cast(valid_to as date), date '2999-12-31') as valid_to, -- last day; 2999-12-31 = open
    try_cast(ordered_on as date) as ordered_on -- day of the order; NULL = not stated
from raw.org_assignments
where _day = (select max(o._day) from raw.org_assignments as o)
