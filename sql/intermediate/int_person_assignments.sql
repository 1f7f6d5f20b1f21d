/*
description: Who holds which post from when to when. The weights of one person sum to 1 on each day on the rolls.
grain: [person_key, department_key, post_kind, valid_from]
not_null: [weight, valid_to]
checks:
- name: weights_are_shares
  sql: |
    select person_key, valid_from from intermediate.int_person_assignments where weight <= 0 or weight > 1
*/
select
    employee_key as person_key, -- key of the employee number
    department_key, -- the department of the post: 課 or 係
    post_kind, -- 主務, 兼務, 併任 or 派遣
    weight, -- share of the person's work, above 0 up to 1
    employment_type,
    is_telework_capable, -- whether the work of this post can be done elsewhere
    valid_from,
    valid_to -- last day; 2999-12-31 = open
from staging.stg_org__assignments
