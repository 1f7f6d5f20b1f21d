/*
description: >-
  Departments with effective dates, the whole organisation as their root ALL, the departments that only the directory
  knows, and NONE for people who belong to no department that exists.
grain: [department_key, valid_from]
time_column: valid_from
not_null: [department_name, department_level]
checks:
- name: no_overlap
  sql: |
    select a.department_key, a.valid_from
    from intermediate.int_departments as a
    inner join intermediate.int_departments as b
        on a.department_key = b.department_key and a.valid_from < b.valid_from and b.valid_from <= a.valid_to
*/
select
    department_key,
    department_name,
    coalesce(parent_key, 'ALL') as parent_key, -- ALL for a top department, NULL for ALL itself
    department_level, -- 全庁, 部, 課 or 係
    sort_order,
    telework_seats_count, -- telework-eligible seats; NULL = not stated
    valid_from,
    valid_to -- last day; 2999-12-31 = open
from staging.stg_org__departments
union all
select
    'ALL' as department_key,
    '全庁' as department_name,
    cast(null as varchar) as parent_key,
    '全庁' as department_level,
    0 as sort_order,
    cast(null as integer) as telework_seats_count,
    date '1900-01-01' as valid_from,
    date '2999-12-31' as valid_to
union all
select
    'NONE' as department_key,
    '所属なし' as department_name,
    'ALL' as parent_key,
    '部' as department_level,
    999999 as sort_order,
    cast(null as integer) as telework_seats_count,
    date '1900-01-01' as valid_from,
    date '2999-12-31' as valid_to
union all
select
    department_key,
    department_name,
    'ALL' as parent_key,
    '部' as department_level,
    999998 as sort_order,
    cast(null as integer) as telework_seats_count,
    date '1900-01-01' as valid_from,
    date '2999-12-31' as valid_to
from intermediate.int_directory_departments
where is_own
