"""A report that somebody exported by hand gives the very rows that fetching gives, under the same rules."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from pipelines import ingest, offline
from pipelines.errors import RejectedAnswerError
from pipelines.landing.store import Landing
from pipelines.resources import Workspace
from pipelines.sources.graph.reports import CATALOGUE, REPORTS
from pipelines.warehouse.load import load_dataset
from tests.faults.conftest import NOW, Desk

DAY = date(2026, 10, 30)  # old enough for every report to be there


@pytest.fixture
def fetched(desk: Desk, tmp_path: Path) -> Workspace:
    """A day of every report and the period reports, fetched, and their exact bytes written to `exports`."""
    desk.simulator.configure(copilot_licences=20)
    workspace = desk.workspace(tmp_path / "fetched", NOW)
    ingest.raise_if_any_failed(ingest.ingest_period_reports(workspace))
    ingest.raise_if_any_failed(ingest.ingest_reports(workspace, list(REPORTS.values()), [DAY]))
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


def test_every_report_imported_is_the_report_fetched(
    desk: Desk, tmp_path: Path, fetched: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offline, "rebuild", lambda settings: None)
    imported = desk.workspace(tmp_path / "imported", NOW + timedelta(hours=1))
    taken = offline.import_files(imported.settings, [tmp_path / "exports"])
    assert {one.dataset for one in taken} == set(CATALOGUE)
    for dataset in CATALOGUE:
        assert rows(imported.landing, dataset) == rows(fetched.landing, dataset) != [], dataset


def test_an_imported_day_is_held_against_what_is_known(
    desk: Desk, tmp_path: Path, fetched: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a report is rejected, against the rows before and, where nothing came before, against settled totals."""
    monkeypatch.setattr(offline, "rebuild", lambda settings: None)
    landed = fetched.landing.current("graph", "teams_user_activity", DAY)
    assert landed is not None
    whole = fetched.vault.get(landed.table.relative_to(fetched.landing.root).with_suffix(""))
    lines = whole.splitlines(keepends=True)
    half = tmp_path / "half.csv"
    half.write_bytes(b"".join(lines[: len(lines) // 2]))
    with pytest.raises(RejectedAnswerError, match="these stay, it was kept aside: export the report again"):
        offline.import_files(fetched.settings, [half])
    fresh = desk.workspace(tmp_path / "fresh", NOW + timedelta(days=10), row_floor_share=0.0)
    desk.simulator.set_now(NOW + timedelta(days=10))
    ingest.raise_if_any_failed(ingest.ingest_period_reports(fresh))
    with pytest.raises(RejectedAnswerError, match="although the tenant's total of that day is"):
        offline.import_files(fresh.settings, [half])
    assert fresh.landing.current("graph", "teams_user_activity", DAY) is None
