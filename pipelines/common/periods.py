"""Weeks, months and fiscal years: where each begins, and to which of them a week belongs. Stated once, in Python.

SQL joins the same as columns of the calendar (stg_run__calendar, int_periods). What does not belong here: working days
and holidays (calendar.py), names of years (eras.py).
"""

from __future__ import annotations

from datetime import date, timedelta

FISCAL_YEAR_MONTH = 4


def week_start(day: date) -> date:
    """Monday of the ISO week of the day."""
    return day - timedelta(days=day.weekday())


def month_start(day: date) -> date:
    """The first day of the month of the day."""
    return day.replace(day=1)


def fiscal_year(day: date) -> int:
    """The Japanese fiscal year, April to March, named by the year it starts in."""
    return day.year if day.month >= FISCAL_YEAR_MONTH else day.year - 1


def fiscal_year_start(day: date) -> date:
    """1 April of the fiscal year of the day."""
    return date(fiscal_year(day), FISCAL_YEAR_MONTH, 1)


def first_reached(day: date) -> dict[str, date]:
    """Kind of period -> the first one that a change on `day` can reach.

    A week belongs to the month and the fiscal year of its Monday, so those of the Monday are reached, too.
    """
    monday = week_start(day)
    return {"day": day, "week": monday, "month": month_start(monday), "fiscal_year": fiscal_year_start(monday)}
