"""Who teleworks and how often, of everybody and of those whose post allows it, and how much is known of the places.

Bounds: if nobody at no known place teleworked, and if all of them did.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from tests.differential.plain_book import CELL, EVERYBODY, PART, Book, has
from tests.differential.plain_counted import PERSON
from tests.differential.plain_use import DRAWN, left_out, seen_in_equal_days, with_left_out

PLACED = ("office", "remote", "mixed")
PARTS = {"remote": 1.0, "mixed": 0.5}
KNOWN = has("telework") & pl.col("is_working_day")
IS_PLACED = pl.col("telework_class").is_in(PLACED).fill_null(value=False)
AWAY = pl.col("telework_class").is_in([*PARTS])
DAYS = pl.col("telework_class").replace_strict(PARTS, default=0.0)
CAPABLE = pl.col("is_telework_capable")


def telework_metrics(book: Book) -> Iterable[pl.DataFrame]:
    """Over working days; a period without one has no row. Capable: of the counted home, or of the home of the day.

    Of capable people no row where there are none.
    """
    cells, coverage = book.whole(KNOWN, working=True), place_coverage(book)
    of_capable = place_coverage(book, people=CAPABLE)
    with_capable = capable_cells(book)

    def told(metric_id: str, clusters: pl.DataFrame) -> pl.DataFrame:
        if "capable" in metric_id:
            return covered(book.told(metric_id, with_capable, clusters), of_capable)
        return covered(book.told(metric_id, cells, clusters), coverage)

    for metric_id, people in (("telework_reach", EVERYBODY), ("telework_capable_reach", CAPABLE)):
        yield told(metric_id, _reached(book, people))
    for metric_id in ("telework_day_rate", "telework_capable_day_rate"):
        yield told(metric_id, telework_clusters(book, metric_id))
    if book.kind in DRAWN:
        equal = told("telework_capable_reach_equal_days", capable_equal_days(book))
        yield with_left_out(equal, left_out(book, KNOWN, people=CAPABLE))
    rolls = book.working_days_so_far().rename({"working_days": "d"})
    placed = book.daily(KNOWN, IS_PLACED).select(*PART, "person_key", "n")
    clusters = rolls.join(placed, on=[*PART, "person_key"], how="left").with_columns(pl.col("n").fill_null(0.0))
    yield covered(book.told("telework_coverage", cells, clusters), coverage)


def capable_cells(book: Book) -> pl.DataFrame:
    """The cells of departments in which a capable person counts, or was on a day of the period that is over."""
    found = (book.people.filter(CAPABLE), book.rows.filter(CAPABLE), book.working_days_so_far(people=CAPABLE))
    there = pl.concat(frame.select(CELL) for frame in found)
    return book.whole(KNOWN, working=True).join(there, on=CELL, how="semi")


def _reached(book: Book, people: pl.Expr) -> pl.DataFrame:
    """Of who had a known working day; a day that is missing may have been one of telework, as one at no known place."""
    found = book.done.filter("is_working_day").group_by(PERSON).agg(
        is_known=has("telework").any(),
        n=AWAY.any().cast(pl.Float64),
        d=pl.lit(1.0),
        possible=(AWAY.fill_null(value=False) | ~IS_PLACED).any().cast(pl.Float64),
    )  # fmt: skip
    return book.counted(found.filter("is_known").drop("is_known"), people=people)


def telework_clusters(book: Book, metric_id: str, split: str = "all") -> pl.DataFrame:
    """Of a day rate: days of telework, halves where part of a day was, of known working days."""
    people = CAPABLE if metric_id == "telework_capable_day_rate" else EVERYBODY
    possible = pl.when(IS_PLACED).then(DAYS).otherwise(1.0)
    return book.daily(KNOWN, DAYS, possible=possible, split=split, people=people)


def capable_equal_days(book: Book) -> pl.DataFrame:
    found = seen_in_equal_days(book, KNOWN, AWAY, AWAY | ~IS_PLACED)
    return book.counted(found, people=CAPABLE)


def place_coverage(book: Book, split: str = "all", *, people: pl.Expr = EVERYBODY) -> pl.DataFrame:
    """PART and own_coverage: person-days at a known place / person working days of the days that are over."""
    rolls = book.working_days_so_far(split, people=people).group_by(PART).agg(pl.col("working_days").sum())
    placed = book.daily(KNOWN, IS_PLACED, split=split, people=people).group_by(PART).agg(pl.col("n").sum())
    both = rolls.join(placed, on=PART, how="left")
    return both.select(*PART, own_coverage=pl.col("n").fill_null(0) / pl.col("working_days"))


def covered(rows: pl.DataFrame, coverage: pl.DataFrame, by: list[str] | None = None) -> pl.DataFrame:
    """With the coverage of the same part, or of another one as `by` says."""
    keys = PART if by is None else by
    columns = rows.columns
    return rows.drop("own_coverage").join(coverage.select(*keys, "own_coverage"), on=keys, how="left").select(columns)
