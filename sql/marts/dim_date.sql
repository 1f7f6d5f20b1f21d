/*
description: One row per Tokyo day, whole fiscal years around the data. Everything a model or page may ask of a date.
grain: [date_day]
time_column: date_day
not_null: [utc_starts_at, utc_ends_at, iso_weekday, is_working_day, era_label_ja]
checks:
- name: a_day_has_24_hours
  sql: select date_day from marts.dim_date where utc_ends_at <> utc_starts_at + interval '24' hour
*/
select
    date_day, -- Tokyo day
    utc_starts_at, -- first instant of the day, UTC
    utc_ends_at, -- first instant of the next day, UTC
    iso_weekday, -- 1 = Monday ... 7 = Sunday
    iso_week_start, -- Monday of the ISO week
    month_start, -- first day of the month
    fiscal_year, -- April to March, named by the year it starts in
    fiscal_quarter, -- 1 = April to June
    era_label_ja, -- fiscal year in the Japanese era, 令和8年度
    era_date_ja, -- the day in its own era, 令和8年4月1日
    holiday_name_ja, -- national holiday, year-end closing or holiday of the organisation's own, else NULL
    is_working_day -- Monday to Friday and none of these
from staging.stg_run__calendar
