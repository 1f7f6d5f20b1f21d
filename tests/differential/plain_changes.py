"""How much a figure changed from one period to another, person by person: who is in both is one person in both.

What chance does to the difference: each person's part of it, (n - R d) / D in one period less the same in the other,
where a person who is in one period only has no part in the other.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from tests.differential.facts import Facts
from tests.differential.plain_book import PART, Book, has
from tests.differential.plain_habit import habit_clusters
from tests.differential.plain_intensity import TOOLS
from tests.differential.plain_student import t_quantile
from tests.differential.plain_sums import LEAST_PEOPLE
from tests.differential.plain_telework import capable_cells, capable_equal_days, telework_clusters
from tests.differential.plain_use import DAILY, EQUAL_DAYS, RATIOS, daily_clusters, seen_in_equal_days

People = dict[str, tuple[float, float]]  # person -> n, d
Told = tuple[float | None, float | None, float | None, float | None]
SCHEMA = {
    "department_key": pl.String, "period_kind": pl.String, "period_start": pl.Date, "segment_kind": pl.String,
    "segment": pl.String, "metric_id": pl.String, "comparison": pl.String, "other_start": pl.Date,
    "people_count": pl.Int64, "least_people_count": pl.Int64, "change": pl.Float64, "change_low": pl.Float64,
    "change_high": pl.Float64, "change_detectable": pl.Float64,
}  # fmt: skip


@dataclass(frozen=True)
class Compared:
    """A metric, its people, and where it is compared though nobody is there: None for only where somebody is."""

    metric_id: str
    clusters: pl.DataFrame
    cells: pl.DataFrame | None = None


def change_table(facts: Facts) -> pl.DataFrame:
    """SCHEMA; a row where both periods have a rate. Weeks of the whole alone, equal days down to 部, habits by month.

    Nothing is compared with a period without a working day. Where at equal days a period has nobody, the row says so.
    """
    rows = [row for kind in ("week", "month") for row in _of_kind(Book(facts, kind))]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _compared(book: Book) -> Iterator[Compared]:
    for metric_id in (*DAILY, *RATIOS):
        yield Compared(metric_id, daily_clusters(book, metric_id))
    for metric_id in ("telework_day_rate", "telework_capable_day_rate"):
        yield Compared(metric_id, telework_clusters(book, metric_id))
    for metric_id, (measure, active) in EQUAL_DAYS.items():
        known = has(measure) & pl.col("is_working_day")
        clusters = book.counted(seen_in_equal_days(book, known, active))
        yield Compared(metric_id, clusters, book.whole(known, working=True))
    yield Compared("telework_capable_reach_equal_days", capable_equal_days(book), capable_cells(book))
    if book.kind == "month":
        for tool in TOOLS:
            yield Compared("habit_share", habit_clusters(book.facts, tool))


def _of_kind(book: Book) -> Iterator[tuple]:
    working = book.days.filter("is_working_day").select("period_start")
    for compared in _compared(book):
        levels = pl.lit(value=True)
        if book.kind == "week":
            levels = pl.col("department_key") == "ALL"
        elif compared.cells is not None:
            levels = pl.col("department_key").is_in(["ALL", *book.bureaus])
        clusters = compared.clusters.filter(levels, pl.col("d") > 0).join(working, on="period_start", how="semi")
        people: dict[tuple, People] = {}
        if compared.cells is not None:
            people = {cell: {} for cell in compared.cells.filter(levels).select(PART).iter_rows()}
        for *cell, person, n, d in clusters.select(*PART, "person_key", "n", "d").iter_rows():
            people.setdefault(tuple(cell), {})[person] = (n, d)
        for (department, start, *segment), now in people.items():
            for comparison, other_start in others(book.kind, start):
                then = people.get((department, other_start, *segment))
                if then is not None:
                    key = (department, book.kind, start, *segment, compared.metric_id, comparison, other_start)
                    sizes = len(now.keys() | then.keys()), min(len(now), len(then))
                    yield (*key, *sizes, *change(now, then))


def others(kind: str, start: date) -> Iterable[tuple[str, date]]:
    """What a period is compared with. No year to date: it is never as long as another."""
    if kind == "week":
        yield "previous", start - timedelta(days=7)
        return
    yield "previous", (start - timedelta(days=1)).replace(day=1)
    yield "year_before", start.replace(year=start.year - 1)
    if start.month != 4:
        yield "april", date(start.year if start.month > 4 else start.year - 1, 4, 1)


def change(now: People, then: People) -> Told:
    """The difference of the rates, its 95 % interval, and the smallest that would show four times in five."""
    if not now or not then:
        return None, None, None, None
    difference = _rate(now) - _rate(then)
    if min(len(now), len(then)) < LEAST_PEOPLE:
        return difference, None, None, None
    here, there = _parts(now), _parts(then)
    people = here.keys() | there.keys()
    squares = sum((here.get(person, 0.0) - there.get(person, 0.0)) ** 2 for person in people)
    degrees = min(len(now), len(then)) - 1  # no more is known of chance than in the period with fewer people
    error = math.sqrt(squares * (degrees + 1) / degrees)
    half = t_quantile(0.975, degrees) * error
    return difference, difference - half, difference + half, half + t_quantile(0.80, degrees) * error


def _rate(people: People) -> float:
    return sum(n for n, _ in people.values()) / sum(d for _, d in people.values())


def _parts(people: People) -> dict[str, float]:
    """What of chance each person brings into the rate."""
    rate, base = _rate(people), sum(d for _, d in people.values())
    return {person: (n - rate * d) / base for person, (n, d) in people.items()}
