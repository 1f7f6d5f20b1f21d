/*
description: >-
  Every person on the rolls on every day with every tool: whether the day is known, whether the tool was used, and how
  much. From here on a tool is a row: a new one is a row of tools.csv and a line in what follows. A view, read once for
  weeks and once for months.
grain: []
kind: view
time_column: activity_date
*/
select
    a.person_key,
    a.span_from, -- with person_key the way to int_person_homes
    a.activity_date,
    a.iso_week_start,
    a.month_start,
    a.fiscal_year_start,
    a.is_working_day,
    t.tool, -- a row of tools.csv
    t.has_weeks,
    case t.measure
        when 'teams' then a.chat_messages_count is not null
        when 'mail' then a.mail_sent_count is not null
        when 'chat_share' then a.chat_messages_count is not null and a.mail_sent_count is not null
        when 'files' then a.files_viewed_or_edited_count is not null
        when 'apps' then a.is_desktop_app_active is not null
        when 'mobile' then a.is_mobile_active is not null
        when 'copilot' then a.is_copilot_licensed
        when 'box' then a.box_actions_count is not null
        when 'telework' then a.telework_class is not null
        when 'office' then a.telework_class = 'office' and a.chat_messages_count is not null
        when 'remote' then a.telework_class = 'remote' and a.chat_messages_count is not null
        when 'rolls' then true
    end as is_known, -- the data of the day are in
    case t.tool
        when 'chat' then a.chat_messages_count > 0
        when 'chat_office' then a.chat_messages_count > 0 and a.telework_class = 'office'
        when 'chat_remote' then a.chat_messages_count > 0 and a.telework_class = 'remote'
        when 'chat_share' then a.chat_messages_count > 0 and a.mail_sent_count is not null
        when 'meeting' then a.meetings_attended_count > 0
        when 'meeting_office' then a.meetings_attended_count > 0 and a.telework_class = 'office'
        when 'meeting_remote' then a.meetings_attended_count > 0 and a.telework_class = 'remote'
        when 'meeting_organised' then a.meetings_organised_count > 0
        when 'call' then a.calls_count > 0
        when 'mail' then a.mail_sent_count > 0
        when 'files' then a.files_viewed_or_edited_count > 0
        when 'apps' then a.is_desktop_app_active
        when 'mobile' then a.is_mobile_active
        when 'copilot' then a.is_copilot_active
        when 'box' then a.box_actions_count > 0
        when 'telework' then a.telework_days > 0
        -- Whoever is at no known place and not on long leave may have worked anywhere, on a missing day too.
        when 'telework_possible'
            then a.telework_days > 0 or not (a.is_absent or coalesce(a.has_known_place, false))
        when 'place' then a.has_known_place
    end and (a.is_working_day or not t.is_working_days_only)
        as is_active, -- used, of some tools on working days only; of Copilot and what is possible on unknown days, too
    case t.tool
        when 'chat' then a.chat_messages_count
        when 'meeting' then a.meetings_attended_count
        when 'mail' then a.mail_sent_count
        when 'files' then a.files_viewed_or_edited_count
        when 'box' then a.box_actions_count
    end as actions_count, -- messages, meetings, mails, files, actions; NULL for others
    case
        when not a.is_working_day and t.is_working_days_only then null
        when t.tool = 'meeting' then case when a.meetings_attended_count > 0 then a.audio_seconds end
        when t.tool = 'chat_share' then case when a.mail_sent_count is not null then a.chat_messages_count end
        when t.tool = 'telework' or (t.tool = 'telework_possible' and (a.is_absent or a.has_known_place))
            then a.telework_days
        when t.tool = 'telework_possible' and not a.has_known_place then 1
    end as amount, -- audio seconds, chats, parts of days; NULL for others and unknown days
    case when t.tool = 'chat_share' then a.chat_messages_count + a.mail_sent_count end
        as compared_count -- chats and mails of a day on which both are known
from intermediate.int_person_day_activity as a
cross join staging.stg_run__tools as t
