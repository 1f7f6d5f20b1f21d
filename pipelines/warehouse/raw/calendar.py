"""raw.calendar: the days of common/calendar.py around the data, so that models join what they would ask of a date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import duckdb

from pipelines.common.calendar import calendar_rows
from pipelines.common.eras import fiscal_year
from pipelines.errors import KatsuyoError
from pipelines.warehouse.connection import transaction
from pipelines.warehouse.increment.changed_range import replace_rows


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
