"""All calendar logic, as rows: a model never asks what weekday, holiday or fiscal year a date is, it joins.

A day here is a Tokyo day. Japan has had no summer time since 1951, so the day is always nine hours ahead of UTC.
"""

# ruff: noqa: A005 -- inside this package there is no doubt which calendar is meant
from __future__ import annotations

from datetime import date, datetime, time, timedelta

import duckdb
import holidays
import polars as pl

from pipelines.errors import KatsuyoError
from pipelines.warehouse.connection import transaction

TOKYO_AHEAD = timedelta(hours=9)
YEAR_END_NAME = "年末年始の休日"
REIWA_FIRST_FISCAL_YEAR = 2019
HEISEI_FIRST_YEAR = 1989


def calendar_rows(first_day: date, last_day: date) -> pl.DataFrame:
    """One row per Tokyo day from `first_day` to `last_day`, with the columns of raw.calendar.

    A working day is Monday to Friday, no national holiday, and not 29 December to 3 January (the closing days that
    Japanese local governments set by ordinance).
    """
    public_holidays = holidays.country_holidays("JP", years=range(first_day.year, last_day.year + 1), language="ja")
    days = [first_day + timedelta(days=n) for n in range((last_day - first_day).days + 1)]
    return pl.DataFrame([_row(day, public_holidays.get(day)) for day in days], schema=_SCHEMA, orient="row")


def write_calendar(con: duckdb.DuckDBPyConnection, first_day: date, last_day: date) -> None:
    """Replace raw.calendar by the whole fiscal years, and whole ISO weeks, around the span."""
    first = date(fiscal_year(first_day), 4, 1)
    last = date(fiscal_year(last_day) + 1, 3, 31)
    first -= timedelta(days=first.weekday())
    last += timedelta(days=6 - last.weekday())
    rows = calendar_rows(first, last)
    con.register("calendar_rows", rows)
    with transaction(con):
        con.execute("delete from raw.calendar")
        con.execute("insert into raw.calendar by name select * from calendar_rows")
    con.unregister("calendar_rows")


def refresh_calendar(con: duckdb.DuckDBPyConnection) -> None:
    """Write the calendar around the days that raw.landing_days knows. Raises KatsuyoError if nothing was landed."""
    first, last = con.execute("select min(_day), max(_day) from raw.landing_days").fetchall()[0]
    if first is None:
        raise KatsuyoError("No day has been loaded yet, so there is no calendar to make: fetch and load first.")
    write_calendar(con, first, last)


def fiscal_year(day: date) -> int:
    """The Japanese fiscal year, April to March, named by the year it starts in."""
    return day.year if day.month >= 4 else day.year - 1


def era_label(year: int) -> str:
    """令和8年度 for fiscal year 2026; the first year of an era is 元年度."""
    first, name = (REIWA_FIRST_FISCAL_YEAR, "令和") if year >= REIWA_FIRST_FISCAL_YEAR else (HEISEI_FIRST_YEAR, "平成")
    number = year - first + 1
    return f"{name}{'元' if number == 1 else number}年度"


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
    "holiday_name_ja": pl.String,
    "is_working_day": pl.Boolean,
}


def _row(day: date, public_holiday: str | None) -> tuple[object, ...]:
    starts_at = datetime.combine(day, time.min) - TOKYO_AHEAD  # naive on purpose: the warehouse keeps UTC
    is_year_end = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    holiday = public_holiday or (YEAR_END_NAME if is_year_end else None)
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
        holiday,
        day.weekday() < 5 and holiday is None,
    )
