/*
description: >-
  int_person_day_activity for every department the person belonged to that day, each ancestor and ALL included: count
  the rows that qualify. A view: stored, it would be four times the size and of no use. One row per person, department
  and day follows from the grains of the two tables; counting them on every build would cost as much as a mart.
grain: []
kind: view
time_column: activity_date
*/
select
    c.department_key,
    h.is_telework_capable, -- of the main post
    a.person_key,
    a.activity_date,
    a.is_absent,
    a.is_licensed,
    a.is_working_day,
    a.chat_messages_count,
    a.meetings_attended_count,
    a.meetings_organised_count,
    a.calls_count,
    a.audio_seconds,
    a.mail_sent_count,
    a.files_viewed_or_edited_count,
    a.is_mobile_active,
    a.is_desktop_app_active,
    a.is_copilot_licensed,
    a.is_copilot_active,
    a.telework_class,
    a.telework_days,
    a.has_known_place,
    a.box_actions_count
from intermediate.int_person_day_activity as a
inner join intermediate.int_person_homes as h on a.person_key = h.person_key and a.span_from = h.span_from
inner join intermediate.int_home_ancestors as c on h.home_key = c.home_key
