/*
description: Tokyo days, from pipelines/common/calendar.py.
grain: [date_day]
kind: view
not_null: [date_day, is_working_day]
*/
select
    c.date_day,
    c.utc_starts_at,
    c.utc_ends_at,
    c.iso_weekday,
    c.iso_week_start,
    c.month_start,
    c.fiscal_year,
    make_date(c.fiscal_year, 4, 1) as fiscal_year_start,
    m.month_start as month_of_week, -- of the day's week: that of its Monday
    make_date(m.fiscal_year, 4, 1) as fiscal_year_of_week, -- the same
    c.fiscal_quarter,
    c.era_label_ja,
    c.era_date_ja,
    c.holiday_name_ja,
    c.is_working_day
from raw.calendar as c
left join raw.calendar as m on c.iso_week_start = m.date_day
