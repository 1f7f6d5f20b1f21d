/*
description: >-
  Which keys belong to which person. person_key is the key of the employee number; addresses come from the personnel
  file and the directory, Entra ids from the directory, Box ids from Box's users. Old snapshots count too, so renames
  and late arrivals resolve. A key claimed by two persons goes to the better evidence, then to the newer, then to the
  smaller person_key: one owner, so that no fact is counted twice.
grain: [key_kind, identity_key]
not_null: [person_key, matched_by]
*/
with persons as (
    select employee_key from staging.stg_org__staff
    union
    select employee_key from staging.stg_org__assignments
),

staff_addresses as (
    select
        address_key as identity_key,
        employee_key as person_key,
        max(seen_on) as last_seen_on
    from staging.stg_org__staff
    where address_key is not null
    group by address_key, employee_key
),

directory as (
    select
        entra_key,
        address_key,
        mail_address_key,
        employee_key,
        max(seen_on) as last_seen_on
    from staging.stg_graph__users
    where not is_guest
    group by entra_key, address_key, mail_address_key, employee_key
),

entra_candidates as (
    select
        d.entra_key as identity_key,
        p.employee_key as person_key,
        'directory_employee_number' as matched_by,
        1 as evidence_rank,
        d.last_seen_on
    from directory as d
    inner join persons as p on d.employee_key = p.employee_key
    union all
    select
        d.entra_key as identity_key,
        s.person_key,
        'staff_address' as matched_by,
        2 as evidence_rank,
        d.last_seen_on
    from directory as d
    inner join staff_addresses as s on d.address_key = s.identity_key
    union all
    select
        d.entra_key as identity_key,
        s.person_key,
        'staff_address' as matched_by,
        3 as evidence_rank,
        d.last_seen_on
    from directory as d
    inner join staff_addresses as s on d.mail_address_key = s.identity_key
),

entra_ranked as (
    select
        identity_key,
        person_key,
        matched_by,
        row_number() over (
            partition by identity_key order by evidence_rank asc, last_seen_on desc, person_key asc
        ) as choice
    from entra_candidates
),

address_candidates as (
    select
        identity_key,
        person_key,
        'staff_address' as matched_by,
        1 as evidence_rank,
        last_seen_on
    from staff_addresses
    union all
    select
        d.address_key as identity_key,
        e.person_key,
        'directory_sign_in_name' as matched_by,
        2 as evidence_rank,
        d.last_seen_on
    from directory as d
    inner join entra_ranked as e on d.entra_key = e.identity_key and e.choice = 1
    where d.address_key is not null
    union all
    select
        d.mail_address_key as identity_key,
        e.person_key,
        'directory_mail' as matched_by,
        3 as evidence_rank,
        d.last_seen_on
    from directory as d
    inner join entra_ranked as e on d.entra_key = e.identity_key and e.choice = 1
    where d.mail_address_key is not null
),

address_ranked as (
    select
        identity_key,
        person_key,
        matched_by,
        row_number() over (
            partition by identity_key order by evidence_rank asc, last_seen_on desc, person_key asc
        ) as choice
    from address_candidates
),

box_ranked as (
    select
        b.box_key as identity_key,
        a.person_key,
        row_number() over (partition by b.box_key order by b.seen_on desc, a.person_key asc) as choice
    from staging.stg_box__users as b
    inner join address_ranked as a on b.address_key = a.identity_key and a.choice = 1
    where b.is_person
)

select
    'employee' as key_kind, -- employee, entra_id, address or box_id
    employee_key as identity_key,
    employee_key as person_key, -- key of the employee number
    'personnel_file' as matched_by -- the evidence that decided
from persons
union all
select
    'entra_id' as key_kind,
    identity_key,
    person_key,
    matched_by
from entra_ranked
where choice = 1
union all
select
    'address' as key_kind,
    identity_key,
    person_key,
    matched_by
from address_ranked
where choice = 1
union all
select
    'box_id' as key_kind,
    identity_key,
    person_key,
    'box_login' as matched_by
from box_ranked
where choice = 1
