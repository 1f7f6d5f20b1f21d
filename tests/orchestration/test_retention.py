"""Records of runs go after 90 days, with their files; what is newer stays, and so does what later runs ask for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg

from pipelines.orchestration.daily import instance_of
from pipelines.orchestration.retention import KEPT_DAYS, forget_old_runs
from pipelines.settings import Settings


@dg.asset
def counted() -> dg.MaterializeResult:
    return dg.MaterializeResult(metadata={"rows": 7})


def _files(folder: Path, run_id: str) -> list[Path]:
    return [path for path in folder.rglob("*") if run_id in path.name]


def test_only_old_runs_go_and_their_files_with_them(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    with instance_of(settings) as instance:
        old = dg.materialize([counted], instance=instance).run_id
        assert _files(settings.dagster_dir, old)
        now = datetime.now(UTC)
        assert forget_old_runs(instance, settings.dagster_dir, now + timedelta(days=KEPT_DAYS - 1)) == 0
        assert forget_old_runs(instance, settings.dagster_dir, now + timedelta(days=KEPT_DAYS + 1)) == 1
        assert instance.get_run_by_id(old) is None
        assert _files(settings.dagster_dir, old) == []
        # Whether a model was ever made is asked of the asset itself.
        (record,) = instance.get_asset_records([counted.key])
        assert record.asset_entry.last_materialization_record is not None


def test_a_run_that_is_going_stays(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    with instance_of(settings) as instance:
        run = instance.create_run_for_job(
            dg.define_asset_job("j").resolve(asset_graph=dg.Definitions(assets=[counted]).resolve_asset_graph())
        )
        assert forget_old_runs(instance, settings.dagster_dir, datetime.now(UTC) + timedelta(days=1000)) == 0
        assert instance.get_run_by_id(run.run_id) is not None
