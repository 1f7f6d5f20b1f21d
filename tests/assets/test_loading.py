"""A raw asset loads the days of its run's window, and without one whatever landed: no day waits for a second record."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from pipelines.assets.loading import raw_assets, raw_key
from pipelines.assets.support import WORKSPACE
from pipelines.ingest.workspace import Workspace
from pipelines.landing.intake import Intake
from pipelines.landing.store import Landing
from pipelines.orchestration.partitions import range_tags
from pipelines.privacy.minimise import Minimiser
from pipelines.privacy.vault import Vault
from pipelines.settings import Settings
from pipelines.sources.answer import Answer, Parsed
from pipelines.warehouse.connection import connect
from tests.conftest import NOON

DATASETS = [("graph", "email_activity"), ("box", "events")]
DAYS = [date(2026, 7, 1) + timedelta(days=offset) for offset in range(4)]


@pytest.fixture
def workspace(tmp_path: Path, minimiser: Minimiser) -> Workspace:
    """Four days of each dataset, landed and not loaded."""
    workspace = Workspace(Settings(home=tmp_path / "data"))
    intake = Intake(Landing(workspace.settings.landing_dir), Vault(tmp_path / "vault", bytes(32)), minimiser)
    for source, dataset in DATASETS:
        for day in DAYS:
            answer = Answer(source, dataset, day, f"{dataset} of {day}".encode(), NOON)
            columns = {"event_id": [str(day)], "user_principal_name": ["a@x.jp"], "send_count": ["1"]}
            assert intake.take(answer, lambda _, rows=columns: Parsed(pl.DataFrame(rows))).is_accepted
    return workspace


def _load(workspace: Workspace, tags: dict[str, str]) -> dict[str, list[date]]:
    """Run the two raw assets; the days that are loaded then."""
    keys = [raw_key(*one) for one in DATASETS]
    result = dg.materialize(raw_assets(), selection=keys, resources={WORKSPACE: workspace}, tags=tags)
    assert all(len(result.asset_materializations_for_node("__".join(key.path))) == 1 for key in keys)
    with connect(workspace.settings.warehouse_file) as con:
        rows = con.execute("select dataset, _day from raw.loaded_days order by all").fetchall()
    return {dataset: [day for name, day in rows if name == dataset] for _, dataset in DATASETS}


def test_a_window_loads_its_days_and_of_box_whatever_came_besides(workspace: Workspace) -> None:
    assert _load(workspace, range_tags(DAYS[1], DAYS[2])) == {"email_activity": DAYS[1:3], "events": DAYS}


def test_without_a_window_everything_that_landed_is_loaded(workspace: Workspace) -> None:
    assert _load(workspace, {}) == {"email_activity": DAYS, "events": DAYS}


def test_one_partition_is_a_window_of_one_day(workspace: Workspace) -> None:
    assert _load(workspace, {"dagster/partition": str(DAYS[3])})["email_activity"] == DAYS[3:]
