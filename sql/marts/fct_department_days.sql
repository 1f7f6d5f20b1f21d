/*
description: >-
  One row per department (every level and ALL) and day. People are sums of post shares, rounded to 6 decimals; a
  measure is NULL when the day's data are missing, never 0.
grain: [department_key, activity_date]
kind: by_day
time_column: activity_date
not_null: [headcount_people, teams_status, is_working_day, is_final]
*/
select
    department_key, -- dim_department; the department of that day
    activity_date, -- UTC day for Teams and mail, Tokyo day for telework and Box
    headcount_people, -- on the rolls, long leave included; people
    telework_capable_people, -- of those, in telework-capable posts; people
    absent_people, -- of those, on long leave or seconded out; people
    licensed_people, -- of those, with a licence that day; people; 0 where nothing is known of licences
    teams_status, -- missing, provisional or final: chat and meetings
    chat_active_people, -- sent a private or team chat message; people
    chat_messages_count, -- private and team chat messages sent, split by post share
    meeting_active_people, -- attended a meeting; people
    round(meeting_seconds / 60, 6) as meeting_minutes, -- audio minutes of the people who attended a meeting
    mail_sent_count, -- mails sent, split by post share
    mobile_active_people, -- used Teams on iOS or Android; people
    office_people, -- desktop evidence from an office only; people
    remote_people, -- desktop evidence from elsewhere only; people
    mixed_people, -- both; people
    mobile_people, -- evidence from a phone only; people
    unknown_people, -- no evidence of a place, leave and days off included; people
    box_active_people, -- own human-driven Box action; people
    outbound_files_count, -- files taken by outsiders, by the owner's main post
    inbound_files_count, -- files brought by outsiders, by the owner's main post
    beyond_mail_files_count, -- of both, larger than a mail could carry
    is_working_day, -- see dim_date
    is_final, -- no source of the row can change any more
    telework_people, -- remote or mixed; people
    telework_capable_active_people, -- of those, the part in telework-capable posts; people
    telework_person_days, -- remote 1, mixed 0.5 or as declared; person-days
    known_place_people, -- office, remote or mixed; people
    mobile_status, -- missing, provisional or final: Teams devices
    mail_status, -- missing, provisional or final: mail
    telework_status, -- missing, provisional or final: sign-ins and Box of the two UTC days
    box_status, -- missing, provisional or final: Box events of the two UTC days
    meeting_organised_active_people, -- organised a meeting; people
    call_active_people, -- made or took a call; people
    mail_active_people, -- sent a mail; people
    files_active_people, -- viewed or edited a file in OneDrive or SharePoint; people
    desktop_app_active_people, -- used a desktop app of Microsoft 365; people
    files_status, -- missing, provisional or final: OneDrive and SharePoint
    apps_status, -- missing, provisional or final: Microsoft 365 apps
    copilot_licensed_people, -- in the day's Copilot report, which holds those with a licence; people
    copilot_active_people, -- of those, used Copilot; people
    copilot_status -- missing, provisional or final: Copilot; NULL before its first report
from intermediate.int_department_days
