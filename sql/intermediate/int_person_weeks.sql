/*
description: >-
  What a person on the rolls did in an ISO week, per tool, over the days that are known; NULL when none is. An action of
  telework is a working day with telework.
grain: [person_key, week_start]
kind: by_day
time_column: week_start
*/
select
    person_key,
    period_start as week_start, -- Monday
    cast(sum(case when teams_days_count > 0 then chat_messages_count end) as bigint)
        as chat_actions_count, -- messages sent
    cast(sum(case when teams_days_count > 0 then meetings_count end) as bigint)
        as meeting_actions_count, -- meetings attended
    cast(sum(case when box_days_count > 0 then box_actions_count end) as bigint)
        as box_actions_count, -- own human-driven Box actions
    cast(sum(case when telework_all_days_count > 0 then telework_active_working_days_count end) as bigint)
        as telework_actions_count, -- working days with telework
    cast(sum(case when files_days_count > 0 then files_actions_count end) as bigint)
        as files_actions_count -- in OneDrive and SharePoint
from intermediate.int_person_span_periods
where period_kind = 'week'
group by person_key, period_start
