/*
description: Whether the tenant conceals names in its reports, per day of asking.
grain: [seen_on]
kind: view
not_null: [seen_on]
*/
select
    _day as seen_on, -- day of asking
    coalesce(lower(trim(display_concealed_names)) in ('yes', 'true'), false) as has_concealed_names
from raw.graph_report_settings
qualify row_number() over (partition by _day order by _fetched_at desc, _sha256 asc) = 1
