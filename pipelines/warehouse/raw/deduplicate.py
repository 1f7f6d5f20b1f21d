"""Removing duplicates from the raw tables: the unique key `one_row_per` of sql/sources.yml, kept while a day is loaded.

A service may tell the same account or sign-in twice in one answer. Dropping the second here, a day at a time, costs
next to nothing; in the models it would be a window over all years each time somebody reads them. Which rows count is
declared in sources.yml; what a row means is the models' work.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import duckdb

from pipelines.warehouse.raw.schema import raw_tables


def deduplicate(con: duckdb.DuckDBPyConnection, table: str, days: Sequence[date] | None = None) -> int:
    """Delete from raw.`table` what repeats another row, of `days` or of all; returns how many rows went."""
    declared = raw_tables()[table]
    if not declared.one_row_per:
        return 0
    name, keys = f"raw.{table}", ", ".join(declared.one_row_per)
    asked = "" if days is None else "where _day between $first and $last and list_contains($days, _day)"
    bounds = {} if days is None else {"days": list(days), "first": min(days), "last": max(days)}
    # Hardly any answer repeats itself, and counting is a tenth of ranking.
    repeated = f"select exists (select 1 from {name} {asked} group by {keys} having count(*) > 1)"
    if not con.execute(repeated, bounds).fetchall()[0][0]:
        return 0
    # All columns at last, so that it never depends on the order of the rows which of them stays.
    first = ", ".join([*declared.first, *declared.column_types()])
    ranked = f"select rowid from {name} {asked} qualify row_number() over (partition by {keys} order by {first}) > 1"
    return con.execute(f"delete from {name} where rowid in ({ranked})", bounds).fetchall()[0][0]


def deduplicate_all(con: duckdb.DuckDBPyConnection) -> None:
    """The same for every raw table, for whoever fills them without the loader."""
    for table in raw_tables():
        deduplicate(con, table)
