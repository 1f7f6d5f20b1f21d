/*
description: >-
  Since when and until when a person had a Box account: from the first reading of Box users that holds it to the last,
  and on every day on which somebody acted in Box themselves. Before the first reading of all its answer is assumed,
  for those who acted until then as well, for they may have left before anybody asked; after the last its own.
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
        greatest(m.first_seen_on, i.valid_from) as known_from,
        least(m.last_seen_on, i.valid_to) as known_to
    from intermediate.int_box_user_months as m
    inner join intermediate.int_identities as i
        on
            m.box_key = i.identity_key
            and i.key_kind = 'box_id'
            and i.valid_from <= m.last_seen_on
            and m.first_seen_on <= i.valid_to
    where m.is_person
    union all
    -- Without any reading nothing is known of those who did nothing.
    select
        a.person_key,
        min(a.activity_date) as known_from,
        max(greatest(a.activity_date, r.first_seen_on - 1)) as known_to
    from intermediate.int_box_person_days as a
    inner join readings as r on r.first_seen_on is not null
    group by a.person_key
)

select
    h.person_key,
    min(case when h.known_from <= r.first_seen_on then date '1900-01-01' else h.known_from end) as valid_from,
    max(case when h.known_to >= r.last_seen_on then date '2999-12-31' else h.known_to end) as valid_to -- last day
from held as h
cross join readings as r
group by h.person_key
