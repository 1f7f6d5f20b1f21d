"""Days and instants as the simulated services understand them: UTC days, Tokyo days, Pacific time.

Pure functions on values; the simulated now itself is kept by the server.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import polars as pl

TOKYO = timezone(timedelta(hours=9))
PACIFIC = "America/Los_Angeles"
EPOCH = date(1970, 1, 1)
DAY_US = 86_400_000_000
TOKYO_OFFSET_US = 9 * 3_600_000_000


def micros(instant: datetime) -> int:
    """Microseconds since the epoch, exact."""
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def utc_day(instant: datetime) -> date:
    return instant.astimezone(UTC).date()


def tokyo_day(instant: datetime) -> date:
    return instant.astimezone(TOKYO).date()


def tokyo_day_of_micros(instant_us: int) -> date:
    return EPOCH + timedelta(days=(instant_us + TOKYO_OFFSET_US) // DAY_US)


def tokyo_day_end_us(day: date) -> int:
    """First microsecond after the Tokyo day."""
    return ((day - EPOCH).days + 1) * DAY_US - TOKYO_OFFSET_US


def days_between(first: date, last: date) -> list[date]:
    """All days from first to last, both included; empty if first is later."""
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def parse_instant(text: str) -> datetime | None:
    """An RFC 3339 instant with an offset, or None for anything else (a naive time too)."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo else None


def pacific_text(instants: pl.Expr, *, millis: bool = False) -> pl.Expr:
    """Text such as 2026-07-01T08:30:00-07:00; the offset follows United States daylight saving time."""
    fraction = "%.3f" if millis else ""
    return instants.dt.convert_time_zone(PACIFIC).dt.strftime(f"%Y-%m-%dT%H:%M:%S{fraction}%:z")
