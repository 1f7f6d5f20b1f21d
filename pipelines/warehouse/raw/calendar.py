"""raw.calendar: the days of common/calendar.py around the data, so that models join what they would ask of a date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import duckdb

from pipelines.common.calendar import calendar_rows
from pipelines.common.periods import fiscal_year_start, week_start
from pipelines.errors import KatsuyoError
from pipelines.warehouse.connection import transaction
from pipelines.warehouse.increment.changed_range import replace_rows


def write_calendar(
    con: duckdb.DuckDBPyConnection, first_day: date, last_day: date, own_holidays: Mapping[date, str] | None = None
) -> None:
    """Replace raw.calendar by the whole fiscal years, and whole ISO weeks, around the span."""
    first = week_start(fiscal_year_start(first_day))
    next_year = fiscal_year_start(fiscal_year_start(last_day) + timedelta(days=366))
    last = week_start(next_year - timedelta(days=1)) + timedelta(days=6)
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
