/*
description: >-
  The days of the facts, with the status of every measure (int_measure_days) side by side; NULL where the measure has no
  such day, as after its source was switched off.
grain: [activity_date]
time_column: activity_date
not_null: [is_working_day, teams_status, mail_status, files_status, apps_status]
*/
select
    activity_date, -- label day of the reports, Tokyo day of sign-ins and events
    is_working_day,
    iso_week_start,
    month_start,
    fiscal_year_start,
    max(case when measure = 'teams' then day_status end) as teams_status, -- chat and meetings
    max(case when measure = 'mobile' then day_status end) as mobile_status,
    max(case when measure = 'mail' then day_status end) as mail_status,
    max(case when measure = 'mail_apps' then day_status end) as mail_apps_status,
    max(case when measure = 'files' then day_status end) as files_status, -- OneDrive and SharePoint
    max(case when measure = 'apps' then day_status end) as apps_status, -- Microsoft 365 apps on desktops and phones
    max(case when measure = 'copilot' then day_status end)
        as copilot_status, -- NULL before the first Copilot report, and where there are no licences
    max(case when measure = 'telework' then day_status end) as telework_status,
    max(case when measure = 'box' then day_status end) as box_status
from intermediate.int_measure_days
group by activity_date, is_working_day, iso_week_start, month_start, fiscal_year_start
