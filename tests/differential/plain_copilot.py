"""Who used Copilot on which day, worked out report by report, and the share of those with a licence who did."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import polars as pl

from tests.differential.plain_book import EVERYBODY, PART, Book
from tests.differential.plain_counted import PERSON
from tests.differential.plain_use import splits
from tests.differential.plain_who import Raw, Who

KEY = ["person_key", "activity_date"]
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


def copilot_metrics(book: Book) -> Iterable[pl.DataFrame]:
    """No row where nobody has a licence; null where there are licences and no day of the period has a report.

    Parts of departments only where it is known; no weeks.
    """
    if book.kind == "week":
        return
    days = book.days.drop_nulls("copilot").group_by("period_start")
    status = days.agg(is_known=(pl.col("copilot") != "missing").any())
    unknown = book.cells.join(status.filter(~pl.col("is_known")), on="period_start")
    for split in splits(book):
        clusters = book.counted(_licensed(book), split=split)
        cells = book.parts(split, EVERYBODY).join(clusters, on=PART, how="semi")
        if split == "all":
            cells = pl.concat([cells, unknown.join(cells, on=PART, how="anti")])
        yield book.told("copilot_reach", cells, clusters)


def _licensed(book: Book) -> pl.DataFrame:
    """PERSON, n, d: who has a licence in a report of the period. A use counts on whatever day it is known."""
    people = book.done.group_by(PERSON).agg(
        is_licensed=pl.col("is_copilot_licensed").any(), n=pl.col("is_copilot_active").any().cast(pl.Float64)
    )
    return people.filter("is_licensed").select(*PERSON, "n", d=pl.lit(1.0))
