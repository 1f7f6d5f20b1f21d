"""Guests, shared mailboxes, machines, Box support, the anonymous and outsiders are accounts, never staff."""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb
import polars as pl

from pipelines.warehouse.models.runner import run_all
from tests.project import PROJECT
from tests.warehouse import small_ward
from tests.warehouse.small_ward import FETCHED

DAY = datetime(2026, 4, 9, 2, tzinfo=UTC)
# One account of each kind; the guest even bears a mail address of a member of staff.
GUEST = {"id_key": "e-guest", "user_principal_name_key": "a-guest", "mail_key": "a-p01", "user_type": "Guest"}
IN_TEAMS = {"guest": ("e-guest", "a-guest"), "service": ("e-service", "a-service"), "external": ("e-other", "a-other")}
IN_MAIL = ("a-shared-mailbox", "a-meeting-room")
IN_BOX = {
    "anonymous": ("b-2", None, None),
    "machine": ("b-machine", "a-machine", "boxdevedition.com"),
    "box": ("b-support", None, None),
    "person": ("b-outsider", "a-outsider", "partner.example"),  # an outside partner
    "none": (None, None, None),
}


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, object]]) -> None:
    con.register("rows", pl.DataFrame(rows, infer_schema_length=None))
    con.execute(f"insert into raw.{table} by name select * from rows")
    con.unregister("rows")


def _plant(con: duckdb.DuckDBPyConnection) -> None:
    day, snapshot = DAY.date(), {"_day": FETCHED.date()}
    at = f"{DAY:%Y-%m-%dT%H:%M:%SZ}"
    _insert(con, "graph_users", [{**GUEST, **snapshot}])
    _insert(con, "graph_teams_user_activity", [
        {"_day": day, "user_id_key": entra, "user_principal_name_key": address, "private_chat_message_count": "50",
         "meetings_attended_count": "9", "is_external": str(kind == "external")}
        for kind, (entra, address) in IN_TEAMS.items()
    ])  # fmt: skip
    _insert(con, "graph_email_activity", [
        {"_day": day, "user_principal_name_key": address, "send_count": "70"} for address in IN_MAIL
    ])  # fmt: skip
    _insert(con, "graph_sign_ins", [
        {"_day": day, "id": f"x-{kind}", "created_date_time": at, "user_id_key": entra, "is_interactive": "True",
         "user_principal_name_key": address, "error_code": "0", "operating_system": "Windows",
         "ip_network_kind": "office"}
        for kind, (entra, address) in IN_TEAMS.items()
    ])  # fmt: skip
    _insert(
        con, "box_users", [{"id_key": "b-machine", "login_key": "a-machine", "account_kind": "machine", **snapshot}]
    )
    _insert(con, "box_events", [
        {"_day": day, "event_id": f"x-{kind}", "event_type": "EDIT", "created_at": DAY.replace(tzinfo=None),
         "actor_kind": kind, "actor_id_key": box, "actor_login_key": address, "actor_login_domain": domain,
         "ip_network_kind": "office"}
        for kind, (box, address, domain) in IN_BOX.items()
    ])  # fmt: skip


def _figures_and_accounts(*, planted: bool) -> tuple[dict[str, list[tuple]], dict[str, tuple[int, int]]]:
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'")
        small_ward.write(con, small_ward.make(seed=11))
        if planted:
            _plant(con)
        run_all(con, PROJECT)
        figures = {
            name: con.execute(f"select * from marts.{name} order by all").fetchall()
            for name in (
                "fct_department_days",
                "fct_department_tool_periods",
                "rpt_department_metrics",
            )
        }
        accounts = con.execute("select * from marts.fct_unmatched_accounts").fetchall()
        return figures, {name: (seen, unmatched) for name, seen, unmatched in accounts}


def test_who_is_not_staff_is_counted_nowhere() -> None:
    figures, accounts = _figures_and_accounts(planted=False)
    with_others, accounts_with_others = _figures_and_accounts(planted=True)
    assert with_others == figures
    more = {}
    for name, (seen, unmatched) in accounts_with_others.items():
        seen_before, unmatched_before = accounts.get(name, (0, 0))
        more[name] = (seen - seen_before, unmatched - unmatched_before)
    assert {name: grown for name, grown in more.items() if any(grown)} == {
        "graph_users": (1, 1),
        "graph_teams_user_activity": (3, 3),
        "graph_email_activity": (2, 2),
        "graph_sign_ins": (3, 3),
        "box_users": (1, 1),
        "box_events_by_own_users": (1, 1),
    }
