/*
description: >-
  One row per department and calendar month. Reach counts a person once, with the mean share over the days spent in the
  department; sums are sums of days. NULL when no day of the month is known.
grain: [department_key, month_start]
kind: by_day
time_column: month_start
not_null: [headcount_people, is_final]
*/
with finality as (
    select
        period_start,
        min(case when is_final then 1 else 0 end) = 1 as is_final
    from intermediate.int_period_status
    where period_kind = 'month'
    group by period_start
)

select
    p.department_key, -- dim_department
    p.period_start as month_start, -- first day of the month
    p.days_count, -- days of the month that lie in the data
    p.working_days_count, -- of those, working days
    p.headcount_people, -- mean share over the days on the rolls, summed; people
    p.telework_capable_people, -- of those, in telework-capable posts; people
    p.teams_known_people, -- headcount over days with Teams data: denominator of chat and meeting reach
    p.mobile_known_people, -- the same for Teams devices
    p.box_known_people, -- the same for Box
    p.telework_known_people, -- the same for telework, working days
    p.telework_capable_known_people, -- the same for telework-capable posts, working days
    p.chat_active_people, -- chat on at least one day; people
    p.meeting_active_people, -- a meeting on at least one day; people
    p.mobile_active_people, -- Teams on a phone on at least one day; people
    p.box_active_people, -- an own Box action on at least one day; people
    p.telework_people, -- remote or mixed on at least one working day; people
    p.telework_capable_active_people, -- of those, the part in telework-capable posts; people
    p.person_working_days, -- headcount summed over working days; person-days
    p.teams_person_working_days, -- the same over days with Teams data
    p.chat_active_person_working_days, -- chat-active people summed over working days
    p.meeting_active_person_days, -- attending people summed over days
    p.meeting_minutes, -- audio minutes of the people who attended
    p.chat_messages_count, -- private and team chat messages sent
    p.mail_sent_count, -- mails sent
    p.compared_chat_messages_count, -- chat messages of days for which mail is known too
    p.compared_mail_sent_count, -- mails of days for which chat is known too
    p.telework_person_working_days, -- headcount summed over working days with telework data
    p.telework_person_days, -- remote 1, mixed 0.5, working days; person-days
    p.known_place_person_days, -- office, remote or mixed, working days; person-days
    cast(p.outbound_files_count as bigint) as outbound_files_count, -- files taken by outsiders
    cast(p.inbound_files_count as bigint) as inbound_files_count, -- files brought by outsiders
    cast(p.beyond_mail_files_count as bigint) as beyond_mail_files_count, -- of both, larger than a mail could carry
    f.is_final -- every measure of the month is complete and settled
from intermediate.int_department_periods as p
inner join finality as f on p.period_start = f.period_start
where p.period_kind = 'month' and p.organisation_view = 'as_was'
