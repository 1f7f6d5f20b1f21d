"""The change log (schema run): which table changed from which day on, and what each model was last built from.

A new day must cost what the day costs, not what history costs. So whoever changes a table the models start from records
the earliest day whose rows are others now, and so does the runner for every model. From the log follows what is stale:
a model is stale from the earliest day that any of its inputs changed since it was built, and up to date when none did.
Days only run forward: a row may rest on its own day and earlier ones, so whatever lies before the stale day stands. A
model whose rows rest on later days as well says on how many (`looks_ahead_days`).
What does not belong here: comparing the rows of two states of a table (changed_range.py), copying changed rows into
another file (incremental_copy.py), building the stale days (models/).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from duckdb import CatalogException
from duckdb import DuckDBPyConnection as Connection

# "From the beginning": the change has no day, or is in rules that hold for every day.
BEGINNING = date(1900, 1, 1)


def record_change(con: Connection, table: str, changed_from: date = BEGINNING) -> None:
    """Record that rows of `table` (schema.name) from `changed_from` on are others now.

    In the transaction that changes them, so that neither is ever there without the other.
    """
    _ensure(con)
    day = max(changed_from, BEGINNING)
    number = con.execute("select coalesce(max(change_number), 0) + 1 from run.changes").fetchall()[0][0]
    # Whoever has not seen the former change has not seen this one, which reaches as far back.
    con.execute("delete from run.changes where table_name = ? and changed_from >= ?", [table, day])
    con.execute("insert into run.changes values (?, ?, ?)", [number, table, day])


@dataclass(frozen=True, slots=True)
class Definition:
    """What a built model follows from besides its inputs, as hashes.

    `sql` (the statement and how its rows are made) and `code` (who makes them) decide the rows; `checks` which rows are
    refused; `comments` only what is said of them.
    """

    sql: str
    code: str
    checks: str
    comments: str

    @property
    def of_rows(self) -> tuple[str, str]:
        return self.sql, self.code


@dataclass(frozen=True, slots=True)
class Build:
    """What a model was last built from. `is_clean`: every check passed then, the mere warnings too."""

    definition: Definition
    is_clean: bool
    change_number: int


def record_build(con: Connection, model: str, definition: Definition, *, is_clean: bool) -> None:
    """Record that `model` now holds what follows from every change so far. After last_build or record_change."""
    con.execute("delete from run.model_builds where model_name = ?", [model])
    con.execute(
        "insert into run.model_builds "
        "select ?, ?, ?, ?, ?, ?, coalesce((select max(change_number) from run.changes), 0)",
        [model, definition.sql, definition.code, definition.checks, definition.comments, is_clean],
    )


def last_build(con: Connection, model: str) -> Build | None:
    """What record_build recorded last about `model`; None when it was never built."""
    _ensure(con)
    rows = con.execute(
        "select sql_hash, code_hash, checks_hash, comments_hash, is_clean, change_number from run.model_builds "
        "where model_name = ?",
        [model],
    ).fetchall()
    return Build(Definition(*rows[0][:4]), *rows[0][4:]) if rows else None


def stale_since(
    con: Connection, build: Build | None, definition: Definition, inputs: Sequence[str], looks_ahead_days: int = 0
) -> date | None:
    """The first day whose rows of a model have to be made again; None when it is up to date.

    `looks_ahead_days`: so many days before a changed one may rest on it.
    """
    if build is None or build.definition.of_rows != definition.of_rows:
        return BEGINNING
    changed = changed_since(con, inputs, build.change_number)
    return None if changed is None else max(changed - timedelta(days=looks_ahead_days), BEGINNING)


def changed_since(con: Connection, tables: Sequence[str], change_number: int) -> date | None:
    """The earliest day that rows of `tables` changed after that change; None when none did."""
    return con.execute(
        "select min(changed_from) from run.changes where change_number > ? and list_contains(?, table_name)",
        [change_number, list(tables)],
    ).fetchall()[0][0]


@dataclass(frozen=True, slots=True)
class WarehouseState:
    """Which warehouse this is, and its newest change: numbers of one say nothing of another."""

    warehouse_id: str
    change_number: int


def warehouse_state(con: Connection) -> WarehouseState | None:
    """None when nothing was ever recorded. Works on a connection that only reads."""
    try:
        rows = con.execute(
            "select warehouse_id, coalesce((select max(change_number) from run.changes), 0) from run.warehouse"
        ).fetchall()
    except CatalogException:
        return None
    return WarehouseState(*rows[0]) if rows else None


def _ensure(con: Connection) -> None:
    con.execute("create schema if not exists run")
    con.execute("create table if not exists run.warehouse as select uuid()::varchar as warehouse_id")
    con.execute("create table if not exists run.changes (change_number bigint, table_name varchar, changed_from date)")
    con.execute(
        "create table if not exists run.model_builds (model_name varchar, sql_hash varchar, code_hash varchar, "
        "checks_hash varchar, comments_hash varchar, is_clean boolean, change_number bigint)"
    )
    con.execute("drop table if exists run.builds")  # of releases that did not ask which code made a model
