"""A small ward in memory, a change made to its raw tables, and every mart before and after.

The people are those of tests/differential/messy_ward.py unless another ward is named. A change is SQL on raw.*, where
the world enters.
"""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import polars as pl

from pipelines.warehouse.models.runner import run_all
from pipelines.warehouse.raw.deduplicate import deduplicate_all
from pipelines.warehouse.raw.schema import raw_tables
from tests.differential import messy_ward
from tests.project import PROJECT

KEY = ["department_key", "period_kind", "period_start", "segment_kind", "segment", "metric_id"]
Marts = dict[str, pl.DataFrame]
Change = Callable[[duckdb.DuckDBPyConnection], None]
Fill = Callable[[duckdb.DuckDBPyConnection, int], None]
# Columns of raw tables that name somebody's account or address, or one event.
IDENTIFIERS = ("id_key", "user_id_key", "user_principal_name_key", "mail_key", "employee_id_key",
               "employee_number_key", "address_key", "login_key", "actor_id_key", "actor_login_key", "owner_id_key",
               "owner_login_key", "id", "event_id", "item_id_key", "version_id_key")  # fmt: skip
# Tables in which people are named.
LANDED = ("graph_teams_user_activity", "graph_teams_device_usage", "graph_email_activity", "graph_users",
          "graph_onedrive_activity", "graph_sharepoint_activity", "graph_m365_app_users",
          "graph_copilot_usage", "graph_sign_ins", "box_events", "box_users", "org_staff",
          "org_assignments")  # fmt: skip


def marts_after(change: Change, seed: int = 5, fill: Fill = messy_ward.fill) -> Marts:
    """Every mart of the ward with that change, in a fixed order of rows."""
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'")
        fill(con, seed)
        change(con)
        deduplicate_all(con)
        run_all(con, PROJECT)
        names = [model.name for model in PROJECT.models.values() if model.schema == "marts"]
        return {name: con.sql(f"select * from marts.{name} order by all").pl() for name in names}


def everybody_twice(con: duckdb.DuckDBPyConnection) -> None:
    """Everybody again under other keys, with everything they did."""
    for table in LANDED:
        columns = columns_of(table)
        renamed = ", ".join(f"'again-' || {name}" if name in IDENTIFIERS else name for name in columns)
        con.execute(f"insert into raw.{table} ({', '.join(columns)}) select {renamed} from raw.{table}")


def metrics(marts: Marts) -> pl.DataFrame:
    rows = marts["rpt_department_metrics"]
    if "segment_kind" not in rows.columns:
        rows = rows.with_columns(segment_kind=pl.lit("all"), segment=pl.lit("all"))
    return rows


def beside(before: Marts, after: Marts) -> pl.DataFrame:
    """Each cell of the long table before and after (`_after`); no cell may come or go."""
    one, other = metrics(before), metrics(after)
    assert one.join(other, on=KEY, how="anti").is_empty()
    assert other.join(one, on=KEY, how="anti").is_empty()
    return one.join(other, on=KEY, suffix="_after")


def columns_of(table: str) -> list[str]:
    return list(raw_tables()[table].column_types())
