"""How a value may be written, by kind of column: from what a clerk wrote to a typed value, or null if it is none.

Full-width digits and spaces are tolerated. Nothing is guessed: a date with two digits for the year is no date. Whole
columns at once; which column has which kind is schema.py.
"""

from __future__ import annotations

import polars as pl

from pipelines.common.eras import ERAS
from pipelines.sources.org import schema
from pipelines.sources.org.schema import Column

TYPES: dict[str, type[pl.DataType] | pl.DataType] = {
    schema.TEXT: pl.String,
    schema.CODE: pl.String,
    schema.PERSON: pl.String,
    schema.CHOICE: pl.String,
    schema.DATE: pl.Date,
    schema.INSTANT: pl.Datetime("us", "UTC"),
    schema.SHARE: pl.Float64,
    schema.AMOUNT: pl.Float64,
    schema.COUNT: pl.Int64,
    schema.TRUTH: pl.Boolean,
}
EXPECTED = {
    schema.DATE: "is not a date like 2026-04-01, 2026/4/1 or 令和8年4月1日",
    schema.INSTANT: "is not a day and time like 2026-04-01 08:30 or 2026-04-01T08:30:00+09:00",
    schema.SHARE: "is not a share like 0.5 or 50%",
    schema.AMOUNT: "is not a number like 0.7, 70% or 45",
    schema.COUNT: "is not a whole number",
    schema.TRUTH: "is neither 1, 有, 可, はい nor 0, 無, 否, いいえ",
}
TRUE, FALSE = "1 有 可 はい 〇 ○ true yes y", "0 無 否 不可 いいえ × false no n"
# Five digits are how a spreadsheet stores a day (46113 = 2026-04-01) when the cell is not formatted as a date.
SPREADSHEET_NUMBER = r"^\d{5}(\.\d+)?$"

# First year of an era less one, and the first day that may be written with it. Personnel files reach back to 昭和.
_OLDEST = "昭和"
_WRITTEN = ERAS[: [era.name for era in ERAS].index(_OLDEST) + 1]
_ERAS = {
    word: (era.starts_on.year - 1, era.starts_on.isoformat()) for era in _WRITTEN for word in (era.name, era.letter)
}
_MONTH_DAY = r"(?:[-/.](?<month>\d{1,2})[-/.](?<day>\d{1,2})|年(?<month2>\d{1,2})月(?<day2>\d{1,2})日)"
_WESTERN = rf"^(?<year>\d{{4}}){_MONTH_DAY}(?: *0{{1,2}}:00(?::00)?)?$"
_ERA = rf"^(?<era>{'|'.join(_ERAS)})(?<year>\d{{1,2}}|元){_MONTH_DAY}$"
_COMPACT = r"^(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})$"
_INSTANT = (
    r"^(?<date>\d{4}[-/]\d{1,2}[-/]\d{1,2})[T ]+(?<hour>\d{1,2}):(?<minute>\d{2})"
    r"(?::(?<second>\d{2})(?:\.\d+)?)?(?<zone>Z|[+-]\d{2}:?\d{2})?$"
)
FIRST_YEAR = 1900
OPEN_YEAR = 9999  # many personnel systems write 9999-12-31 for "until further notice"


def tidied(values: pl.Series, kind: str) -> pl.Series:
    """Spaces at both ends gone, blank as null; for codes and figures full width becomes half width."""
    text = values if kind == schema.TEXT else values.str.normalize("NFKC")
    text = text.str.strip_chars().replace("", None)
    return text.str.to_lowercase() if kind == schema.PERSON else text


def typed(values: pl.Series, column: Column) -> pl.Series:
    """The values of a tidied column in its type; null where the text is none of the kind."""
    name = values.name
    frame = pl.DataFrame({"v": values.cast(pl.String)})
    match column.kind:
        case schema.DATE:
            made = frame.select(v=_date(pl.col("v")))["v"]
        case schema.INSTANT:
            made = frame.select(v=_instant(pl.col("v")))["v"]
        case schema.SHARE:
            made = frame.select(v=_figure(pl.col("v").str.replace_all(" ", "", literal=True), whole_digits=9))["v"]
        case schema.AMOUNT:
            made = frame.select(v=_figure(pl.col("v").str.replace_all("[ ,]", ""), whole_digits=15))["v"]
        case schema.COUNT:
            made = values.str.extract(r"^(\d{1,9})(?:\.0+)?$", 1).cast(pl.Int64)
        case schema.TRUTH:
            made = _chosen(values, {"1": tuple(TRUE.split()), "0": tuple(FALSE.split())}) == "1"
        case schema.CHOICE:
            made = _chosen(values, column.choices)
        case _:
            made = values
    return made.cast(TYPES[column.kind]).alias(name)


def as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """A typed table in the one way of writing that the landing holds: ISO dates, UTC instants, 1 and 0."""
    return frame.select(
        pl.col(name).dt.strftime("%Y-%m-%dT%H:%M:%SZ")
        if isinstance(kind, pl.Datetime)
        else pl.col(name).cast(pl.Int8).cast(pl.String)
        if kind == pl.Boolean
        else pl.col(name).cast(pl.String)
        for name, kind in frame.schema.items()
    )


def _chosen(values: pl.Series, choices: dict[str, tuple[str, ...]]) -> pl.Series:
    meanings = {other.casefold(): value for value, others in choices.items() for other in (value, *others)}
    return values.str.to_lowercase().replace_strict(meanings, default=None, return_dtype=pl.String)


def _date(text: pl.Expr) -> pl.Expr:
    western, era = text.str.extract_groups(_WESTERN), text.str.extract_groups(_ERA)
    compact = text.str.extract_groups(_COMPACT)
    bases = {name: base for name, (base, _) in _ERAS.items()}
    begins = {name: begin for name, (_, begin) in _ERAS.items()}
    name = era.struct.field("era")
    number = era.struct.field("year").replace("元", "1").cast(pl.Int32)
    year = (number + name.replace_strict(bases, default=None, return_dtype=pl.Int32)).cast(pl.String)
    in_era = _day(year, *_month_and_day(era))
    begin = name.replace_strict(begins, default=None, return_dtype=pl.String).str.to_date("%Y-%m-%d", strict=False)
    day = pl.coalesce(
        _day(western.struct.field("year"), *_month_and_day(western)),
        pl.when(in_era >= begin).then(in_era),
        _day(*(compact.struct.field(part) for part in ("year", "month", "day"))),
    )
    return pl.when(day.dt.year() >= FIRST_YEAR).then(day)


def _month_and_day(found: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    month, day = (pl.coalesce(found.struct.field(part, f"{part}2")) for part in ("month", "day"))
    return month, day


def _day(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    parts = (year, month.str.zfill(2), day.str.zfill(2))
    return pl.concat_str(parts, separator="-").str.to_date("%Y-%m-%d", strict=False)


def _instant(text: pl.Expr) -> pl.Expr:
    found = text.str.extract_groups(_INSTANT)
    day = _date(found.struct.field("date")).dt.strftime("%Y-%m-%d")
    clock = [found.struct.field(name).fill_null("00").str.zfill(2) for name in ("hour", "minute", "second")]
    zone = found.struct.field("zone").fill_null("+0900").str.replace("Z", "+0000", literal=True).str.replace(":", "")
    written = pl.concat_str(day, pl.lit("T"), clock[0], pl.lit(":"), clock[1], pl.lit(":"), clock[2], zone)
    return written.str.to_datetime("%Y-%m-%dT%H:%M:%S%z", time_unit="us", time_zone="UTC", strict=False)


def _figure(text: pl.Expr, whole_digits: int) -> pl.Expr:
    written = rf"^(\d{{1,{whole_digits}}}(?:\.\d{{0,12}})?|\.\d{{1,12}})%?$"
    figure = text.str.extract(written, 1).cast(pl.Float64, strict=False)
    return pl.when(text.str.ends_with("%")).then(figure / 100).otherwise(figure).round(6)
