/*
description: Size bands of exchanged files; with a high mail limit a band may be empty.
grain: [size_band]
kind: view
not_null: [above_bytes, up_to_bytes]
*/
with ends as (
    select
        b.size_band,
        b.sort_order,
        coalesce(b.up_to_bytes, p.mail_limit_bytes) as up_to_bytes
    from raw.external_size_bands as b
    cross join raw.parameters as p
)

select
    size_band,
    coalesce(
        max(up_to_bytes) over (order by sort_order rows between unbounded preceding and 1 preceding), -1
    ) as above_bytes, -- the band begins above this size
    up_to_bytes -- last size of the band
from ends
