"""What a revision changed is written down once, and is the same however the warehouse came to it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.landing.intake import Intake
from pipelines.landing.store import Landing
from pipelines.sources.answer import Answer, Parsed
from pipelines.warehouse.connection import connect
from pipelines.warehouse.raw.load import load_dataset
from pipelines.warehouse.raw.schema import ensure_raw_tables
from tests.conftest import NOON
from tests.warehouse.raw.test_load import DAY, _land

QUERY = """
    select _day, revision_number, changed_at, measure, total_before, total_after
    from raw.revision_changes where measure in ('rows', 'mails_sent') order by all
"""


def _changes(con: duckdb.DuckDBPyConnection, landing: Landing) -> list[tuple]:
    load_dataset(con, landing, "graph", "email_activity")
    return con.execute(QUERY).fetchall()


def _at(hours: int) -> object:
    return (NOON + timedelta(hours=hours)).replace(tzinfo=None)


def test_rows_and_totals_before_and_after(intake: Intake, landing: Landing) -> None:
    with duckdb.connect() as con:
        _land(intake, "a=3 b=4")
        _land(intake, "a=1", day=DAY + timedelta(days=1))
        assert _changes(con, landing) == []
        _land(intake, "a=3 b=6 c=1", hours=24)
        expected = [(DAY, 2, _at(24), "mails_sent", 7, 10), (DAY, 2, _at(24), "rows", 2, 3)]
        assert _changes(con, landing) == expected
        # The same answer again changes nothing, nor does loading again.
        _land(intake, "a=3 b=6 c=1", hours=48)
        assert _changes(con, landing) == expected
        assert _changes(con, landing) == expected


def test_a_change_that_is_taken_back_is_a_second_change(intake: Intake, landing: Landing) -> None:
    with duckdb.connect() as con:
        for hours, body in enumerate(("a=3", "a=5", "a=3")):
            _land(intake, body, hours=hours)
        assert [row[1:] for row in _changes(con, landing) if row[3] == "mails_sent"] == [
            (2, _at(1), "mails_sent", 3, 5),
            (3, _at(2), "mails_sent", 5, 3),
        ]


def test_a_rebuilt_warehouse_knows_the_same_changes(intake: Intake, landing: Landing) -> None:
    with duckdb.connect() as step_by_step, duckdb.connect() as at_once:
        for hours, body in enumerate(("a=3", "a=", "a=9 b=1")):
            _land(intake, body, hours=hours)
            last = _changes(step_by_step, landing)
        assert last == _changes(at_once, landing)
        # A blank count means none.
        assert [row[4:] for row in last if row[3] == "mails_sent"] == [(3, 0), (0, 10)]


def test_a_load_that_is_rolled_back_leaves_neither_rows_nor_change(
    tmp_path: Path, intake: Intake, landing: Landing
) -> None:
    with connect(tmp_path / "warehouse.duckdb") as con:
        _land(intake, "a=3")
        _changes(con, landing)
        _land(intake, "a=5", hours=1)
        con.execute("alter table raw.landing_days rename to put_away")  # the last thing that a load writes to
        with pytest.raises(duckdb.Error):
            _changes(con, landing)
        assert con.execute(QUERY).fetchall() == []
        assert con.execute("select send_count from raw.graph_email_activity").fetchall() == [("3",)]
        con.execute("alter table raw.put_away rename to landing_days")
        assert len(_changes(con, landing)) == 2


def test_uses_and_accounts_are_counted_where_cells_are_no_numbers(intake: Intake, landing: Landing) -> None:
    """Version texts, Yes and No, blanks; and of sign-ins how many accounts they were of."""

    def land(dataset: str, hours: int, **columns: list[str | None]) -> None:
        answer = Answer("graph", dataset, DAY, b"%d" % hours, NOON + timedelta(hours=hours))
        assert intake.take(
            answer, lambda _: Parsed(pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)))
        ).is_accepted

    land("email_app_usage", 0, outlook_for_mac=["2019", None], outlook_for_mobile=[None, None])
    land("email_app_usage", 1, outlook_for_mac=["2019", "Undetermined"], outlook_for_mobile=["Outlook iOS", None])
    land("teams_device_usage", 0, used_web=["No", "Yes"], used_ios=["No", None])
    land("teams_device_usage", 1, used_web=["Yes", "Yes"], used_ios=["Yes", None])
    land("sign_ins", 0, id=["1", "2"], user_id=["u", "u"])
    land("sign_ins", 1, id=["1", "2", "3"], user_id=["u", "u", "v"])
    with duckdb.connect() as con:
        for dataset in ("email_app_usage", "teams_device_usage", "sign_ins"):
            load_dataset(con, landing, "graph", dataset)
        found = con.execute(
            "select dataset, measure, total_before, total_after from raw.revision_changes order by all"
        ).fetchall()
    assert found == [
        ("email_app_usage", "desktop_uses", 1, 2),
        ("email_app_usage", "mobile_uses", 0, 1),
        ("email_app_usage", "rows", 2, 2),
        ("sign_ins", "accounts", 1, 2),
        ("sign_ins", "rows", 2, 3),
        ("teams_device_usage", "desktop_uses", 1, 2),
        ("teams_device_usage", "mobile_uses", 0, 1),
        ("teams_device_usage", "rows", 2, 2),
    ]


def test_a_day_of_box_that_got_late_events_is_a_change(intake: Intake, landing: Landing) -> None:
    with duckdb.connect() as con:
        _land(intake, "1 2", dataset="events")
        load_dataset(con, landing, "box", "events")
        _land(intake, "1 2 3", dataset="events", hours=24)
        load_dataset(con, landing, "box", "events")
        found = con.execute(
            "select measure, total_before, total_after from raw.revision_changes order by all"
        ).fetchall()
    assert found == [("accounts", 0, 0), ("bytes", 14, 21), ("rows", 2, 3)]


def test_every_dataset_by_day_has_totals_of_columns_that_exist() -> None:
    with duckdb.connect() as con:
        ensure_raw_tables(con)
        without = con.execute(
            "select source, dataset from raw.dataset_windows anti join raw.report_totals using (source, dataset)"
        ).fetchall()
        unknown = con.execute(
            "select t.source, t.dataset, t.column_name from raw.report_totals as t anti join duckdb_columns() as c "
            "on c.schema_name = 'raw' and c.table_name = t.source || '_' || t.dataset and c.column_name = t.column_name"
        ).fetchall()
    assert without == unknown == []
