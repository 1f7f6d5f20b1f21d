"""Forms of numbers that all languages of the pages share: digits, thousands, signs. Pure functions, value to text.

What does not belong here: units, dates and anything a language writes in its own way (format_ja.py, format_en.py).
"""

from __future__ import annotations

from math import floor

from pipelines.pages.figures.cells import Metric

MINUS = "\u2212"
BYTES = ("バイト", "bytes")
PEOPLE = ("人", "people")
_MULTIPLES = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"))


def _plain(value: float, digits: int = 1) -> str:
    """Thousands separated, at most `digits` decimals, no trailing zero: 4683.5 -> 4,683.5 and 120.0 -> 120."""
    text = f"{value:,.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", MINUS) if text not in ("-0", "0") else "0"


def number(value: float) -> str:
    """People, person-days, counts: at most one decimal, because a day of telework may be half of one."""
    return _plain(value)


def percent_number(share: float) -> str:
    """A share 0..1 as percent with one decimal, without its sign, for table cells whose caption names the unit."""
    return f"{share * 100:.1f}"


def whole_percent_number(share: float) -> str:
    """The same to the whole point, for sentences and labels of marks."""
    return f"{share * 100:.0f}"


def signed_points_number(difference: float) -> str:
    """A difference of two shares in points with its sign, without the word: 0.021 -> +2.1."""
    rounded = round(difference * 100, 1)
    return f"{sign(rounded)}{abs(rounded):.1f}"


def signed_number(difference: float) -> str:
    """A difference of two amounts with its sign: -53 -> −53."""
    return f"{sign(round(difference, 1))}{number(abs(difference))}"


def sign(value: float) -> str:
    if value == 0:
        return "±"
    return "+" if value > 0 else MINUS


def megabytes(size_bytes: float) -> str:
    """A file size in decimal megabytes: 7_300_000 -> 7.3MB."""
    return f"{number(size_bytes / 1_000_000)}MB"


def amount(metric: Metric, value: float) -> str:
    """The digits of a figure without its unit; means below ten, such as seats per person, with two decimals.

    Of people there are no parts: the middle of an even number of days goes to the next whole one.
    """
    if metric.unit in PEOPLE:
        return _plain(floor(value + 0.5), 0)
    scale, _ = scale_of(metric, value)
    return _plain(value / scale, 2 if metric.value_kind == "ratio" and abs(value) < 10 else 1)


def scale_of(metric: Metric, value: float) -> tuple[float, str]:
    """By how much a value is divided and in which unit it is printed: bytes as MB, GB or TB, all else as it is."""
    if metric.unit not in BYTES:
        return 1.0, metric.unit
    return next(((size, unit) for size, unit in _MULTIPLES if abs(value) >= size), _MULTIPLES[-1])
