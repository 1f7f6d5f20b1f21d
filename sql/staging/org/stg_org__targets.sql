/*
description: >-
  What the organisation aims at and which role answers for it, from the newest reading of the file; a file without lines
  withdraws all targets.
kind: view
grain: [metric_id, segment, department_key, target_date]
not_null: [metric_id, segment, department_key, target_date, target_value, owner_role]
*/
select
    metric_id,
    coalesce(segment, 'all') as segment, -- all, or the tool of a metric told by tool
    coalesce(department_code, 'ALL') as department_key, -- ALL = the whole organisation
    try_cast(target_date as date) as target_date, -- judged by the figure of this day's month
    try_cast(target_value as double) as target_value, -- share 0..1, or amount in the unit of the metric
    owner_role, -- as the administrator wrote it: a role, never a person
    note -- as the administrator wrote it; NULL if there is none
from raw.org_targets
where
    _day = (
        select max(o._day) from (
            select t._day from raw.org_targets as t
            union all
            select d._day from raw.landing_days as d
            where d.source = 'org' and d.dataset = 'targets' and d.status = 'accepted'
        ) as o
    )
qualify
    row_number() over (
        partition by
            metric_id, coalesce(segment, 'all'), coalesce(department_code, 'ALL'), try_cast(target_date as date)
        order by target_value asc, owner_role asc, note asc
    ) = 1
