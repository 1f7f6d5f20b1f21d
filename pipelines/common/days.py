"""Plain arithmetic of days that several rooms need.

Dagster's days are in orchestration/partitions.py, working days in calendar.py, weeks and fiscal years in periods.py.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta


def days_between(first: date, last: date) -> list[date]:
    """Every day from `first` to `last`, both included; none when `last` is earlier."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def is_year_end(day: date) -> bool:
    """29 December to 3 January: the closing days that Japanese local governments set by ordinance."""
    return (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)


def newest_complete_day(now: datetime) -> date:
    """The newest UTC day that is over at the instant `now`."""
    return now.astimezone(UTC).date() - timedelta(days=1)
