"""What every table holds before anything landed, made once for all cases."""

from __future__ import annotations

from datetime import date

import duckdb
import polars as pl
import pytest

from pipelines.warehouse.models.runner import run_all
from pipelines.warehouse.raw.calendar import write_calendar
from pipelines.warehouse.raw.schema import ensure_raw_tables
from tests.project import PROJECT


@pytest.fixture(scope="session")
def template() -> dict[str, tuple[str, pl.DataFrame]]:
    """Full table name -> (column definitions, the rows it holds without any data of an organisation)."""
    con = duckdb.connect()
    con.execute("set timezone = 'UTC'")
    ensure_raw_tables(con)
    write_calendar(con, date(2026, 1, 1), date(2026, 7, 1))
    run_all(con, PROJECT)
    found: dict[str, tuple[str, pl.DataFrame]] = {}
    names = con.execute(
        "select schema_name, table_name from duckdb_tables() "
        "union select schema_name, view_name from duckdb_views() where not internal"
    ).fetchall()
    for schema, table in names:
        name = f"{schema}.{table}"
        columns = ", ".join(f"{row[0]} {row[1]}" for row in con.execute(f"describe {name}").fetchall())
        found[name] = (columns, con.sql(f"from {name}").pl())
    con.close()
    return found
