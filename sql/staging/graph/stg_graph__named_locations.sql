/*
description: >-
  Ranges of the named locations of conditional access on each day they were read. Trusted is a decision of security, not
  a place.
grain: [seen_on, location_id, cidr_range]
kind: view
not_null: [seen_on, location_id, cidr_range]
*/
with locations as (
    select
        _day,
        id,
        display_name,
        is_trusted,
        unnest(string_split(trim(cidr_ranges), ' ')) as cidr_range
    from raw.graph_named_locations
    where location_kind = 'ip'
    qualify row_number() over (partition by _day, id order by _fetched_at desc, _sha256 asc) = 1
)

select distinct
    _day as seen_on, -- day of the snapshot
    id as location_id,
    display_name as location_name,
    lower(nullif(trim(is_trusted), '')) in ('yes', 'true') as is_trusted,
    cidr_range
from locations
where cidr_range <> ''
