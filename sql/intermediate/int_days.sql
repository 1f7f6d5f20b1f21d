/*
description: >-
  The days of the facts, with the status of every measure. A label day has the status of its report; a Tokyo day needs
  the two UTC days that cover it, and has the worse status of the two.
grain: [activity_date]
time_column: activity_date
not_null: [is_working_day, teams_status, mail_status, files_status, apps_status, telework_status, box_status]
*/
with reports as (
    select
        activity_date,
        max(case when dataset = 'teams_user_activity' then report_status end) as teams_status,
        max(case when dataset = 'teams_device_usage' then report_status end) as mobile_status,
        max(case when dataset = 'email_activity' then report_status end) as mail_status,
        max(case when dataset = 'email_app_usage' then report_status end) as mail_apps_status,
        max(case when dataset = 'onedrive_activity' then report_status end) as onedrive_status,
        max(case when dataset = 'sharepoint_activity' then report_status end) as sharepoint_status,
        max(case when dataset = 'm365_app_users' then report_status end) as apps_status,
        max(case when dataset = 'sign_ins' then report_status end) as sign_ins_status,
        max(case when source = 'box' and dataset = 'events' then report_status end) as events_status
    from intermediate.int_report_days
    group by activity_date
),

pairs as (
    select
        activity_date,
        coalesce(teams_status, 'missing') as teams_status,
        coalesce(mobile_status, 'missing') as mobile_status,
        coalesce(mail_status, 'missing') as mail_status,
        coalesce(mail_apps_status, 'missing') as mail_apps_status,
        case
            when coalesce(onedrive_status, 'missing') = 'missing' then 'missing'
            when coalesce(sharepoint_status, 'missing') = 'missing' then 'missing'
            when onedrive_status = 'final' and sharepoint_status = 'final' then 'final'
            else 'provisional'
        end as files_status,
        coalesce(apps_status, 'missing') as apps_status,
        coalesce(sign_ins_status, 'missing') as sign_ins_status,
        coalesce(events_status, 'missing') as events_status,
        coalesce(lag(sign_ins_status) over (order by activity_date), 'missing') as sign_ins_status_before,
        coalesce(lag(events_status) over (order by activity_date), 'missing') as events_status_before
    from reports
),

tokyo as (
    select
        activity_date,
        teams_status,
        mobile_status,
        mail_status,
        mail_apps_status,
        files_status,
        apps_status,
        case
            when sign_ins_status = 'missing' or sign_ins_status_before = 'missing' then 'missing'
            when sign_ins_status = 'final' and sign_ins_status_before = 'final' then 'final'
            else 'provisional'
        end as sign_ins_tokyo_status,
        case
            when events_status = 'missing' or events_status_before = 'missing' then 'missing'
            when events_status = 'final' and events_status_before = 'final' then 'final'
            else 'provisional'
        end as box_status
    from pairs
),

-- An organisation without Box must not wait for it; one with Box has telework settled when both sources are.
sources as (
    select max(case when box_status <> 'missing' then 1 else 0 end) as has_box
    from tokyo
),

-- The first UTC day of instants covers no whole Tokyo day, so it does not begin the facts.
span as (
    select
        min(
            case when day_kind = 'instant' then cast(activity_date + interval '1' day as date) else activity_date end
        ) as first_date,
        max(activity_date) as last_date
    from intermediate.int_report_days
    where report_status <> 'missing'
),

first_copilot as (
    select min(activity_date) as first_date
    from intermediate.int_copilot_days
)

select
    t.activity_date, -- label day of the reports, Tokyo day of sign-ins and events
    c.is_working_day,
    c.iso_week_start,
    c.month_start,
    c.fiscal_year_start,
    t.teams_status, -- chat and meetings
    t.mobile_status,
    t.mail_status,
    t.mail_apps_status,
    t.files_status, -- OneDrive and SharePoint, the worse of the two
    t.apps_status, -- Microsoft 365 apps on desktops and phones
    case
        when k.is_final then 'final'
        when k.activity_date is not null then 'provisional'
        when t.activity_date > f.first_date then 'missing'
    end as copilot_status, -- NULL before the first Copilot report, and where there are no licences
    case
        when t.sign_ins_tokyo_status = 'final' and s.has_box = 1 and t.box_status <> 'final' then 'provisional'
        else t.sign_ins_tokyo_status
    end as telework_status, -- known when sign-ins are; final when Box, which adds evidence, is final too
    t.box_status
from tokyo as t
inner join staging.stg_run__calendar as c on t.activity_date = c.date_day
inner join span as p on t.activity_date >= p.first_date and t.activity_date <= p.last_date
cross join sources as s
cross join first_copilot as f
left join intermediate.int_copilot_days as k on t.activity_date = k.activity_date
