"""One day more: the newest day is held back, so that it can arrive, with another answer about the day before it."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb

from pipelines.warehouse.calendar import refresh_calendar
from pipelines.warehouse.raw_schema import raw_tables
from pipelines.warehouse.stale import BEGINNING, note_change

# Rules as they were read are rules of all days, so a new reading reaches back to the beginning.
SNAPSHOTS = ("graph_report_settings", "graph_named_locations")
ARRIVING = [name for name, table in raw_tables().items() if table.landed and name.startswith(("graph_", "box_"))]


def hold_back(con: duckdb.DuckDBPyConnection, day: date) -> None:
    """Put the rows of `day` aside, in the schema `kept`; a second time only take them out again."""
    con.execute("create schema if not exists kept")
    for name in [*ARRIVING, "landing_days"]:
        con.execute(f"create table if not exists kept.{name} as from raw.{name} where _day = date '{day}'")
        con.execute(f"delete from raw.{name} where _day = date '{day}'")


def arrive(con: duckdb.DuckDBPyConnection, day: date) -> None:
    """The day comes, and one in a hundred accounts chatted more the day before; noted as the loader does."""
    con.begin()
    for name in [*ARRIVING, "landing_days"]:
        if con.execute(f"insert into raw.{name} from kept.{name}").fetchall()[0][0]:
            reaches_back_to = BEGINNING if name in SNAPSHOTS else day - timedelta(days=1)
            note_change(con, f"raw.{name}", reaches_back_to)
    con.execute(
        "update raw.graph_teams_user_activity set private_chat_message_count = '9' "
        "where _day = ? and hash(user_id_key) % 100 = 0",
        [day - timedelta(days=1)],
    )
    note_change(con, "raw.graph_teams_user_activity", day - timedelta(days=2))
    con.commit()
    refresh_calendar(con)
