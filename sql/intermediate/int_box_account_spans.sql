/*
description: >-
  Since when and until when a person had a Box account. Before the first reading of Box users the first answer is
  assumed, after the last the last.
grain: [person_key]
time_column: valid_from
not_null: [person_key, valid_from, valid_to]
*/
with readings as (
    select
        min(seen_on) as first_seen_on,
        max(seen_on) as last_seen_on
    from staging.stg_box__users
),

sightings as (
    select
        box_key,
        seen_on
    from staging.stg_box__users
    where is_person
)

select
    i.person_key,
    min(case when s.seen_on = r.first_seen_on then date '1900-01-01' else s.seen_on end) as valid_from,
    max(case when s.seen_on = r.last_seen_on then date '2999-12-31' else s.seen_on end) as valid_to -- last day
from sightings as s
cross join readings as r
inner join intermediate.int_identities as i
    on s.box_key = i.identity_key and i.key_kind = 'box_id' and i.valid_from <= s.seen_on and s.seen_on <= i.valid_to
group by i.person_key
