/*
description: >-
  Teams totals of the tenant, one row per UTC day as the newest snapshot has it. Licensed people only; blank
  stays NULL.
grain: [activity_date]
kind: view
not_null: [activity_date]
*/
select
    try_cast(nullif(trim(report_date), '') as date) as activity_date, -- the UTC day the totals are of
    -- Team chat holds posts and replies already.
    try_cast(nullif(trim(team_chat_messages), '') as bigint) as team_chat_messages_count,
    try_cast(nullif(trim(private_chat_messages), '') as bigint) as private_chat_messages_count,
    try_cast(nullif(trim(calls), '') as bigint) as calls_count,
    -- Spelled one way in the documentation and the other on the wire.
    coalesce(
        try_cast(nullif(trim(meetings_organized_count), '') as bigint),
        try_cast(nullif(trim(meetings_organized), '') as bigint)
    ) as meetings_organized_count,
    coalesce(
        try_cast(nullif(trim(meetings_attended_count), '') as bigint),
        try_cast(nullif(trim(meetings_attended), '') as bigint)
    ) as meetings_attended_count,
    _day as seen_on -- day of the snapshot
from raw.graph_teams_activity_counts
where try_cast(nullif(trim(report_date), '') as date) is not null
qualify
    row_number() over (partition by report_date order by _day desc, _fetched_at desc, _sha256 asc) = 1
