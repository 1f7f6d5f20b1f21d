"""Japanese forms of numbers and dates, 令和 beside the western year. Pure functions from a value to a text.

What does not belong here: sentences (texts/ja.toml) and the decision whether a figure may be shown (cells.py).
Every function takes a real value; what is missing or hidden is settled by the caller.
"""

from __future__ import annotations

from datetime import date

from pipelines.common import eras
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

WEEKDAYS = tuple("月火水木金土日")
PERCENT = "％"
RANGE = "〜"
BRACKETS = ("（", "）")


def people(value: float) -> str:
    return f"{number(value)}人"


def percent(share: float) -> str:
    """A share 0..1 as percent with one decimal: 0.783 -> 78.3％."""
    return f"{percent_number(share)}％"


def whole_percent(share: float) -> str:
    """A share to the whole point, for sentences: 0.733 -> 73％."""
    return f"{whole_percent_number(share)}％"


def signed_range(low: str, high: str) -> str:
    """Both ends of an interval of a difference, each with its sign: +0.8〜+1.5."""
    return f"{low}〜{high}"


def points(difference: float) -> str:
    """A difference of two shares in percentage points, unsigned: -0.021 -> 2.1ポイント."""
    return f"{abs(difference) * 100:.1f}ポイント"


def signed_points(difference: float) -> str:
    """A difference of two shares with its sign: 0.021 -> +2.1ポイント."""
    return f"{sign(round(difference * 100, 1))}{points(difference)}"


def interval(low: float, high: float) -> str:
    """Both ends of an interval of a share: 77.2〜79.3％."""
    return f"{percent_number(low)}〜{percent_number(high)}％"


def metric_value(metric: Metric, value: float) -> str:
    """A value in the unit of its metric: 78.3％, 41.2分, 1,203件."""
    if metric.is_percent:
        return percent(value)
    _, unit = scale_of(metric, value)
    return f"{amount(metric, value)}{unit}"


def signed_value(metric: Metric, difference: float) -> str:
    """A difference in the unit of its metric: +2.1ポイント, −53件."""
    if metric.is_percent:
        return signed_points(difference)
    scale, unit = scale_of(metric, difference)
    return f"{signed_number(difference / scale)}{unit}"


def era_year(day: date) -> str:
    """The year in the Japanese era, 元年 for the first: 2026 -> 令和8年."""
    return f"{eras.era_year(day) or day.year}年"


def full_date(day: date) -> str:
    """令和8年（2026年）7月3日."""
    return f"{era_year(day)}（{day.year}年）{short_date(day)}"


def short_date(day: date) -> str:
    """7月3日."""
    return f"{day.month}月{day.day}日"


def era_date(day: date) -> str:
    """令和8年6月30日."""
    return f"{era_year(day)}{short_date(day)}"


def slash_date(day: date) -> str:
    """7/3, for table cells and axes."""
    return f"{day.month}/{day.day}"


def years(days: list[date]) -> str:
    """The years that a table of days spans: 令和8年（2026年）, 2025〜2026年."""
    if not days:
        return ""
    first, last = days[0], days[-1]
    if first.year == last.year:
        return f"{era_year(last)}（{last.year}年）"
    return f"{first.year}〜{last.year}年"


def date_with_weekday(day: date) -> str:
    """7月3日（金）."""
    return f"{short_date(day)}（{WEEKDAYS[day.weekday()]}）"


def full_month(day: date) -> str:
    """令和8年（2026年）6月."""
    return f"{era_year(day)}（{day.year}年）{day.month}月"


def era_month(day: date) -> str:
    """令和8年6月."""
    return f"{era_year(day)}{day.month}月"


def month(day: date) -> str:
    """6月."""
    return f"{day.month}月"


def short_month(day: date) -> str:
    """The same for axes and narrow columns."""
    return month(day)


def date_range(first: date, last: date) -> str:
    """1月2日, or 1月2日〜5日, or 1月30日〜2月2日; the year is named only where it changes."""
    if first == last:
        return short_date(first)
    if first.year != last.year:
        return f"{full_date(first)}〜{full_date(last)}"
    if first.month != last.month:
        return f"{short_date(first)}〜{short_date(last)}"
    return f"{short_date(first)}〜{last.day}日"


def listed(names: list[str]) -> str:
    """チャット、Web会議とテレワーク."""
    if len(names) <= 1:
        return "".join(names)
    return f"{'、'.join(names[:-1])}と{names[-1]}"


def period(kind: str, start: date, first: date, last: date) -> str:
    """令和8年6月, 令和8年6月22日からの週, 令和8年度（4月1日〜7月3日）. `first` and `last` are the published days."""
    if kind == "week":
        return f"{era_year(start)}{short_date(start)}からの週"
    if kind == "fiscal_year":
        return f"{era_year(start)}度（{date_range(first, last)}）"
    return era_month(start)
