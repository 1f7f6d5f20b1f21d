"""What of the landing the raw tables hold: by content per day, and which folders were looked at since they changed.

A day whose folder nobody wrote to since it was looked at costs one look at the folder's time. What does not belong
here: loading (load.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import duckdb
import polars as pl

from pipelines.errors import UnusableWarehouseError
from pipelines.landing.key_ring import read_key_ring
from pipelines.landing.store import Landed, Landing
from pipelines.warehouse.connection import transaction
from pipelines.warehouse.increment.change_log import record_change
from pipelines.warehouse.raw.schema import LOADED_STATE, ensure_state, raw_tables

# What a load writes besides the rows of its dataset.
WRITTEN_WITH_THEM = ("landing_days", "revision_changes")
FOREIGN = (
    "The warehouse holds figures under another pseudonym key than the landing: run `katsuyo rebuild`, which moves it "
    "aside and builds a new one."
)


def require_own_landing(con: duckdb.DuckDBPyConnection, landing: Landing) -> None:
    """Note the fingerprint of the landing's key in a new warehouse.

    Raises UnusableWarehouseError in that of another landing.
    """
    ring = read_key_ring(landing.root)
    if ring is None:
        return
    known = con.execute("select pseudonym_key_fingerprint from raw.keys").fetchall()
    if not known:
        con.execute("insert into raw.keys values (?)", [ring.pseudonym_key])
    elif known[0][0] != ring.pseudonym_key:
        raise UnusableWarehouseError(FOREIGN)


def days_to_look_at(con: duckdb.DuckDBPyConnection, landing: Landing, source: str, dataset: str) -> dict[date, int]:
    """Days whose folder was written to since they were looked at, and when it was (ns)."""
    seen = dict(
        con.execute(
            "select _day, changed_at_ns from raw.looked_at where source = ? and dataset = ?", [source, dataset]
        ).fetchall()
    )
    return {day: at for day, at in landing.changed_at(source, dataset).items() if seen.get(day) != at}


def days_not_loaded(con: duckdb.DuckDBPyConnection, landing: Landing) -> dict[tuple[str, str], list[date]]:
    """Per dataset the accepted days of the landing that the raw tables do not hold as they are; a look, no loading.

    Works on a connection that only reads. Raises duckdb.CatalogException where nothing was ever loaded.
    """
    found = {}
    for source, dataset in landing.datasets():
        days = days_to_look_at(con, landing, source, dataset)
        if new := [day for day in days if _is_new(con, landing, source, dataset, day)]:
            found[source, dataset] = new
    return found


def _is_new(con: duckdb.DuckDBPyConnection, landing: Landing, source: str, dataset: str, day: date) -> bool:
    content = day_files(landing, source, dataset, day).content
    return bool(content) and loaded_content(con, source, dataset, [day]).get(day) != content


@dataclass(frozen=True, slots=True)
class DayFiles:
    """The revisions that make up one day; `content` tells whether they are the ones already loaded, blank: none."""

    day: date
    landed: tuple[Landed, ...]

    @property
    def content(self) -> str:
        return " ".join(one.revision.content for one in self.landed)


def day_files(landing: Landing, source: str, dataset: str, day: date) -> DayFiles:
    """Of a source whose records only add up every accepted revision, else the one that counts."""
    if only_adds_up(source, dataset):
        accepted = sorted(landing.accepted(source, dataset, day), key=lambda one: one.revision.name)
        return DayFiles(day, tuple(accepted))
    current = landing.current(source, dataset, day)
    return DayFiles(day, () if current is None else (current,))


def only_adds_up(source: str, dataset: str) -> bool:
    """Whether every accepted answer about a day counts, not the newest alone."""
    return raw_tables()[f"{source}_{dataset}"].adds_up_by is not None


def loaded_content(con: duckdb.DuckDBPyConnection, source: str, dataset: str, days: Iterable[date]) -> dict[date, str]:
    """The content of those of the days that are loaded."""
    rows = con.execute(
        "select _day, content from raw.loaded_days "
        "where source = $source and dataset = $dataset and list_contains($days, _day)",
        {"source": source, "dataset": dataset, "days": list(days)},
    ).fetchall()
    return dict(rows)


def remember_loaded(con: duckdb.DuckDBPyConnection, source: str, dataset: str, contents: Mapping[date, str]) -> None:
    _replace(con, "loaded_days", (source, dataset), contents)


def remember_looked_at(con: duckdb.DuckDBPyConnection, source: str, dataset: str, times: Mapping[date, int]) -> None:
    """In the transaction that has done what the look asked for."""
    _replace(con, "looked_at", (source, dataset), times)


def empty_landed_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Take away all that was loaded, so that every day of the landing is loaded again. The rules stay."""
    ensure_state(con)
    landed = [name for name, table in raw_tables().items() if table.landed]
    with transaction(con):
        for name in (*landed, *WRITTEN_WITH_THEM, *LOADED_STATE):
            con.execute(f"delete from raw.{name}")
            record_change(con, f"raw.{name}")


def _replace(
    con: duckdb.DuckDBPyConnection, state: str, dataset: tuple[str, str], values: Mapping[date, object]
) -> None:
    """The values of these days, for those that stand in raw.<state>."""
    if not values:
        return
    column = LOADED_STATE[state].split()[0]
    rows = pl.DataFrame({"_day": list(values), column: list(values.values())}).with_columns(
        source=pl.lit(dataset[0]), dataset=pl.lit(dataset[1])
    )
    con.register("_state", rows)
    con.execute(
        f"delete from raw.{state} as l using _state as s "
        "where l.source = s.source and l.dataset = s.dataset and l._day = s._day"
    )
    con.execute(f"insert into raw.{state} by name select * from _state")
    con.unregister("_state")
