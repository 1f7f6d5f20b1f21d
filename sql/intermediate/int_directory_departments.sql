/*
description: >-
  Which department a free text of the directory means: the one whose name it is, alone or after the name of its parent,
  or whose code it is; when that is nobody or several, the text becomes a department of its own below ALL.
grain: [department_text]
not_null: [department_key, department_name, is_own]
*/
with texts as (
    select
        department_text,
        min(directory_department_name) as department_name
    from intermediate.int_directory_spans
    where department_text is not null
    group by department_text
),

names as (
    select
        department_text,
        department_key
    from staging.stg_org__departments
    union
    select
        p.department_text || d.department_text as department_text,
        d.department_key
    from staging.stg_org__departments as d
    inner join staging.stg_org__departments as p
        on d.parent_key = p.department_key and d.valid_from <= p.valid_to and p.valid_from <= d.valid_to
    union
    select
        department_key as department_text,
        department_key
    from staging.stg_org__departments
),

meanings as (
    select
        department_text,
        min(department_key) as department_key
    from names
    group by department_text
    having count(*) = 1
)

select
    t.department_text,
    coalesce(m.department_key, 'dir:' || t.department_text) as department_key,
    t.department_name, -- as the directory writes it
    m.department_key is null as is_own -- not in the departments file
from texts as t
left join meanings as m on t.department_text = m.department_text
