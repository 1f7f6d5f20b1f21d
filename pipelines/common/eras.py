"""Eras and Tokyo's clock: what Japanese dates are called. Stated once, for files, warehouse and pages.

What does not belong here: working days and holidays (calendar.py), fiscal years (periods.py), words of a page
(pages/wording/).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pipelines.errors import KatsuyoError


class Era(NamedTuple):
    """Its first day, its name, and the letter that forms and spreadsheets write for it."""

    starts_on: date
    name: str
    letter: str


TOKYO = ZoneInfo("Asia/Tokyo")
# Japan has had no summer time since 1951: a Tokyo day is always nine hours ahead of the UTC day of the same date.
TOKYO_AHEAD = timedelta(hours=9)
# Newest first. A fiscal year bears the era of most of its months: 2019, which began in 平成, is
# 令和元年度; 1926, of which 昭和 had the last three months, is still 大正15年度.
ERAS = (
    Era(date(2019, 5, 1), "令和", "R"),
    Era(date(1989, 1, 8), "平成", "H"),
    Era(date(1926, 12, 25), "昭和", "S"),
    Era(date(1912, 7, 30), "大正", "T"),
    Era(date(1868, 1, 25), "明治", "M"),
)


def era_label(year: int) -> str:
    """令和8年度 for fiscal year 2026; the first year of an era is 元年度. The era is that of 1 October."""
    return f"{_era_year(date(year, 10, 1), year)}年度"


def era_date(day: date) -> str:
    """令和8年4月1日 for 1 April 2026: the day in the era that it lies in."""
    return f"{_era_year(day, day.year)}年{day.month}月{day.day}日"


def era_year(day: date, year: int | None = None) -> str | None:
    """令和8 for a day of 2026, of which `year` may be another one counted in the same era; None before 明治."""
    for era in ERAS:
        if day >= era.starts_on:
            number = (day.year if year is None else year) - era.starts_on.year + 1
            return f"{era.name}{'元' if number == 1 else number}"
    return None


def _era_year(day: date, year: int) -> str:
    found = era_year(day, year)
    if found is None:
        raise KatsuyoError(f"The calendar begins with the era 明治: {day} is too early, check the dates of the data.")
    return found
