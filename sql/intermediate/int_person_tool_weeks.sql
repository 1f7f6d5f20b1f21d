/*
description: >-
  What a person did with each tool in an ISO week, in each span of the person's time (int_person_homes). A tool of which
  nothing is known, and nothing was done with, has no row.
grain: [person_key, span_from, week_start, tool]
kind: by_day
time_column: week_start
by_quarter: true
*/
select
    person_key,
    span_from, -- with person_key the way to int_person_homes
    iso_week_start as week_start, -- Monday
    tool, -- a row of tools.csv
    count(case when is_known then 1 end) as known_days, -- days on the rolls of which the data are in
    count(case when is_known and is_working_day then 1 end) as known_working_days, -- leave and unknown places included
    count(case when is_active then 1 end) as active_days, -- with use; see int_person_tool_days
    count(case when is_active and is_known and is_working_day then 1 end) as active_working_days, -- of the known ones
    cast(sum(actions_count) as bigint) as actions_count, -- messages, meetings, mails, files, actions; NULL for others
    cast(sum(amount) as double) as amount, -- audio seconds, chats, telework in parts of days; NULL for others
    cast(sum(compared_count) as bigint) as compared_count -- chats and mails of days on which both are known
from intermediate.int_person_tool_days
where has_weeks and (is_known or is_active)
group by person_key, span_from, iso_week_start, tool
