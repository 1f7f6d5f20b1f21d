"""English forms of numbers and dates, the twin of format_ja.py: the same names, each with its English text.

What does not belong here: sentences (texts/en.toml) and the decision whether a figure may be shown (cells.py).
Every function takes a real value; what is missing or hidden is settled by the caller.
"""

from __future__ import annotations

from datetime import date

from pipelines.pages.figures.cells import Metric
from pipelines.pages.wording.format_shared import (
    amount,
    megabytes,
    number,
    percent_number,
    scale_of,
    sign,
    signed_number,
    signed_points_number,
    whole_percent_number,
)

__all__ = ["amount", "megabytes", "number", "percent_number", "scale_of", "signed_number", "signed_points_number"]

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
PERCENT = "%"
RANGE = "–"
BRACKETS = ("(", ")")
# Written out rather than asked of the operating system, whose language may be any.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def people(value: float) -> str:
    return f"{number(value)} {'person' if value == 1 else 'people'}"


def percent(share: float) -> str:
    """A share 0..1 as percent with one decimal: 0.783 -> 78.3%."""
    return f"{percent_number(share)}%"


def whole_percent(share: float) -> str:
    """A share to the whole point, for sentences: 0.733 -> 73%."""
    return f"{whole_percent_number(share)}%"


def signed_range(low: str, high: str) -> str:
    """Both ends of an interval of a difference, each with its sign: +0.8 to +1.5."""
    return f"{low} to {high}"


def points(difference: float) -> str:
    """A difference of two shares in percentage points, unsigned: -0.021 -> 2.1 points."""
    return f"{abs(difference) * 100:.1f} points"


def signed_points(difference: float) -> str:
    """A difference of two shares with its sign: 0.021 -> +2.1 points."""
    return f"{sign(round(difference * 100, 1))}{points(difference)}"


def interval(low: float, high: float) -> str:
    """Both ends of an interval of a share: 77.2–79.3%."""
    return f"{percent_number(low)}–{percent_number(high)}%"


def metric_value(metric: Metric, value: float) -> str:
    """A value in the unit of its metric: 78.3%, 41.2 minutes, 1,203 files."""
    if metric.is_percent:
        return percent(value)
    _, unit = scale_of(metric, value)
    return f"{amount(metric, value)} {unit}".rstrip()


def signed_value(metric: Metric, difference: float) -> str:
    """A difference in the unit of its metric: +2.1 points, −53 files."""
    if metric.is_percent:
        return signed_points(difference)
    scale, unit = scale_of(metric, difference)
    return f"{signed_number(difference / scale)} {unit}".rstrip()


def full_date(day: date) -> str:
    """3 July 2026."""
    return f"{short_date(day)} {day.year}"


def short_date(day: date) -> str:
    """3 July."""
    return f"{day.day} {month(day)}"


def era_date(day: date) -> str:
    """The same as the full date: there is but one count of years."""
    return full_date(day)


def slash_date(day: date) -> str:
    """3 Jul, for table cells and axes."""
    return f"{day.day} {short_month(day)}"


def years(days: list[date]) -> str:
    """The years that a table of days spans: 2026, 2025–2026."""
    if not days:
        return ""
    first, last = days[0], days[-1]
    return f"{last.year}" if first.year == last.year else f"{first.year}–{last.year}"


def date_with_weekday(day: date) -> str:
    """Fri 3 July."""
    return f"{WEEKDAYS[day.weekday()]} {short_date(day)}"


def full_month(day: date) -> str:
    """June 2026."""
    return f"{month(day)} {day.year}"


def era_year(day: date) -> str:
    """The year; an era is a matter of Japanese alone."""
    return f"{day.year}"


def era_month(day: date) -> str:
    """June 2026."""
    return full_month(day)


def month(day: date) -> str:
    """June."""
    return _MONTHS[day.month - 1]


def short_month(day: date) -> str:
    """Jun, for axes and narrow columns."""
    return month(day)[:3]


def date_range(first: date, last: date) -> str:
    """2 January, or 2–5 January, or 30 January – 2 February; the year is named only where it changes."""
    if first == last:
        return short_date(first)
    if first.year != last.year:
        return f"{full_date(first)} – {full_date(last)}"
    if first.month != last.month:
        return f"{short_date(first)} – {short_date(last)}"
    return f"{first.day}–{short_date(last)}"


def listed(names: list[str]) -> str:
    """chat, web meetings and telework."""
    if len(names) <= 1:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def period(kind: str, start: date, first: date, last: date) -> str:
    """June 2026, the week from 22 June 2026, fiscal year 2026 (1 April – 3 July)."""
    if kind == "week":
        return f"the week from {full_date(start)}"
    if kind == "fiscal_year":
        return f"fiscal year {start.year} ({date_range(first, last)})"
    return full_month(start)
