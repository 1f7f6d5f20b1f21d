/*
description: >-
  What a person on the rolls did in an ISO week, per tool, over the days that are known; NULL when none is. An action of
  telework is a working day with telework.
grain: [person_key, week_start]
*/
select
    person_key,
    iso_week_start as week_start, -- Monday
    cast(sum(chat_messages_count) as bigint) as chat_actions_count, -- messages sent
    cast(sum(meetings_attended_count) as bigint) as meeting_actions_count, -- meetings attended
    cast(sum(box_actions_count) as bigint) as box_actions_count, -- own human-driven Box actions
    cast(sum(case when telework_days > 0 and is_working_day then 1 when telework_days is not null then 0 end) as bigint)
        as telework_actions_count, -- working days with telework
    cast(sum(files_viewed_or_edited_count) as bigint) as files_actions_count -- in OneDrive and SharePoint
from intermediate.int_person_day_activity
group by person_key, iso_week_start
