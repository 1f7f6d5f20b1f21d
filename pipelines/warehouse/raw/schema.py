"""The tables the models start from: made empty where a dataset is absent.

Usage reports have theirs from the catalogue (report_tables.py), all others are declared in sql/sources.yml. With every
raw table in place the whole chain runs on any subset of sources. Loading landed files into these tables is load.py's
work; what the columns mean is written in sources.yml, the rules as data in sql/seeds/.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict
from datetime import timedelta
from functools import cache
from pathlib import Path

import duckdb
import polars as pl
import yaml

from pipelines.common.eras import TOKYO_AHEAD
from pipelines.common.shipped import SQL_DIR, missing
from pipelines.errors import KatsuyoError
from pipelines.metrics import load_metrics
from pipelines.warehouse.comments import write_comments
from pipelines.warehouse.connection import transaction
from pipelines.warehouse.increment.change_log import record_change
from pipelines.warehouse.increment.changed_range import replace_rows
from pipelines.warehouse.raw.report_tables import report_seeds, report_tables
from pipelines.warehouse.raw.table import RawTable

DEFAULT_MAIL_LIMIT_BYTES = 7_300_000
_HOURS_AHEAD = TOKYO_AHEAD // timedelta(hours=1)
# Which declaration the tables were last made from; no model reads it.
_DECLARATION = "declaration"
# Per source, dataset and day: what is loaded, and when the folder was written to that was looked at.
LOADED_STATE = {"loaded_days": "content varchar", "looked_at": "changed_at_ns bigint"}


@cache
def raw_tables() -> dict[str, RawTable]:
    """Table name (without schema) -> declaration. Raises KatsuyoError where there are no declarations."""
    declared = yaml.safe_load(_sources_file().read_text(encoding="utf-8"))
    return report_tables() | {name: RawTable.model_validate(table) for name, table in declared.items()}


def _sources_file() -> Path:
    path = SQL_DIR / "sources.yml"
    if not path.is_file():
        raise KatsuyoError(missing(path.name, SQL_DIR))
    return path


@cache
def unique_keys() -> dict[str, tuple[str, ...]]:
    """Full table name -> the columns of which the loader keeps one row each."""
    return {f"raw.{name}": table.one_row_per for name, table in raw_tables().items() if table.one_row_per}


def ensure_raw_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Make every raw table and column that is not there yet; fill the small tables that are rules written as data.

    Rows of landed tables are never touched; a table that got a column counts as not loaded. Safe to call on every run,
    and next to nothing when all is there already.
    The caller must not be inside a transaction: this is one of its own.
    """
    declared = _declaration()
    if _made_from(con) == declared:
        return
    with transaction(con):
        con.execute("create schema if not exists raw")
        present = _present_columns(con)
        for name, table in raw_tables().items():
            _ensure_table(con, name, table, present.get(name))
        _fill_metrics(con)
        replace_rows(con, "raw.clock", f"(select {_HOURS_AHEAD}::integer as hours_ahead_of_utc)")
        con.execute(
            "insert into raw.parameters select ? where not exists (select 1 from raw.parameters)",
            [DEFAULT_MAIL_LIMIT_BYTES],
        )
        con.execute(f"create or replace table raw.{_DECLARATION} as select ? as declaration", [declared])


def _present_columns(con: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    present: dict[str, set[str]] = {}
    for table, column in con.execute(
        "select table_name, column_name from duckdb_columns() where schema_name = 'raw'"
    ).fetchall():
        present.setdefault(table, set()).add(column)
    return present


@cache
def _declaration() -> str:
    """A text that changes whenever a raw table, a seed or a metric does."""
    tables = repr((raw_tables(), [frame.rows() for frame in report_seeds().values()], _metric_rows(), _HOURS_AHEAD))
    files = sorted((SQL_DIR / "seeds").glob("*.csv"))
    return hashlib.sha256(b"\0".join([tables.encode(), *(path.read_bytes() for path in files)])).hexdigest()


def _made_from(con: duckdb.DuckDBPyConnection) -> str | None:
    try:
        return con.execute(f"select declaration from raw.{_DECLARATION}").fetchall()[0][0]
    except duckdb.CatalogException:
        return None


def write_parameters(
    con: duckdb.DuckDBPyConnection,
    *,
    mail_limit_bytes: int = DEFAULT_MAIL_LIMIT_BYTES,
    own_domains: Iterable[str] = (),
    switched_off: Iterable[tuple[str, str]] = (),
) -> None:
    """Replace what differs between organisations: the mail limit in bytes of file, the own mail domains, and the
    datasets (source, dataset) that nobody asks for.
    """
    with transaction(con):
        replace_rows(con, "raw.parameters", f"(select {mail_limit_bytes:d}::bigint as mail_limit_bytes)")
        domains = pl.DataFrame(
            {"domain": sorted({domain.strip().lower() for domain in own_domains if domain.strip()})},
            schema={"domain": pl.String},
        )
        con.register("_domains", domains)
        replace_rows(con, "raw.own_domains", "_domains")
        con.unregister("_domains")
        off = pl.DataFrame(sorted(switched_off), schema={"source": pl.String, "dataset": pl.String}, orient="row")
        con.register("_off", off)
        replace_rows(con, "raw.switched_off", "_off")
        con.unregister("_off")


def _ensure_table(con: duckdb.DuckDBPyConnection, name: str, table: RawTable, present: set[str] | None) -> None:
    """Make the table and its columns; what changed is recorded, and rules that say the same are no change."""
    types = table.column_types()
    if table.seed:
        _fill_seed(con, name, types)
    elif present is None:
        columns = ", ".join(f"{column} {kind}" for column, kind in types.items())
        con.execute(f"create table raw.{name} ({columns})")
        record_change(con, f"raw.{name}")
    elif missing_columns := [column for column in types if column not in present]:
        for column in missing_columns:
            con.execute(f"alter table raw.{name} add column {column} {types[column]}")
        if table.landed:
            # What landed holds the column already: all days are loaded again.
            _forget(con, name)
        record_change(con, f"raw.{name}")
    write_comments(con, {f"table raw.{name}": table.description})


def _forget(con: duckdb.DuckDBPyConnection, name: str) -> None:
    ensure_state(con)
    for state in LOADED_STATE:
        con.execute(f"delete from raw.{state} where source || '_' || dataset = ?", [name])


def ensure_state(con: duckdb.DuckDBPyConnection) -> None:
    """The tables that tell what of the landing is loaded (loaded.py)."""
    for state, column in LOADED_STATE.items():
        con.execute(f"create table if not exists raw.{state} (source varchar, dataset varchar, _day date, {column})")


def _fill_seed(con: duckdb.DuckDBPyConnection, name: str, types: dict[str, str]) -> None:
    # By name, never by position: two swapped columns of one type would be exchanged silently.
    columns = ", ".join(f"cast({column} as {kind}) as {column}" for column, kind in types.items())
    path = (SQL_DIR / "seeds" / f"{name}.csv").as_posix()
    source = "read_csv(?, header = true, delim = ',', all_varchar = true)"
    con.execute(f"create or replace temp table seed as select {columns} from {source}", [path])
    if (more := report_seeds().get(name)) is not None:
        con.register("_more", more)
        con.execute("insert into seed by name select * from _more")
        con.unregister("_more")
    con.execute(f"create table if not exists raw.{name} as from seed limit 0")
    if _columns(con, f"raw.{name}") == _columns(con, "seed"):
        replace_rows(con, f"raw.{name}", "seed")
    else:
        con.execute(f"create or replace table raw.{name} as from seed")
        record_change(con, f"raw.{name}")
    con.execute("drop table seed")


def _columns(con: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, str]]:
    return [row[:2] for row in con.execute(f"describe {table}").fetchall()]


def _metric_rows() -> list[dict[str, object]]:
    return [{**asdict(metric), "sort_order": position} for position, metric in enumerate(load_metrics(), start=1)]


def _fill_metrics(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("create or replace temp table fresh_metrics as from raw.metrics limit 0")
    names = list(raw_tables()["metrics"].column_types())
    con.executemany(
        f"insert into fresh_metrics ({', '.join(names)}) values ({', '.join('?' * len(names))})",
        [[row[name] for name in names] for row in _metric_rows()],
    )
    replace_rows(con, "raw.metrics", "fresh_metrics")
    con.execute("drop table fresh_metrics")
