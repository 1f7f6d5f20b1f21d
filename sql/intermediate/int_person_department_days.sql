/*
description: >-
  int_person_day_activity for every department the person belonged to that day, each ancestor and ALL included:
  sum the weights of the rows that qualify. The organisation as it was.
  A view: stored, it would be four times the size and of no use. One row per person, department and day follows from the
  grains of the two tables; counting them on every build would cost as much as a mart.
grain: []
kind: view
time_column: activity_date
*/
select
    s.department_key,
    s.weight, -- share of the person that belongs to the department that day
    s.telework_capable_weight, -- of that, in telework-capable posts
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
inner join intermediate.int_person_department_spans as s
    on a.person_key = s.person_key and a.span_from = s.span_from and s.organisation_view = 'as_was'
