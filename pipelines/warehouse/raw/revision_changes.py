"""What a revision changed: rows and totals of a day before and after, one row per measure (raw.revision_changes).

The history of a day is read from its revisions in the landing, not from what the warehouse held before: so it is the
same after a rebuild, after a run that was killed, and when two revisions landed before either was loaded. Which columns
make up which total is data (sql/seeds/report_totals.csv). Of Box events only answers about a whole day are compared;
what came late, by whichever stream, is counted by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import pairwise

import duckdb
import polars as pl

from pipelines.landing.store import Landed, Landing
from pipelines.warehouse.increment.change_log import record_change

ROWS = "rows"
_SCHEMA = {
    "source": pl.String,
    "dataset": pl.String,
    "_day": pl.Date,
    "revision_number": pl.Int32,
    "changed_at": pl.Datetime("us"),
    "measure": pl.String,
    "total_before": pl.Int64,
    "total_after": pl.Int64,
}
# What a column adds to its total; a blank cell adds nothing.
_TOTALS = {
    "number": "coalesce(sum(try_cast({0} as bigint)), 0)",
    "use": "count(*) filter (where lower({0}) not in ('no', 'false'))",
    "distinct": "count(distinct {0})",
}
Totals = dict[str, int]


def record_revision_changes(
    con: duckdb.DuckDBPyConnection, landing: Landing, source: str, dataset: str, days: list[date]
) -> None:
    """Write down what became of each of `days` since it first landed, in the transaction that loads them."""
    histories = {day: history for day in days if len(history := _history(landing, source, dataset, day)) > 1}
    con.execute(
        "delete from raw.revision_changes where source = ? and dataset = ? and list_contains(?, _day)",
        [source, dataset, days],
    )
    if not histories:
        return
    totals = _totals(con, source, dataset, [landed for history in histories.values() for _, landed in history])
    rows = [
        (source, dataset, day, *change)
        for day, history in histories.items()
        for change in _changes([(at, totals[landed.revision.name, day]) for at, landed in history])
    ]
    record_change(con, "raw.revision_changes", min(histories))
    con.register("_changes", pl.DataFrame(rows, schema=_SCHEMA, orient="row"))
    con.execute("insert into raw.revision_changes by name select * from _changes")
    con.unregister("_changes")


def _history(landing: Landing, source: str, dataset: str, day: date) -> list[tuple[datetime, Landed]]:
    """The revisions that counted, each with the instant from which it did. A service may take a change back."""
    accepted = [one for one in landing.accepted(source, dataset, day) if not one.revision.is_partial]
    history = sorted(((one.revision.fetched_at, one) for one in accepted), key=lambda pair: pair[1].revision.name)
    current = landing.current(source, dataset, day)
    if current is not None and history and history[-1][1].revision.name != current.revision.name:
        history.append((current.revision.confirmed_at, current))
    return history


def _totals(
    con: duckdb.DuckDBPyConnection, source: str, dataset: str, landed: list[Landed]
) -> dict[tuple[str, date], Totals]:
    """(revision, day) -> total of each measure. A blank count means none."""
    measures = _measures(con, source, dataset)
    found: dict[tuple[str, date], Totals] = {
        (one.revision.name, one.revision.day): {ROWS: one.revision.row_count, **dict.fromkeys(measures, 0)}
        for one in landed
    }
    files = {str(one.table): (one.revision.name, one.revision.day) for one in landed if one.revision.row_count}
    if not files or not measures:
        return found
    reader = "read_parquet($paths, union_by_name = true, filename = true)"
    paths = {"paths": sorted(files)}
    stored = {row[0] for row in con.execute(f"describe select * from {reader}", paths).fetchall()}
    sums = ", ".join(
        " + ".join(_TOTALS[counts_as].format(f'"{column}"') for column, counts_as in columns if column in stored) or "0"
        for columns in measures.values()
    )
    for path, *values in con.execute(f"select filename, {sums} from {reader} group by filename", paths).fetchall():
        found[files[path]] |= {name: int(value) for name, value in zip(measures, values, strict=True)}
    return found


def _measures(con: duckdb.DuckDBPyConnection, source: str, dataset: str) -> dict[str, list[tuple[str, str]]]:
    """Measure -> its columns and what each cell counts as."""
    rows = con.execute(
        "select measure, column_name, counts_as from raw.report_totals where source = ? and dataset = ? order by all",
        [source, dataset],
    ).fetchall()
    measures: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for measure, column, counts_as in rows:
        measures[measure].append((column, counts_as))
    return dict(measures)


def _changes(history: list[tuple[datetime, Totals]]) -> Iterator[tuple[int, datetime, str, int, int]]:
    for number, ((_, before), (at, after)) in enumerate(pairwise(history), start=2):
        for measure in after:
            yield number, at.astimezone(UTC).replace(tzinfo=None), measure, before[measure], after[measure]
