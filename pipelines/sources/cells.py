"""How people's programs write a number, a flag or a day, and the one form in which the landing holds each.

Spreadsheets, scripts and databases write 1234 as "1,234" or "1234.0", true as はい or 1, and a day as an instant at
midnight. What can be read by rule becomes plain digits, true or false, or an ISO date; what cannot, and what could be
read in two ways, is none of it. Which column holds what is said beside each source; what becomes of an unreadable
value is decided there too. No value of a cell ever goes into a message.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation

import msgspec
import polars as pl

# The longest number that a table downstream can add up.
MOST_DIGITS = 15
FIRST_YEAR, LAST_YEAR = 1990, 2100
TRUE = frozenset(("true", "yes", "y", "t", "1", "1.0", "はい", "真", "有", "on", "オン", "○", "〇"))
FALSE = frozenset(("false", "no", "n", "f", "0", "0.0", "いいえ", "偽", "無", "off", "オフ", "×"))
# What stands where there is nothing, in the words of programs; no version of an app is called so.
_NOTHING = frozenset({"-", "--", "n/a", "na", "nan", "null", "none", "nil", "#n/a", "?"})
# What .NET writes where there is no date.
_NO_DATE = "0001-01-01"

_BLANK = r"^[\s\u00a0\u3000\ufeff]*$"
_GROUPED = re.compile(r"[0-9]{1,3}(?:([, '’\u00a0\u202f_])[0-9]{3})(?:\1[0-9]{3})*|[0-9]{1,3}(?:\.[0-9]{3}){2,}")
_NUMBER = re.compile(r"\+?[0-9]+(?:\.[0-9]*)?(?:[eE]\+?[0-9]{1,2})?")
_MIDNIGHT = re.compile(
    r"(?P<day>.+?)(?:[T ]+(?P<clock>0{1,2}:00(?::00(?:\.0+)?)?|12:00(?::00)? ?[aA]\.?[mM]\.?)\s*"
    r"(?P<zone>Z|z|UTC|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})|([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日")
_COMPACT = re.compile(r"(20[0-9]{2})([0-9]{2})([0-9]{2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})")
_NAMED_MONTH = re.compile(r"([0-9]{1,2})[- ]([A-Za-z]{3,9})[- ,]+([0-9]{4})|([A-Za-z]{3,9}) ([0-9]{1,2}), ?([0-9]{4})")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_OFFSET = re.compile(r"([+-])([0-9]{2}):?([0-9]{2})")


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().strip("\ufeff")


def count_of(text: str) -> str | None:
    """Plain digits of a whole number that is not negative, or None."""
    text = _tidy(text)
    if _GROUPED.fullmatch(text):
        text = re.sub(r"[^0-9]", "", text)
    elif match := re.fullmatch(r"((?:[0-9]{1,3}(?:,[0-9]{3})+))\.0+", text):
        text = match[1].replace(",", "")
    if not _NUMBER.fullmatch(text):
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if number != number.to_integral_value() or number >= 10**MOST_DIGITS:
        return None
    return str(int(number))


def flag_of(text: str) -> str | None:
    """true or false, or None. What is written as one of the services writes it stays (Yes, No, True, False)."""
    word = _tidy(text).casefold()
    if word in TRUE:
        return "true"
    return "false" if word in FALSE else None


def label_of(text: str) -> str | None:
    """A cell of which any text means yes: the text, blank for a word that means no, None for one that means nothing."""
    word = _tidy(text).casefold()
    if word in FALSE:
        return ""
    return None if word in _NOTHING else text


def day_of(text: str) -> str | None:
    """The ISO date of a day, however it is written, or None; blank for the day that .NET writes for none.

    With a time it is the day only at midnight: of its own clock, or of UTC. 7/24/2026 is the 24th of July, but 7/6/2026
    is nothing, because half the world reads another day.
    """
    text = _tidy(text)
    match = _MIDNIGHT.fullmatch(text)
    day = _calendar_day(match["day"]) if match else None
    if day is None:
        return _midnight_utc(text)
    if day.isoformat() == _NO_DATE:
        return ""
    return day.isoformat() if FIRST_YEAR <= day.year <= LAST_YEAR else None


def instant_of(text: str) -> str | None:
    """An instant with an offset as UTC text with milliseconds, or None: without an offset it could be any hour."""
    try:
        moment = msgspec.convert(_tidy(text), datetime)
        utc = moment.astimezone(UTC) if moment.tzinfo else None
    except (msgspec.ValidationError, ValueError, OverflowError):
        return None
    if utc is None or not FIRST_YEAR <= utc.year <= LAST_YEAR:
        return None
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def _calendar_day(text: str) -> date | None:
    text = text.strip()
    parts: tuple[str, str, str]
    if match := _YEAR_FIRST.fullmatch(text):
        parts = (match[1] or match[5], match[3] or match[6], match[4] or match[7])
    elif match := _COMPACT.fullmatch(text):
        parts = (match[1], match[2], match[3])
    elif match := _YEAR_LAST.fullmatch(text):
        first, second = int(match[1]), int(match[3])
        if first <= 12 and second <= 12 and first != second:
            return None
        parts = (match[4], match[1], match[3]) if first <= 12 else (match[4], match[3], match[1])
    elif match := _NAMED_MONTH.fullmatch(text):
        name = (match[2] or match[4])[:3].casefold()
        if name not in _MONTHS:
            return None
        parts = (match[3] or match[6], str(_MONTHS.index(name) + 1), match[1] or match[5])
    else:
        return None
    try:
        return date(*map(int, parts))
    except ValueError:
        return None


def _midnight_utc(text: str) -> str | None:
    """The UTC day of an instant that is midnight there, as 2026-07-24T09:00:00+09:00."""
    match = re.fullmatch(
        r"([0-9]{4})-([0-9]{2})-([0-9]{2})[T ]([0-9]{2}):([0-9]{2})(?::00(?:\.0+)?)?\s?" + _OFFSET.pattern, text
    )
    if not match:
        return None
    try:
        offset = timedelta(hours=int(match[7]), minutes=int(match[8])) * (-1 if match[6] == "-" else 1)
        local = datetime(*(int(match[place]) for place in range(1, 6)), tzinfo=timezone(offset))  # type: ignore[misc]
        utc = local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return utc.date().isoformat() if (utc.hour, utc.minute) == (0, 0) and FIRST_YEAR <= utc.year <= LAST_YEAR else None


@dataclass(frozen=True, slots=True)
class Kind:
    """What a column holds: the pattern of the plain form, how any other text is read, and what is expected in words."""

    plain: str
    read: Callable[[str], str | None]
    expected: str


COUNT = Kind(r"^(?:0|[1-9][0-9]{0,14})$", count_of, "a whole number like 1234 or 1,234")
FLAG = Kind(r"^(?:[Yy]es|[Nn]o|[Tt]rue|[Ff]alse)$", flag_of, "yes or no, true or false")
DATE = Kind(r"^(?:199[0-9]|20[0-9]{2})-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])$", day_of, "a date like 2026-07-24")
INSTANT = Kind(
    r"^20[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
    r"(?:\.[0-9]{1,9})?Z$",
    instant_of,
    "an instant with an offset like 2026-07-24T01:02:03Z",
)
LABEL = Kind(r"^(?:ProPlus|Undetermined)$", label_of, "a word like ProPlus, or nothing")


@dataclass(frozen=True, slots=True)
class Normalised:
    """A column in its plain form, blanks as null, and the places (from 0) of the values that are none of its kind."""

    column: pl.Series
    unreadable: list[int]


def normalised(column: pl.Series, kind: Kind) -> Normalised:
    """Whole columns at once: of each distinct text only what is not plain yet is read."""
    distinct = column.unique()
    odd = distinct.filter((~distinct.str.contains(kind.plain)).fill_null(value=False))
    if odd.is_empty():
        return Normalised(column, [])
    blank = re.compile(_BLANK)
    read = {text: "" if blank.fullmatch(text) else kind.read(text) for text in odd}
    made = column.replace(list(read), [value or None for value in read.values()])
    unreadable = [text for text, value in read.items() if value is None]
    places = column.is_in(unreadable).fill_null(value=False).arg_true().to_list() if unreadable else []
    return Normalised(made.alias(column.name), places)


def not_plain(frame: pl.DataFrame, kinds: Mapping[str, Kind]) -> list[str]:
    """The columns with a value that is not in the plain form of their kind; one look at all, because most are plain."""
    looks = frame.select((~pl.col(name).unique().str.contains(kind.plain)).any() for name, kind in kinds.items())
    return [name for name, is_odd in looks.row(0, named=True).items() if is_odd] if kinds else []
