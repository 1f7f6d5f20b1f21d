/*
description: From which day a department may use the new tools, from the newest reading of the file.
kind: view
grain: [department_key, wave]
not_null: [department_key, wave, wave_kind, starts_on]
*/
select
    department_code as department_key,
    wave, -- number or name of the wave
    wave_kind, -- pilot or rollout
    try_cast(starts_on as date) as starts_on -- first day of use
from raw.org_rollout
where _day = (select max(o._day) from raw.org_rollout as o)
qualify row_number() over (partition by department_code, wave order by starts_on asc, wave_kind asc) = 1
