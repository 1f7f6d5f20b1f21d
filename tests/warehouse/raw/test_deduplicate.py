"""A service that tells something twice is believed once, and of two answers the newer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import duckdb
import pytest

from pipelines.warehouse.raw.deduplicate import deduplicate, deduplicate_all
from pipelines.warehouse.raw.schema import ensure_raw_tables, raw_tables

DAY = date(2026, 3, 31)
FETCHED = datetime(2026, 4, 2, 3, tzinfo=UTC).replace(tzinfo=None)


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        ensure_raw_tables(connection)
        yield connection


def put(con: duckdb.DuckDBPyConnection, table: str, **columns: object) -> None:
    row = {"_day": DAY, "_fetched_at": FETCHED, "_sha256": "a"} | columns
    con.execute(f"insert into raw.{table} ({', '.join(row)}) values ({', '.join('?' * len(row))})", [*row.values()])


def told(con: duckdb.DuckDBPyConnection, table: str, columns: str) -> list[tuple]:
    return con.execute(f"select {columns} from raw.{table} order by all").fetchall()


def test_an_account_counts_once_a_day_and_without_an_id_goes_by_its_name(con: duckdb.DuckDBPyConnection) -> None:
    table = "graph_teams_user_activity"
    chat = "private_chat_message_count"
    put(con, table, user_id_key="e1", user_principal_name_key="u1", **{chat: "1"})
    put(con, table, user_id_key="e1", user_principal_name_key="u9", **{chat: "2"}, last_activity_date="2026-03-31")
    put(con, table, user_id_key="e1", user_principal_name_key="u1", **{chat: "4"}, _day=DAY + timedelta(days=1))
    put(con, table, user_principal_name_key="u2", **{chat: "8"})
    put(con, table, user_principal_name_key="u3", **{chat: "16"})
    assert deduplicate(con, table) == 1
    assert told(con, table, f"user_id_key, {chat}, _day") == [
        ("e1", "2", DAY), ("e1", "4", DAY + timedelta(days=1)), (None, "16", DAY), (None, "8", DAY),
    ]  # fmt: skip


def test_of_a_sign_in_the_newest_record_counts_and_in_one_answer_the_success(con: duckdb.DuckDBPyConnection) -> None:
    put(con, "graph_sign_ins", id="s1", error_code="50140")
    put(con, "graph_sign_ins", id="s1", error_code="0")
    put(con, "graph_sign_ins", id="s2", error_code="0")
    put(con, "graph_sign_ins", id="s2", error_code="50126", _fetched_at=FETCHED + timedelta(days=1))
    deduplicate(con, "graph_sign_ins")
    assert told(con, "graph_sign_ins", "id, error_code") == [("s1", "0"), ("s2", "50126")]


def test_only_the_days_asked_for_are_looked_at(con: duckdb.DuckDBPyConnection) -> None:
    days = [DAY + timedelta(days=offset) for offset in range(3)]
    for day in days:
        for count in ("1", "2"):
            put(con, "graph_email_activity", user_principal_name_key="u1", send_count=count, _day=day)
    assert deduplicate(con, "graph_email_activity", [days[0], days[2]]) == 2
    assert told(con, "graph_email_activity", "_day, send_count") == [
        (days[0], "1"), (days[1], "1"), (days[1], "2"), (days[2], "1"),
    ]  # fmt: skip


def test_which_of_equals_stays_does_not_depend_on_their_order(con: duckdb.DuckDBPyConnection) -> None:
    for counts in (("3", "5"), ("5", "3")):
        con.execute("delete from raw.graph_email_activity")
        for count in counts:
            put(con, "graph_email_activity", user_principal_name_key="u1", send_count=count)
        deduplicate(con, "graph_email_activity")
        assert told(con, "graph_email_activity", "send_count") == [("3",)]


def test_a_table_that_declares_nothing_keeps_every_row(con: duckdb.DuckDBPyConnection) -> None:
    put(con, "org_staff", employee_number_key="p1")
    put(con, "org_staff", employee_number_key="p1")
    deduplicate_all(con)
    assert len(told(con, "org_staff", "employee_number_key")) == 2


def test_what_is_declared_can_be_asked(con: duckdb.DuckDBPyConnection) -> None:
    """The keys and the order are SQL in a text file; every one of them must be understood."""
    declared = [name for name, table in raw_tables().items() if table.one_row_per]
    assert len(declared) > 10
    for table in declared:
        for _ in range(2):
            put(con, table)
        assert deduplicate(con, table) == 1, table
