"""Who used Copilot on which day, worked out report by report, and the share of those with a licence who did."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import polars as pl

from tests.differential.plain_book import CELL, Book
from tests.differential.plain_who import Raw, Who

KEY = ["person_key", "activity_date"]
PART = [*CELL, "segment_kind", "segment"]
ACTS = {
    "person_key": pl.String, "activity_date": pl.Date, "is_copilot_licensed": pl.Boolean,
    "is_copilot_active": pl.Boolean,
}  # fmt: skip


class CopilotReports:
    """Each answer that counts: when it was asked for, its newest day, the last day of use of each person in it."""

    def __init__(self, raw: Raw, who: Who) -> None:
        rows = raw.table("graph_copilot_usage").select(
            "_day",
            as_of=pl.col("report_refresh_date").str.to_date(),
            last=pl.col("last_activity_date").str.to_date(strict=False),
            person_key=who.of_address("user_principal_name_key"),
        )
        rows = rows.filter((pl.col("_day") - pl.col("as_of")).dt.total_days().is_between(0, 10))
        self.askings: set[tuple[date, date]] = set(rows.select("as_of", "_day").iter_rows())
        newest = dict(sorted(self.askings))
        self.lists: dict[date, list[tuple[str, date | None]]] = {as_of: [] for as_of in newest}
        for row in rows.drop_nulls("person_key").iter_rows(named=True):
            if row["_day"] == newest[row["as_of"]]:
                self.lists[row["as_of"]].append((row["person_key"], row["last"]))

    def status(self, days: pl.Series) -> list[str | None]:
        """Of each day missing, provisional or final; None before the first report."""
        first = min(self.lists, default=None)
        return [self._status(day) if first is not None and day >= first else None for day in days]

    def _status(self, day: date) -> str:
        if day not in self.lists:
            return "missing"
        asked_again = any(
            day <= as_of <= day + timedelta(days=21) and asked >= day + timedelta(days=5)
            for as_of, asked in self.askings
        )
        return "final" if asked_again else "provisional"

    def acts(self, rolls: pl.DataFrame) -> pl.DataFrame:
        used = {
            (person, last)
            for as_of, rows in self.lists.items()
            for person, last in rows
            if last is not None and last <= as_of <= last + timedelta(days=21)
        }
        listed = {(person, as_of) for as_of, rows in self.lists.items() for person, _ in rows}
        rows = [
            (
                *key,
                key in listed if key[1] in self.lists else None,
                True if key in used else False if key in listed else None,
            )
            for key in rolls.select(KEY).iter_rows()
        ]
        return pl.DataFrame(rows, schema=ACTS, orient="row")


def copilot_metric(book: Book) -> pl.DataFrame:
    """No row where nobody has a licence; null where there are licences and no day of the period has a report."""
    found = _reached(book.rows, CELL)
    days = book.nodes.filter(pl.col("copilot").is_not_null()).group_by(CELL)
    unknown = days.agg(is_known=(pl.col("copilot") != "missing").any()).filter(~pl.col("is_known")).select(CELL)
    table = pl.concat([found, unknown], how="diagonal")
    return book.metric("copilot_reach", table.with_columns(group_people="denominator"))


def copilot_parts(book: Book) -> Iterable[pl.DataFrame]:
    """Where it is known only."""
    table = _reached(book.rows.join(book.facts.segments, on=KEY), PART)
    yield book.metric("copilot_reach", table.with_columns(group_people="denominator"))


def _reached(rows: pl.DataFrame, cell: list[str]) -> pl.DataFrame:
    """A use counts on whatever day it is known; a licence on the days of reports."""
    people = rows.group_by([*cell, "person_key"]).agg(
        weight=pl.col("weight").filter(pl.col("is_copilot_licensed")).mean(),
        is_active=pl.col("is_copilot_active").any(),
    )
    people = people.drop_nulls("weight").with_columns(pl.col("weight").round(6))
    return people.group_by(cell).agg(
        numerator=pl.col("weight").filter("is_active").sum().round(6), denominator=pl.col("weight").sum().round(6)
    )
