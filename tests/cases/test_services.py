"""The field cases that came over the services (01, 04, 08): the simulated ward does what the real ones did."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl

from pipelines import ingest
from pipelines.ingest.workspace import Workspace
from pipelines.sources.graph.reports import REPORTS
from tests.cases.conftest import CASES
from tests.faults.conftest import DAYS, NOW, Desk, desk, running_desk

__all__ = ["desk", "running_desk"]


def ready(desk: Desk, folder: Path, number: str) -> Workspace:
    """A workspace with what reports are compared with, before the faults of a case."""
    workspace = desk.workspace(folder, NOW)
    desk.take(workspace, "graph_users", []).raise_if_failed()
    text = (CASES / number / "faults.json").read_text(encoding="utf-8")
    for fault in json.loads(text.replace("GRAPH_BASE_URL", workspace.graph_config.base_url)):
        desk.simulator.faults.add(**fault)
    return workspace


def test_01_dates_as_instants_are_the_days_asked_for(desk: Desk, tmp_path: Path) -> None:
    workspace = ready(desk, tmp_path, "01")
    ingested = ingest.ingest_reports(workspace, [(spec, [DAYS["known"]]) for spec in REPORTS.values()])
    assert {one.dataset: one.count("new") for one in ingested} == dict.fromkeys(REPORTS, 1)
    landed = workspace.landing.current("graph", "teams_user_activity", DAYS["known"])
    assert landed is not None
    days = pl.read_parquet(landed.table)["report_refresh_date"].unique().to_list()
    assert days == [DAYS["known"].isoformat()]


def test_04_an_expired_page_begins_the_directory_again(desk: Desk, tmp_path: Path) -> None:
    expected = desk.take(desk.workspace(tmp_path / "undisturbed", NOW), "graph_users", []).row_count
    workspace = ready(desk, tmp_path / "disturbed", "04")
    outcome = desk.take(workspace, "graph_users", []).raise_if_failed()
    assert outcome.row_count == expected


def test_08_half_an_emoji_holds_up_no_day_and_no_listing(desk: Desk, tmp_path: Path) -> None:
    """Over the API the half of a pair stands in the middle of a page: of Box, of the directory, of the sign-ins."""
    days = [DAYS["known"]]
    names = {"box_events": ("box", "item_name"), "graph_users": ("graph", "department")}
    names["graph_sign_ins"] = ("graph", "appDisplayName")
    for dataset, (host, field) in names.items():
        expected = desk.take(desk.workspace(tmp_path / "good", NOW), dataset, days).row_count
        desk.simulator.faults.add(
            host=host, answer="replace", times=-1, pattern=rf'("{field}": ?")[^"]*"', replacement=r'\1\\ud83d x.pdf"'
        )
        taken = desk.take(desk.workspace(tmp_path / "half", NOW), dataset, days).raise_if_failed()
        desk.simulator.faults.clear()
        assert taken.row_count == expected > 0, dataset
