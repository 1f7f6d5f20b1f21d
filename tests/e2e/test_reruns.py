"""Running again changes nothing; what Dagster shows is what happened; the pages are made of the published file."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from pipelines.ingest import STEPS
from tests.crash.state import MADE_FROM, pages_of
from tests.e2e.conftest import FIRST, LAST, Ward, morning

pytestmark = pytest.mark.slow


def _published(path: Path) -> dict[str, list[tuple]]:
    with duckdb.connect(str(path), read_only=True) as con:
        names = con.execute("select table_name from information_schema.tables where table_name <> ?", [MADE_FROM])
        tables = [row[0] for row in names.fetchall()]
        return {table: con.execute(f"select * from {table} order by all").fetchall() for table in sorted(tables)}


def _revisions(ward: Ward) -> set[str]:
    return {str(path.relative_to(ward.home)) for path in (ward.home / "landing").rglob("*.json")}


def test_a_second_run_of_the_same_morning_changes_nothing(ward: Ward) -> None:
    before = _revisions(ward), _published(ward.published), pages_of(ward.site)
    done = ward.katsuyo(
        "run", "--from", str(LAST - timedelta(days=8)), "--to", str(LAST), now=morning(LAST + timedelta(days=9))
    )
    assert done.returncode == 0, done.stderr
    after = _revisions(ward), _published(ward.published), pages_of(ward.site)
    assert after[0] == before[0]
    assert after[1] == before[1]
    assert after[2] == before[2]


def test_everything_can_be_rebuilt_from_the_landing_alone(ward: Ward) -> None:
    before = _published(ward.published), pages_of(ward.site)
    # It is damaged: moved aside, never refused with the advice to do what is being done.
    warehouse = ward.home / "warehouse.duckdb"
    warehouse.write_bytes(warehouse.read_bytes()[: warehouse.stat().st_size // 2])
    nowhere = {"KATSUYO_GRAPH_BASE_URL": "http://127.0.0.1:9/v1.0", "KATSUYO_BOX_BASE_URL": "http://127.0.0.1:9"}
    done = ward.katsuyo("rebuild", now=morning(LAST + timedelta(days=9)), **nowhere)
    assert done.returncode == 0, done.stderr
    (aside,) = ward.home.glob("warehouse.duckdb.aside-*")
    aside.unlink()
    after = _published(ward.published), pages_of(ward.site)
    assert after[0].keys() == before[0].keys()
    for table, rows in before[0].items():
        assert after[0][table] == rows, table
    assert after[1] == before[1]


def test_dagster_knows_the_runs_and_the_days(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(ward.home / "dagster"))
    monkeypatch.setenv("KATSUYO_DAGSTER_DIR", str(ward.home / "dagster"))
    with dg.DagsterInstance.get() as instance:
        runs = [run for run in instance.get_runs() if run.job_name == "daily"]
        days = instance.get_materialized_partitions(dg.AssetKey(["landing", "graph_teams_user_activity"]))
        pages = instance.get_latest_materialization_event(dg.AssetKey(["site", "pages"]))
        newest = next(run.run_id for run in runs if run.is_success)
        started = [one.step_key for one in instance.all_logs(newest, of_type=dg.DagsterEventType.STEP_START)]
    assert sum(run.is_success for run in runs) >= 2
    wanted = {str(FIRST + timedelta(days=offset)) for offset in range((LAST - FIRST).days + 1)}
    assert wanted <= days
    assert pages is not None
    # Also where no step waits for another, the order is that of the table.
    assert started[: len(STEPS)] == [f"landing__{step.name}" for step in STEPS]


def test_status_names_every_dataset(ward: Ward) -> None:
    done = ward.katsuyo("status")
    assert done.returncode == 0, done.stderr
    for dataset in ("graph teams_user_activity", "graph sign_ins", "box events", "org assignments"):
        assert dataset in done.stdout


def test_what_was_published_before_stays_when_a_run_fails(ward: Ward, tmp_path: Path) -> None:
    """The personnel files are refused after the first answers of other steps could have come."""
    before = ward.published.read_bytes(), (ward.site / "index.html").read_bytes()
    files = tmp_path / "files"
    shutil.copytree(ward.environment["KATSUYO_ORG_DIR"], files)
    (files / "staff.csv").write_text("x\n1\n", encoding="utf-8")
    late = morning(LAST + timedelta(days=9))
    done = ward.katsuyo("run", "--from", str(LAST), "--to", str(LAST), now=late, KATSUYO_ORG_DIR=str(files))
    assert done.returncode == 1
    assert (ward.published.read_bytes(), (ward.site / "index.html").read_bytes()) == before
