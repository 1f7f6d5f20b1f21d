/*
description: >-
  The cells that a person of a home, an employment type and a capability counts in: every department above as a whole;
  its telework-capable part; by employment type in 部 and the whole organisation; by rollout wave in the whole
  organisation; and by mix (employment type and capability) everywhere, from which the value to be expected of a
  department's staffing is worked out.
grain: [home_key, employment_type, is_telework_capable, department_key, segment_kind, segment]
*/
with kinds as (
    select distinct
        home_key,
        employment_type,
        is_telework_capable,
        rollout_wave
    from intermediate.int_person_homes
),

known as (
    select
        max(case when employment_type <> '不明' then 1 else 0 end) = 1 as has_employment_types,
        max(case when rollout_wave <> '不明' then 1 else 0 end) = 1 as has_waves
    from kinds
),

cells as (
    select
        k.home_key,
        k.employment_type,
        k.is_telework_capable,
        k.rollout_wave,
        a.department_key,
        a.is_upper_level,
        n.has_employment_types,
        n.has_waves
    from kinds as k
    inner join intermediate.int_home_ancestors as a on k.home_key = a.home_key
    cross join known as n
)

select distinct
    home_key,
    employment_type,
    is_telework_capable,
    department_key,
    'all' as segment_kind,
    'all' as segment
from cells
union all
select distinct
    home_key,
    employment_type,
    is_telework_capable,
    department_key,
    'telework_capable' as segment_kind,
    'yes' as segment
from cells
where is_telework_capable
union all
select distinct
    home_key,
    employment_type,
    is_telework_capable,
    department_key,
    'mix' as segment_kind,
    employment_type || case when is_telework_capable then '+' else '-' end as segment
from cells
union all
select distinct
    home_key,
    employment_type,
    is_telework_capable,
    department_key,
    'employment_type' as segment_kind,
    employment_type as segment
from cells
where is_upper_level and has_employment_types
union all
select distinct
    home_key,
    employment_type,
    is_telework_capable,
    department_key,
    'rollout_wave' as segment_kind,
    rollout_wave as segment
from cells
where department_key = 'ALL' and has_waves
