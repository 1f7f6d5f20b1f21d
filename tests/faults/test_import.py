"""A report that somebody exported by hand gives the very rows that fetching gives, under the same rules."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest

from pipelines import ingest
from pipelines.assets.loading import LANDED, load_landed
from pipelines.errors import InputFileError
from pipelines.ingest.exports import ingest_exports
from pipelines.ingest.workspace import Workspace
from pipelines.landing.store import Landing
from pipelines.sources.graph.reports import CATALOGUE, REPORTS
from pipelines.warehouse.connection import connect
from pipelines.warehouse.models.runner import run_model
from pipelines.warehouse.raw.load import load_dataset
from tests.faults.conftest import NOW, Desk
from tests.project import PROJECT

DAY = date(2026, 10, 30)  # old enough for every report to be there


@pytest.fixture
def fetched(desk: Desk, tmp_path: Path) -> Workspace:
    """A day of every report and the period reports, fetched, and their exact bytes written to `exports`."""
    desk.simulator.configure(copilot_licences=20)
    workspace = desk.workspace(tmp_path / "fetched", NOW)
    ingest.raise_if_any_failed(ingest.ingest_period_reports(workspace))
    ingest.raise_if_any_failed(ingest.ingest_reports(workspace, [(spec, [DAY]) for spec in REPORTS.values()]))
    exports = tmp_path / "exports"
    exports.mkdir()
    for number, dataset in enumerate(CATALOGUE):
        landed = workspace.landing.newest("graph", dataset)
        assert landed is not None, dataset
        stored = landed.table.relative_to(workspace.landing.root).with_suffix("")
        (exports / f"export {number}.csv").write_bytes(workspace.vault.get(stored))
    return workspace


def rows(landing: Landing, dataset: str) -> list[tuple]:
    with duckdb.connect() as con:
        load_dataset(con, landing, "graph", dataset)
        query = f"select * exclude (_fetched_at, _sha256) from raw.graph_{dataset} order by all"
        return con.execute(query).fetchall()


def test_every_report_imported_is_the_report_fetched(desk: Desk, tmp_path: Path, fetched: Workspace) -> None:
    imported = desk.workspace(tmp_path / "imported", NOW + timedelta(hours=1))
    taken = ingest_exports(imported, [tmp_path / "exports"])
    assert {one.dataset for one in taken.days} == set(CATALOGUE)
    assert taken.refused == []
    for dataset in CATALOGUE:
        assert rows(imported.landing, dataset) == rows(fetched.landing, dataset) != [], dataset


def test_rows_of_the_box_console_become_events_of_their_days(desk: Desk, tmp_path: Path) -> None:
    """The zone is that of the administrator; a file that is vouched for makes its UTC days known."""
    workspace = desk.workspace(tmp_path / "data", NOW)
    export = tmp_path / "a.csv"
    export.write_text(
        "Date,User Name,User Email,Action\n"
        "2026-10-29 08:00:00,A,a@city.mirai-ku.example,Uploaded\n"
        "2026-10-29 18:00:00,A,a@city.mirai-ku.example,Waved\n",
        encoding="utf-8",
    )
    whole = date(2026, 10, 29), date(2026, 10, 30)
    taken = ingest_exports(workspace, [export], whole, ZoneInfo("America/Los_Angeles"))
    with connect(workspace.settings.warehouse_file) as con:
        load_landed(con, workspace, LANDED)
    assert [(one.dataset, one.day, one.is_partial) for one in taken.days] == [
        ("activity_report", date(2026, 10, 29), False),
        ("activity_report", date(2026, 10, 30), False),
    ]
    with duckdb.connect(str(workspace.settings.warehouse_file)) as con:
        con.execute("set timezone = 'UTC'")
        con.execute("create schema staging")
        failed = set()
        for name in PROJECT.order:
            if name in ("stg_box__day_sources", "stg_box__activity_report", "stg_box__events", "stg_run__landing_days"):
                failed |= {one.name for one in run_model(con, PROJECT.models[name]).checks if not one.passed}
        events = con.execute(
            "select event_type, cast(occurred_at as varchar), activity_date from staging.stg_box__events order by all"
        ).fetchall()
        known = con.execute(
            "select activity_date from staging.stg_run__landing_days "
            "where source = 'box' and dataset = 'events' and is_accepted order by all"
        ).fetchall()
    assert events == [
        ("UNKNOWN_ACTION", "2026-10-30 01:00:00", date(2026, 10, 30)),
        ("UPLOAD", "2026-10-29 15:00:00", date(2026, 10, 30)),
    ]
    assert known == [(date(2026, 10, 29),), (date(2026, 10, 30),)]
    assert failed == {"every_action_has_an_event_type"}


def test_an_imported_day_is_held_against_what_is_known(desk: Desk, tmp_path: Path, fetched: Workspace) -> None:
    """Half a report is rejected, against the rows before and, where nothing came before, against settled totals."""
    landed = fetched.landing.current("graph", "teams_user_activity", DAY)
    assert landed is not None
    whole = fetched.vault.get(landed.table.relative_to(fetched.landing.root).with_suffix(""))
    lines = whole.splitlines(keepends=True)
    half = tmp_path / "half.csv"
    half.write_bytes(b"".join(lines[: len(lines) // 2]))
    with pytest.raises(InputFileError, match=r"half\.csv: .* differs from the one that counts for that day"):
        ingest_exports(fetched, [half])
    with pytest.raises(InputFileError, match="these stay, it was kept aside: export the report again"):
        ingest_exports(fetched, [half], replace=True)
    fresh = desk.workspace(tmp_path / "fresh", NOW + timedelta(days=10), row_floor_share=0.0)
    desk.simulator.set_now(NOW + timedelta(days=10))
    ingest.raise_if_any_failed(ingest.ingest_period_reports(fresh))
    with pytest.raises(InputFileError, match="although the tenant's total of that day is"):
        ingest_exports(fresh, [half])
    assert fresh.landing.current("graph", "teams_user_activity", DAY) is None
