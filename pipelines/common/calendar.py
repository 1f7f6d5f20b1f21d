"""Which Tokyo day is a working day, as rows: weekday, week, month, fiscal year, era, holiday.

Models never ask this of a date, they join these rows; what needs it before there is a warehouse asks here.
National holidays come from a library; the closing days of the organisation itself (a foundation day, a town festival)
are given by the caller, who reads them from the settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

import holidays
import polars as pl

from pipelines.common.days import days_between, is_year_end
from pipelines.common.eras import TOKYO_AHEAD, era_date, era_label
from pipelines.common.periods import FISCAL_YEAR_MONTH, fiscal_year, month_start, week_start

YEAR_END_NAME = "年末年始の休日"


def calendar_rows(first_day: date, last_day: date, own_holidays: Mapping[date, str] | None = None) -> pl.DataFrame:
    """One row per Tokyo day from `first_day` to `last_day`, with the columns of raw.calendar.

    A working day is Monday to Friday, no national holiday, no holiday of the organisation's own, and not at the
    year-end (days.is_year_end).
    """
    own = own_holidays or {}
    public_holidays = holidays.country_holidays("JP", years=range(first_day.year, last_day.year + 1), language="ja")
    rows = [_row(day, public_holidays.get(day), own.get(day)) for day in days_between(first_day, last_day)]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def is_working_day(day: date) -> bool:
    """Whether people are expected at work on this day in Tokyo."""
    return bool(calendar_rows(day, day)["is_working_day"].item())


_SCHEMA = {
    "date_day": pl.Date,
    "utc_starts_at": pl.Datetime("us"),
    "utc_ends_at": pl.Datetime("us"),
    "iso_weekday": pl.Int32,
    "iso_week_start": pl.Date,
    "month_start": pl.Date,
    "fiscal_year": pl.Int32,
    "fiscal_quarter": pl.Int32,
    "era_label_ja": pl.String,
    "era_date_ja": pl.String,
    "holiday_name_ja": pl.String,
    "is_working_day": pl.Boolean,
}


def _row(day: date, public_holiday: str | None, own_holiday: str | None) -> tuple[object, ...]:
    starts_at = datetime.combine(day, time.min) - TOKYO_AHEAD  # naive on purpose: the warehouse keeps UTC
    holiday = public_holiday or (YEAR_END_NAME if is_year_end(day) else own_holiday)
    year = fiscal_year(day)
    return (
        day,
        starts_at,
        starts_at + timedelta(days=1),
        day.isoweekday(),
        week_start(day),
        month_start(day),
        year,
        (day.month - FISCAL_YEAR_MONTH) % 12 // 3 + 1,
        era_label(year),
        era_date(day),
        holiday,
        day.weekday() < 5 and holiday is None,
    )
