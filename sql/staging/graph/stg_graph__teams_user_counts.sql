/*
description: >-
  People of the tenant per kind of Teams activity, one row per UTC day as the newest snapshot has it. Blank stays
  NULL.
grain: [activity_date]
kind: view
not_null: [activity_date]
*/
select
    try_cast(nullif(trim(report_date), '') as date) as activity_date, -- the UTC day the totals are of
    try_cast(nullif(trim(team_chat_messages), '') as bigint) as team_chat_people,
    try_cast(nullif(trim(private_chat_messages), '') as bigint) as private_chat_people,
    try_cast(nullif(trim(calls), '') as bigint) as call_people,
    try_cast(nullif(trim(meetings), '') as bigint) as meeting_people,
    try_cast(nullif(trim(other_actions), '') as bigint) as other_action_people,
    _day as seen_on -- day of the snapshot
from raw.graph_teams_user_counts
where try_cast(nullif(trim(report_date), '') as date) is not null
qualify
    row_number() over (partition by report_date order by _day desc, _fetched_at desc, _sha256 asc) = 1
