"""A run loads whatever landed and is not loaded, whichever days it asks the services for."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from pipelines.assets.loading import raw_assets, raw_key
from pipelines.assets.support import FROM_THE_LANDING, WORKSPACE, YES
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
    made = {event.asset_key for event in result.get_asset_materialization_events()}
    assert made == set(keys)
    with connect(workspace.settings.warehouse_file) as con:
        rows = con.execute("select dataset, _day from raw.loaded_days order by all").fetchall()
    return {dataset: [day for name, day in rows if name == dataset] for _, dataset in DATASETS}


@pytest.mark.parametrize("tags", [range_tags(DAYS[1], DAYS[2]), {"dagster/partition": str(DAYS[3])}, {}])
def test_everything_that_landed_is_loaded_whatever_the_run_asks_for(workspace: Workspace, tags: dict[str, str]) -> None:
    assert _load(workspace, tags) == {"email_activity": DAYS, "events": DAYS}


def test_a_rebuild_fills_the_tables_anew(workspace: Workspace) -> None:
    """Of what was in them before, and is not in the landing, nothing stays."""
    _load(workspace, {})
    with connect(workspace.settings.warehouse_file) as con:
        con.execute("insert into raw.graph_email_activity (_day, send_count) values ('2020-01-01', '9')")
        con.execute("update raw.graph_email_activity set send_count = '7'")
    _load(workspace, {FROM_THE_LANDING: YES})
    with connect(workspace.settings.warehouse_file) as con:
        rows = con.execute("select _day, send_count from raw.graph_email_activity order by all").fetchall()
    assert rows == [(day, "1") for day in DAYS]
