"""Incremental copies: tables of the warehouse in a file of its own, brought up to date from the file of the last time.

Years of rows are not written again for the sake of one day: the former file is copied, and only rows of days that have
changed since are replaced. The file remembers what it was made from (`made_from`). What does not belong here: which
tables a file holds and what of them may be seen (publish/), which rows changed (change_log.py, changed_range.py).
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

from duckdb import DuckDBPyConnection as Connection
from duckdb import Error

from pipelines.warehouse.connection import STORAGE_VERSION
from pipelines.warehouse.increment.change_log import BEGINNING, changed_since, warehouse_state
from pipelines.warehouse.increment.changed_range import TIME_COLUMNS, since_condition

# The columns that say of which period a published figure is.
PERIOD = ("period_kind", "period_start")
_COMMENTS = {
    "table {0}": "Up to which change of the warehouse each table is copied; only the next publication asks for it.",
    "column {0}.tag": "tells whether the same code and options made the file",
    "column {0}.warehouse_id": "tells one warehouse from another; says nothing else",
    "column {0}.table_name": "table of the warehouse",
    "column {0}.change_number": "newest change of the warehouse that is in the copy",
}


def copy_tag(code: str, *options: object) -> str:
    """A text that changes with the code (its fingerprint) and the options that decide what a copy looks like."""
    return hashlib.sha256(repr((code, options)).encode()).hexdigest()[:16]


def open_copy(con: Connection, alias: str, former: Path, part: Path, *, tag: str, main: str) -> None:
    """Attach `part` under `alias`: a copy of `former` if it was made with the same tag, from this warehouse.

    Empty otherwise, and also where `main` (schema.name) has to be made anew: being most of the file, its old rows
    would leave a file of empty room.
    """
    if _can_be_continued(con, former, tag, main):
        shutil.copyfile(former, part)
    con.execute(f"attach '{part.as_posix()}' as {alias} (read_write, storage_version '{STORAGE_VERSION}')")
    con.execute(
        f"create table if not exists {alias}.made_from "
        "(tag varchar, warehouse_id varchar, table_name varchar, change_number bigint)"
    )
    for target, comment in _COMMENTS.items():
        con.execute(f"comment on {target.format(f'{alias}.made_from')} is '{comment}'")


def copy_stale_since(con: Connection, alias: str, source: str) -> date | None:
    """The first day from which the copy of `source` (schema.name) is another than the table; None if it is the same."""
    rows = con.execute(f"select change_number from {alias}.made_from where table_name = ?", [source]).fetchall()
    state = warehouse_state(con)
    if not rows or state is None or rows[0][0] > state.change_number:
        return BEGINNING
    return changed_since(con, [source], rows[0][0])


def record_copy(con: Connection, alias: str, source: str, tag: str) -> None:
    """Write down that the copy of `source` is the same as the table."""
    con.execute(f"delete from {alias}.made_from where table_name = ?", [source])
    if (state := warehouse_state(con)) is not None:
        con.execute(
            f"insert into {alias}.made_from values (?, ?, ?, ?)", [tag, state.warehouse_id, source, state.change_number]
        )


def range_condition(columns: Sequence[str], since: date) -> str | None:
    """The condition that a row of a table with these columns lies in the changed range; None if rows have no day."""
    for name in TIME_COLUMNS:
        if name in columns and since > BEGINNING:
            return since_condition(name, since) if name != "period_start" or "period_kind" in columns else None
    return None


def clear_range(con: Connection, table: str, changed: str | None) -> tuple[str, str]:
    """Delete the rows of `table` under the condition `changed`; without one the table is to be made anew.

    Returns the condition of the rows to put in their place, and the statement that puts them, up to its SELECT.
    """
    if changed is None:
        return "true", f"create or replace table {table} as"
    con.execute(f"delete from {table} where {changed}")
    return changed, f"insert into {table} by name"


def _can_be_continued(con: Connection, former: Path, tag: str, main: str) -> bool:
    if not former.exists() or (state := warehouse_state(con)) is None:
        return False
    with suppress(Error):  # made by an earlier release, or no database at all: then it is made anew
        con.execute(f"attach '{former.as_posix()}' as former (read_only)")
        made = con.execute("select distinct tag, warehouse_id from former.made_from").fetchall()
        since = copy_stale_since(con, "former", main)
        con.execute("detach former")
        return made == [(tag, state.warehouse_id)] and since != BEGINNING
    con.execute("detach database if exists former")
    return False
