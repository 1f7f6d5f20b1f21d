"""All calendar logic, as rows: a model never asks what weekday, holiday or fiscal year a date is, it joins.

A day here is a Tokyo day. Japan has had no summer time since 1951, so the day is always nine hours ahead of UTC.
National holidays come from a library; the closing days of the organisation itself (a foundation day, a town festival)
are given by the caller, who reads them from the settings.
"""

# ruff: noqa: A005 -- inside this package there is no doubt which calendar is meant
from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

import duckdb
import holidays
import polars as pl

from pipelines.days import days_between
from pipelines.errors import KatsuyoError
from pipelines.warehouse.connection import transaction
from pipelines.warehouse.tail import replace_rows

TOKYO_AHEAD = timedelta(hours=9)
YEAR_END_NAME = "年末年始の休日"
# First day of each era, newest first. A fiscal year bears the era of most of its months: 2019, which began in 平成, is
# 令和元年度; 1926, of which 昭和 had the last three months, is still 大正15年度.
ERAS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
    (date(1912, 7, 30), "大正"),
    (date(1868, 1, 25), "明治"),
)


def calendar_rows(first_day: date, last_day: date, own_holidays: Mapping[date, str] | None = None) -> pl.DataFrame:
    """One row per Tokyo day from `first_day` to `last_day`, with the columns of raw.calendar.

    A working day is Monday to Friday, no national holiday, no holiday of the organisation's own, and not 29 December to
    3 January (the closing days that Japanese local governments set by ordinance).
    """
    own = own_holidays or {}
    public_holidays = holidays.country_holidays("JP", years=range(first_day.year, last_day.year + 1), language="ja")
    rows = [_row(day, public_holidays.get(day), own.get(day)) for day in days_between(first_day, last_day)]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def write_calendar(
    con: duckdb.DuckDBPyConnection, first_day: date, last_day: date, own_holidays: Mapping[date, str] | None = None
) -> None:
    """Replace raw.calendar by the whole fiscal years, and whole ISO weeks, around the span."""
    first = date(fiscal_year(first_day), 4, 1)
    last = date(fiscal_year(last_day) + 1, 3, 31)
    first -= timedelta(days=first.weekday())
    last += timedelta(days=6 - last.weekday())
    rows = calendar_rows(first, last, own_holidays)
    con.register("calendar_rows", rows)
    with transaction(con):
        replace_rows(con, "raw.calendar", "calendar_rows", "date_day")
    con.unregister("calendar_rows")


def refresh_calendar(con: duckdb.DuckDBPyConnection, own_holidays: Mapping[date, str] | None = None) -> None:
    """Write the calendar around the days that raw.landing_days knows. Raises KatsuyoError if nothing was landed."""
    first, last = con.execute("select min(_day), max(_day) from raw.landing_days").fetchall()[0]
    if first is None:
        raise KatsuyoError("No day has been loaded yet, so there is no calendar to make: fetch and load first.")
    write_calendar(con, first, last, own_holidays)


def fiscal_year(day: date) -> int:
    """The Japanese fiscal year, April to March, named by the year it starts in."""
    return day.year if day.month >= 4 else day.year - 1


def era_label(year: int) -> str:
    """令和8年度 for fiscal year 2026; the first year of an era is 元年度. The era is that of 1 October."""
    return f"{_era_year(date(year, 10, 1), year)}年度"


def era_date(day: date) -> str:
    """令和8年4月1日 for 1 April 2026: the day in the era that it lies in."""
    return f"{_era_year(day, day.year)}年{day.month}月{day.day}日"


def _era_year(day: date, year: int) -> str:
    for starts_on, name in ERAS:
        if day >= starts_on:
            number = year - starts_on.year + 1
            return f"{name}{'元' if number == 1 else number}"
    raise KatsuyoError(f"The calendar begins with the era 明治: {day} is too early, check the dates of the data.")


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
    is_year_end = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    holiday = public_holiday or (YEAR_END_NAME if is_year_end else own_holiday)
    year = fiscal_year(day)
    return (
        day,
        starts_at,
        starts_at + timedelta(days=1),
        day.isoweekday(),
        day - timedelta(days=day.weekday()),
        day.replace(day=1),
        year,
        (day.month - 4) % 12 // 3 + 1,
        era_label(year),
        era_date(day),
        holiday,
        day.weekday() < 5 and holiday is None,
    )
