/*
description: >-
  Every key of an account or address, the persons it could belong to by its best evidence, and what became of it. The
  claims of one key are accepted when one person alone makes them, or several one after the other; people who claim
  one key for the same time contradict one another, and then it belongs to nobody. Old snapshots count too, so renames
  and late arrivals resolve. evidence_rank: the smaller, the better.
grain: [key_kind, identity_key, person_key]
time_column: valid_from
not_null: [matched_by, match_step, is_accepted, valid_from, valid_to]
*/
with personnel as (
    select count(*) as posts_count
    from staging.stg_org__assignments
),

staff_readings as (
    select
        min(seen_on) as first_seen_on,
        max(seen_on) as last_seen_on
    from staging.stg_org__staff
),

directory_readings as (
    select
        min(seen_on) as first_seen_on,
        max(seen_on) as last_seen_on
    from intermediate.int_directory_days
),

box_readings as (
    select
        min(seen_on) as first_seen_on,
        max(seen_on) as last_seen_on
    from intermediate.int_box_user_days
),

staff_sightings as (
    select
        s.address_key,
        p.person_key,
        min(s.seen_on) as first_seen_on,
        max(s.seen_on) as last_seen_on,
        min(coalesce(s.joined_on, date '1900-01-01')) as joined_on,
        max(coalesce(s.left_on, date '2999-12-31')) as left_on
    from staging.stg_org__staff as s
    inner join intermediate.int_persons as p on s.employee_key = p.employee_key
    where s.address_key is not null
    group by s.address_key, p.person_key
),

-- What the oldest reading says may have been so before, what the newest says may go on.
staff_addresses as (
    select
        s.address_key,
        s.person_key,
        case
            when s.first_seen_on = r.first_seen_on then s.joined_on
            else greatest(s.joined_on, s.first_seen_on)
        end as claim_from,
        case when s.last_seen_on = r.last_seen_on then s.left_on else least(s.left_on, s.last_seen_on) end as claim_to
    from staff_sightings as s
    cross join staff_readings as r
),

directory_sightings as (
    select
        entra_key,
        address_key,
        mail_address_key,
        employee_key,
        min(first_seen_on) as first_seen_on,
        max(last_seen_on) as last_seen_on,
        max(case when is_enabled and (department_text is not null or is_licensed) then 1 else 0 end)
            as is_like_staff
    from intermediate.int_directory_months
    where not is_guest
    group by entra_key, address_key, mail_address_key, employee_key
),

directory as (
    select
        d.entra_key,
        d.address_key,
        d.mail_address_key,
        d.employee_key,
        d.is_like_staff,
        case when d.first_seen_on = r.first_seen_on then date '1900-01-01' else d.first_seen_on end as claim_from,
        case when d.last_seen_on = r.last_seen_on then date '2999-12-31' else d.last_seen_on end as claim_to
    from directory_sightings as d
    cross join directory_readings as r
),

account_claims as (
    select
        d.entra_key,
        p.person_key,
        'directory_employee_number' as matched_by,
        'id' as match_step,
        1 as evidence_rank,
        d.claim_from,
        d.claim_to
    from directory as d
    inner join intermediate.int_persons as p on d.employee_key = p.employee_key
    union all
    select
        d.entra_key,
        s.person_key,
        'staff_address' as matched_by,
        'address' as match_step,
        2 as evidence_rank,
        greatest(d.claim_from, s.claim_from) as claim_from,
        least(d.claim_to, s.claim_to) as claim_to
    from directory as d
    inner join staff_addresses as s
        on d.address_key = s.address_key and d.claim_from <= s.claim_to and s.claim_from <= d.claim_to
    union all
    select
        d.entra_key,
        s.person_key,
        'staff_address_as_mail' as matched_by,
        'alias' as match_step,
        3 as evidence_rank,
        greatest(d.claim_from, s.claim_from) as claim_from,
        least(d.claim_to, s.claim_to) as claim_to
    from directory as d
    inner join staff_addresses as s
        on d.mail_address_key = s.address_key and d.claim_from <= s.claim_to and s.claim_from <= d.claim_to
    union all
    -- Without personnel files an account that looks like a member of staff is one.
    select
        d.entra_key,
        d.entra_key as person_key,
        'directory_account' as matched_by,
        'id' as match_step,
        4 as evidence_rank,
        d.claim_from,
        d.claim_to
    from directory as d
    cross join personnel as p
    where p.posts_count = 0 and d.is_like_staff = 1
),

account_ranks as (
    select
        entra_key,
        min(evidence_rank) as evidence_rank
    from account_claims
    group by entra_key
),

-- Between two sightings, before the first and after the last, a key stays with whom it was seen.
account_people as (
    select
        c.entra_key,
        c.person_key,
        c.evidence_rank,
        min(c.matched_by) as matched_by,
        min(c.match_step) as match_step,
        min(c.claim_from) as claim_from,
        max(c.claim_to) as claim_to
    from account_claims as c
    inner join account_ranks as b on c.entra_key = b.entra_key and c.evidence_rank = b.evidence_rank
    group by c.entra_key, c.person_key, c.evidence_rank
),

account_owners as (
    select
        entra_key,
        person_key,
        evidence_rank,
        matched_by,
        match_step,
        case
            when lag(claim_to) over (partition by entra_key order by claim_from, person_key) is null
                then date '1900-01-01'
            else claim_from
        end as claim_from,
        greatest(
            claim_to,
            coalesce(
                cast(
                    lead(claim_from) over (partition by entra_key order by claim_from, person_key) - interval '1' day
                    as date
                ),
                date '2999-12-31'
            )
        ) as claim_to
    from account_people
),

address_claims as (
    select
        address_key,
        person_key,
        'staff_address' as matched_by,
        'address' as match_step,
        10 as evidence_rank,
        claim_from,
        claim_to
    from staff_addresses
    union all
    select
        d.address_key,
        a.person_key,
        'directory_sign_in_name' as matched_by,
        case when d.claim_to = date '2999-12-31' then 'address' else 'alias' end as match_step, -- a former name
        20 + a.evidence_rank as evidence_rank,
        greatest(d.claim_from, a.claim_from) as claim_from,
        least(d.claim_to, a.claim_to) as claim_to
    from directory as d
    inner join account_owners as a
        on d.entra_key = a.entra_key and d.claim_from <= a.claim_to and a.claim_from <= d.claim_to
    where d.address_key is not null
    union all
    select
        d.mail_address_key as address_key,
        a.person_key,
        'directory_mail' as matched_by,
        'alias' as match_step,
        30 + a.evidence_rank as evidence_rank,
        greatest(d.claim_from, a.claim_from) as claim_from,
        least(d.claim_to, a.claim_to) as claim_to
    from directory as d
    inner join account_owners as a
        on d.entra_key = a.entra_key and d.claim_from <= a.claim_to and a.claim_from <= d.claim_to
    where d.mail_address_key is not null
),

address_ranks as (
    select
        address_key,
        min(evidence_rank) as evidence_rank
    from address_claims
    group by address_key
),

address_people as (
    select
        c.address_key,
        c.person_key,
        c.evidence_rank,
        min(c.matched_by) as matched_by,
        min(c.match_step) as match_step,
        min(c.claim_from) as claim_from,
        max(c.claim_to) as claim_to
    from address_claims as c
    inner join address_ranks as b on c.address_key = b.address_key and c.evidence_rank = b.evidence_rank
    group by c.address_key, c.person_key, c.evidence_rank
),

address_owners as (
    select
        address_key,
        person_key,
        evidence_rank,
        matched_by,
        match_step,
        case
            when lag(claim_to) over (partition by address_key order by claim_from, person_key) is null
                then date '1900-01-01'
            else claim_from
        end as claim_from,
        greatest(
            claim_to,
            coalesce(
                cast(
                    lead(claim_from) over (partition by address_key order by claim_from, person_key) - interval '1' day
                    as date
                ),
                date '2999-12-31'
            )
        ) as claim_to
    from address_people
),

box_sightings as (
    select
        box_key,
        address_key,
        min(first_seen_on) as first_seen_on,
        max(last_seen_on) as last_seen_on
    from intermediate.int_box_user_months
    where is_person and address_key is not null
    group by box_key, address_key
),

box_logins as (
    select
        b.box_key,
        b.address_key,
        case when b.first_seen_on = r.first_seen_on then date '1900-01-01' else b.first_seen_on end as claim_from,
        case when b.last_seen_on = r.last_seen_on then date '2999-12-31' else b.last_seen_on end as claim_to
    from box_sightings as b
    cross join box_readings as r
),

claims as (
    select
        'entra_id' as key_kind,
        entra_key as identity_key,
        person_key,
        matched_by,
        match_step,
        evidence_rank,
        claim_from,
        claim_to
    from account_people
    union all
    select
        'address' as key_kind,
        address_key as identity_key,
        person_key,
        matched_by,
        match_step,
        evidence_rank,
        claim_from,
        claim_to
    from address_claims
    union all
    select
        'box_id' as key_kind,
        b.box_key as identity_key,
        a.person_key,
        'box_login' as matched_by,
        a.match_step,
        a.evidence_rank,
        greatest(b.claim_from, a.claim_from) as claim_from,
        least(b.claim_to, a.claim_to) as claim_to
    from box_logins as b
    inner join address_owners as a
        on b.address_key = a.address_key and b.claim_from <= a.claim_to and a.claim_from <= b.claim_to
),

bests as (
    select
        key_kind,
        identity_key,
        min(evidence_rank) as evidence_rank
    from claims
    group by key_kind, identity_key
),

owners as (
    select
        c.key_kind,
        c.identity_key,
        c.person_key,
        c.evidence_rank,
        min(c.matched_by) as matched_by,
        min(c.match_step) as match_step, -- address before alias: one good login is enough
        min(c.claim_from) as claim_from,
        max(c.claim_to) as claim_to
    from claims as c
    inner join bests as b
        on c.key_kind = b.key_kind and c.identity_key = b.identity_key and c.evidence_rank = b.evidence_rank
    group by c.key_kind, c.identity_key, c.person_key, c.evidence_rank
),

ordered as (
    select
        key_kind,
        identity_key,
        person_key,
        evidence_rank,
        matched_by,
        match_step,
        claim_from,
        lag(claim_to) over (partition by key_kind, identity_key order by claim_from, person_key) as former_to,
        lead(claim_from) over (partition by key_kind, identity_key order by claim_from, person_key) as next_from
    from owners
),

contradictions as (
    select distinct
        key_kind,
        identity_key
    from ordered
    where former_to >= claim_from
)

select
    o.key_kind, -- entra_id, address or box_id
    o.identity_key,
    o.person_key,
    o.matched_by, -- the evidence
    o.match_step, -- id, address or alias
    o.evidence_rank,
    c.identity_key is null as is_accepted, -- false: several people claim the key for the same time
    case when o.former_to is null then date '1900-01-01' else o.claim_from end as valid_from,
    coalesce(cast(o.next_from - interval '1' day as date), date '2999-12-31') as valid_to -- last day
from ordered as o
left join contradictions as c on o.key_kind = c.key_kind and o.identity_key = c.identity_key
