/*
description: >-
  What a person did in a week, or the part of one that lies in one month, for each span of the person's time in which no
  department changed: the one pass over the person-days, from which weeks, months and years are added up.
grain: [person_key, span_from, week_start, month_start]
kind: by_day
time_column: week_start
*/
select
    person_key,
    span_from, -- with person_key the way to int_person_department_spans
    iso_week_start as week_start, -- Monday
    month_start,
    fiscal_year_start,
    count(*) as days_count, -- days on the rolls that lie in the facts; what the others mean: int_person_span_periods
    cast(sum(case when chat_messages_count is not null then 1 else 0 end) as bigint) as teams_days_count,
    cast(sum(case when is_mobile_active is not null then 1 else 0 end) as bigint) as mobile_days_count,
    cast(sum(case when mail_sent_count is not null then 1 else 0 end) as bigint) as mail_days_count,
    cast(sum(case when files_viewed_or_edited_count is not null then 1 else 0 end) as bigint) as files_days_count,
    cast(sum(case when is_desktop_app_active is not null then 1 else 0 end) as bigint) as apps_days_count,
    cast(sum(case when is_copilot_licensed then 1 else 0 end) as bigint) as copilot_days_count,
    cast(sum(case when box_actions_count is not null then 1 else 0 end) as bigint) as box_days_count,
    cast(sum(case when telework_class is not null and is_working_day then 1 else 0 end) as bigint)
        as telework_days_count,
    cast(sum(case when chat_messages_count is not null and is_working_day then 1 else 0 end) as bigint)
        as teams_working_days_count,
    cast(sum(case when box_actions_count is not null and is_working_day then 1 else 0 end) as bigint)
        as box_working_days_count,
    cast(sum(case when chat_messages_count > 0 and is_working_day then 1 else 0 end) as bigint)
        as chat_working_days_count,
    cast(sum(case when meetings_attended_count > 0 and is_working_day then 1 else 0 end) as bigint)
        as meeting_working_days_count,
    cast(sum(case when box_actions_count > 0 and is_working_day then 1 else 0 end) as bigint)
        as box_active_working_days_count,
    cast(sum(case when meetings_attended_count > 0 then 1 else 0 end) as bigint) as meeting_days_count,
    cast(sum(case when meetings_attended_count > 0 then audio_seconds else 0 end) as bigint) as meeting_seconds,
    cast(sum(coalesce(chat_messages_count, 0)) as bigint) as chat_messages_count,
    cast(sum(case when mail_sent_count is not null then coalesce(chat_messages_count, 0) else 0 end) as bigint)
        as compared_chat_messages_count,
    cast(sum(case when chat_messages_count is not null then coalesce(mail_sent_count, 0) else 0 end) as bigint)
        as compared_mail_sent_count,
    cast(sum(case when chat_messages_count is not null and mail_sent_count is not null then 1 else 0 end) as bigint)
        as compared_days_count,
    cast(sum(case when is_working_day then 1 else 0 end) as bigint) as working_days_count,
    cast(sum(coalesce(meetings_attended_count, 0)) as bigint) as meetings_count,
    cast(sum(coalesce(box_actions_count, 0)) as bigint) as box_actions_count,
    cast(sum(coalesce(files_viewed_or_edited_count, 0)) as bigint) as files_actions_count,
    cast(sum(case when files_viewed_or_edited_count is not null and is_working_day then 1 else 0 end) as bigint)
        as files_working_days_count,
    cast(sum(case when files_viewed_or_edited_count > 0 and is_working_day then 1 else 0 end) as bigint)
        as files_active_working_days_count,
    cast(sum(case when telework_days is not null then 1 else 0 end) as bigint) as telework_all_days_count,
    cast(sum(case when telework_days > 0 and is_working_day then 1 else 0 end) as bigint)
        as telework_active_working_days_count,
    round(sum(case when is_working_day then coalesce(telework_days, 0) else 0 end), 6) as telework_days,
    cast(
        sum(case when is_working_day and not is_absent and not coalesce(has_known_place, false) then 1 else 0 end)
        as bigint
    ) as unplaced_days_count,
    max(case when chat_messages_count > 0 then 1 else 0 end) as chat_active,
    max(case when meetings_attended_count > 0 then 1 else 0 end) as meeting_active,
    max(case when meetings_organised_count > 0 then 1 else 0 end) as meeting_organised_active,
    max(case when calls_count > 0 then 1 else 0 end) as call_active,
    max(case when mail_sent_count > 0 then 1 else 0 end) as mail_active,
    max(case when files_viewed_or_edited_count > 0 then 1 else 0 end) as files_active,
    max(case when is_desktop_app_active then 1 else 0 end) as desktop_app_active,
    max(case when is_copilot_active then 1 else 0 end) as copilot_active,
    max(case when is_mobile_active then 1 else 0 end) as mobile_active,
    max(case when box_actions_count > 0 then 1 else 0 end) as box_active,
    max(case when telework_days > 0 and is_working_day then 1 else 0 end) as telework_active
from intermediate.int_person_day_activity
group by person_key, span_from, iso_week_start, month_start, fiscal_year_start
