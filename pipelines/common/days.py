"""Plain arithmetic of days that several rooms need.

Dagster's days are in orchestration/partitions.py, working days in calendar.py, fiscal years in eras.py.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta


def days_between(first: date, last: date) -> list[date]:
    """Every day from `first` to `last`, both included; none when `last` is earlier."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def newest_complete_day(now: datetime) -> date:
    """The newest UTC day that is over at the instant `now`."""
    return now.astimezone(UTC).date() - timedelta(days=1)
