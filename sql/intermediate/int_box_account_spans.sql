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
    from intermediate.int_box_user_days
),

-- An account that came to somebody else belongs to each for their own time.
held as (
    select
        i.person_key,
        greatest(m.first_seen_on, i.valid_from) as first_seen_on,
        least(m.last_seen_on, i.valid_to) as last_seen_on
    from intermediate.int_box_user_months as m
    inner join intermediate.int_identities as i
        on
            m.box_key = i.identity_key
            and i.key_kind = 'box_id'
            and i.valid_from <= m.last_seen_on
            and m.first_seen_on <= i.valid_to
    where m.is_person
)

select
    h.person_key,
    min(case when h.first_seen_on = r.first_seen_on then date '1900-01-01' else h.first_seen_on end) as valid_from,
    max(case when h.last_seen_on = r.last_seen_on then date '2999-12-31' else h.last_seen_on end)
        as valid_to -- last day
from held as h
cross join readings as r
group by h.person_key
