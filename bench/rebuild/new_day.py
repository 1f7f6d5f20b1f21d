"""One day more: the newest day is held back, so that it can arrive, with another answer about the day before it; and
a morning on which people are new."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb

from pipelines.warehouse.increment.change_log import record_change
from pipelines.warehouse.raw.calendar import refresh_calendar
from pipelines.warehouse.raw.schema import raw_tables

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
            is_landed = raw_tables()[name].landed
            record_change(con, f"raw.{name}", raw_tables()[name].reaches_back_to(day) if is_landed else day)
    con.execute(
        "update raw.graph_teams_user_activity set private_chat_message_count = '9' "
        "where _day = ? and hash(user_id_key) % 100 = 0",
        [day - timedelta(days=1)],
    )
    record_change(con, "raw.graph_teams_user_activity", day - timedelta(days=2))
    con.commit()
    refresh_calendar(con)


# Raw table -> column -> what a newcomer's key in it is; the rest is that of somebody else on that day.
_NEWCOMER = {
    "org_staff": {"employee_number_key": "number", "address_key": "address"},
    "org_assignments": {"employee_number_key": "number"},
    "graph_users": {"id_key": "account", "user_principal_name_key": "address", "mail_key": "address"},
    "box_users": {"id_key": "box", "login_key": "address"},
    "graph_teams_user_activity": {"user_id_key": "account", "user_principal_name_key": "address"},
    "graph_email_activity": {"user_principal_name_key": "address"},
    "graph_sign_ins": {"id": "sign-in", "user_id_key": "account", "user_principal_name_key": "address"},
    "box_events": {"event_id": "event", "actor_id_key": "box", "actor_login_key": "address"},
}


def hire(con: duckdb.DuckDBPyConnection, day: date, people: int = 3) -> None:
    """So many people are in the personnel files, the directory, Box and the reports of `day` for the first time."""
    con.begin()
    for name, keys in _NEWCOMER.items():
        is_of_day = raw_tables()[name].reaches_back_days is not None
        con.execute(f"delete from raw.{name} where {next(iter(keys))} like 'new %'")  # of an earlier measurement
        for number in range(people):
            made = ", ".join(f"'new {number} {kind}' as {column}" for column, kind in keys.items())
            if name == "org_assignments":
                made += f", '{day}' as valid_from, null as valid_to"
            where = f"where _day = date '{day}' limit 1" if is_of_day else "limit 1"
            con.execute(f"insert into raw.{name} by name select * replace ({made}) from raw.{name} {where}")
        record_change(con, f"raw.{name}", raw_tables()[name].reaches_back_to(day))
    con.commit()
