"""Load: accepted revisions of the landing become rows of the raw tables.

A day of a report or a snapshot is replaced whole (delete the day, insert the day, write down what changed, all in one
transaction); what an answer repeats is left out (deduplicate.py). Box events only
add up: one row per event_id, by anti-join over the days around, because a unique index doubles the file and slows the
insert eightfold. What was loaded is remembered by content (loaded.py): loading again changes nothing and costs only the
look. A stored file is read only if it is what was written; another is moved aside and its day waits for a new answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb
import polars as pl

from pipelines.landing.store import Landed, Landing
from pipelines.warehouse.connection import transaction
from pipelines.warehouse.increment.change_log import record_change
from pipelines.warehouse.raw.deduplicate import deduplicate
from pipelines.warehouse.raw.loaded import (
    DayFiles,
    day_files,
    days_to_look_at,
    loaded_content,
    remember_loaded,
    remember_looked_at,
    require_own_landing,
)
from pipelines.warehouse.raw.revision_changes import record_revision_changes
from pipelines.warehouse.raw.schema import ensure_raw_tables, ensure_state, raw_tables

# Enough days in one transaction that a first load is quick, few enough that an interruption costs little.
DAYS_PER_TRANSACTION = 31
_BOOKKEEPING = ("_day", "_fetched_at", "_sha256")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one call did to one dataset: the days that changed and the rows its raw table holds for them now."""

    source: str
    dataset: str
    days: tuple[date, ...]
    row_count: int


def load_dataset(con: duckdb.DuckDBPyConnection, landing: Landing, source: str, dataset: str) -> Loaded:
    """Bring the raw table of one dataset up to date with every day that ever landed.

    A damaged file is moved aside (landing.damaged tells of it) and what else there is of its day is loaded. Raises
    KatsuyoError where the warehouse belongs to another landing.
    """
    ensure_raw_tables(con)
    ensure_state(con)
    require_own_landing(con, landing)
    asked = days_to_look_at(con, landing, source, dataset)
    known = loaded_content(con, source, dataset, asked)
    table = raw_tables()[f"{source}_{dataset}"]
    changed = []
    for day in asked:
        found = _whole_files(landing, source, dataset, day, known.get(day))
        if found.landed and known.get(day) != found.content:
            changed.append(found)
    row_count = 0
    for start in range(0, len(changed), DAYS_PER_TRANSACTION):
        batch = changed[start : start + DAYS_PER_TRANSACTION]
        days = [found.day for found in batch]
        with transaction(con):
            row_count += _load_batch(con, source, dataset, batch, {day for day in days if day not in known})
            record_change(con, f"raw.{source}_{dataset}", table.reaches_back_to(batch[0].day))
            record_revision_changes(con, landing, source, dataset, days)
            # With the rows: a day whose folder does not change is not looked at again.
            record_days(con, landing, source, dataset, days)
            remember_looked_at(con, source, dataset, {day: asked[day] for day in days})
    loaded = tuple(one.day for one in changed)
    rest = sorted(asked.keys() - set(loaded))
    if rest:
        with transaction(con):
            record_days(con, landing, source, dataset, rest)
            remember_looked_at(con, source, dataset, {day: asked[day] for day in rest})
    return Loaded(source, dataset, loaded, row_count)


def _whole_files(landing: Landing, source: str, dataset: str, day: date, known: str | None) -> DayFiles:
    """The revisions to load whose files are whole: another is moved aside, and the one before it counts again."""
    while True:
        found = day_files(landing, source, dataset, day)
        if found.content == known or all(landing.check(one) for one in found.landed):
            return found


def _load_batch(
    con: duckdb.DuckDBPyConnection, source: str, dataset: str, batch: list[DayFiles], new_days: set[date]
) -> int:
    """Write the days of a batch; `new_days` are those of which nothing counts as loaded."""
    table = f"raw.{source}_{dataset}"
    files = pl.DataFrame(
        [
            (str(one.table), found.day, one.revision.fetched_at.replace(tzinfo=None), one.revision.sha256)
            for found in batch
            for one in found.landed
            if one.revision.row_count
        ],
        schema={"path": pl.String, "_day": pl.Date, "_fetched_at": pl.Datetime("us"), "_sha256": pl.String},
        orient="row",
    )
    days = [found.day for found in batch]
    key = raw_tables()[f"{source}_{dataset}"].adds_up_by
    # Events only add up; rows of a day that does not count as loaded are of a table that is to be filled anew.
    gone = days if key is None else sorted(new_days)
    if gone:
        # The bounds spare DuckDB the blocks of all other days; a list alone would have it read the whole history.
        bounds = {"days": gone, "first": min(gone), "last": max(gone)}
        con.execute(f"delete from {table} where _day between $first and $last and list_contains($days, _day)", bounds)
    row_count = 0
    if files.height:
        con.register("_files", files)
        reader = _reader(files["path"].to_list())
        rows = _rows_of(con, table, reader)
        statement = rows if key is None else _new_events(con, table, rows, reader, key)
        row_count = con.execute(f"insert into {table} by name {statement}").fetchall()[0][0]
        con.unregister("_files")
        if key is None:
            row_count -= deduplicate(con, f"{source}_{dataset}", days)
    remember_loaded(con, source, dataset, {found.day: found.content for found in batch})
    return row_count


def _reader(paths: list[str]) -> str:
    listed = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
    return f"read_parquet([{listed}], union_by_name = true, filename = true)"


def _rows_of(con: duckdb.DuckDBPyConnection, table: str, reader: str) -> str:
    """A SELECT of the stored files in the columns that the raw table has; fields kept for later stay in the landing."""
    stored = {row[0] for row in con.execute(f"describe select * from {reader}").fetchall()}
    wanted = [row[0] for row in con.execute(f"describe {table}").fetchall() if row[0] not in _BOOKKEEPING]
    columns = ", ".join(f'p."{name}"' for name in wanted if name in stored)
    return (
        f"select {columns}, f._day, f._fetched_at, f._sha256 from {reader} as p inner join _files as f "
        "on p.filename = f.path"
    )


def _new_events(con: duckdb.DuckDBPyConnection, table: str, rows: str, reader: str, key: str) -> str:
    """Only events not seen before: late and repeated ones lie within a day of the window, so no look at all history."""
    days = con.execute("select min(_day) - 1, max(_day) + 1 from _files").fetchall()[0]
    bounds = f"o._day between date '{days[0]:%Y-%m-%d}' and date '{days[1]:%Y-%m-%d}'"
    new = f"select n.* from ({rows}) as n anti join (select {key} from {table} as o where {bounds}) using ({key})"
    repeated = con.execute(f"select count(*) > count(distinct {key}) from {reader}").fetchall()[0][0]
    # Sorting whole rows to drop repeated ones is the dearest step, and most answers repeat nothing.
    once = f" qualify row_number() over (partition by n.{key} order by n._fetched_at, n._sha256) = 1"
    return new + once if repeated else new


def record_days(con: duckdb.DuckDBPyConnection, landing: Landing, source: str, dataset: str, days: list[date]) -> None:
    """raw.landing_days: what became of every day that was asked for and answered."""
    rows = [row for day in days if (row := _status_row(landing.revisions(source, dataset, day))) is not None]
    if not rows:
        return
    status = pl.DataFrame(
        rows,
        schema={
            "source": pl.String,
            "dataset": pl.String,
            "_day": pl.Date,
            "status": pl.String,
            "row_count": pl.Int64,
            "fetched_at": pl.Datetime("us"),
            "is_simulated": pl.Boolean,
            "reason": pl.String,
            "first_accepted_at": pl.Datetime("us"),
        },
        orient="row",
    )
    con.register("_status", status)
    other = "from _status as s left join raw.landing_days as l using (source, dataset, _day) where l is distinct from s"
    changed_from = con.execute(f"select min(_day) {other}").fetchall()[0][0]
    if changed_from:
        record_change(con, "raw.landing_days", changed_from)
    con.execute(
        "delete from raw.landing_days as l using _status as s "
        "where l.source = s.source and l.dataset = s.dataset and l._day = s._day"
    )
    con.execute("insert into raw.landing_days by name select * from _status")
    con.unregister("_status")


def _status_row(revisions: list[Landed]) -> tuple[object, ...] | None:
    """What became of a day: its whole answer that counts, else the parts that came, else why it was rejected."""
    if not revisions:
        return None
    accepted = [one.revision for one in revisions if one.revision.verdict == "accepted"]
    whole = [one for one in accepted if not one.is_partial]
    shown = (whole or accepted or [revisions[-1].revision])[-1]
    return (
        shown.source,
        shown.dataset,
        shown.day,
        shown.verdict if whole or not accepted else "partial",
        shown.row_count,
        shown.confirmed_at.replace(tzinfo=None),
        shown.origin is not None,
        shown.reason,
        min((one.fetched_at.replace(tzinfo=None) for one in whole), default=None),
    )
