/*
description: Tokyo days, from pipelines/common/calendar.py.
grain: [date_day]
kind: view
not_null: [date_day, is_working_day]
*/
select
    date_day,
    utc_starts_at,
    utc_ends_at,
    iso_weekday,
    iso_week_start,
    month_start,
    fiscal_year,
    make_date(fiscal_year, 4, 1) as fiscal_year_start,
    fiscal_quarter,
    era_label_ja,
    era_date_ja,
    holiday_name_ja,
    is_working_day
from raw.calendar
