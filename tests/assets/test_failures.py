"""A step that fails leaves the warehouse open to others, and says in counts and dates what was wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import dagster as dg

from pipelines.assets.modelling import PROMISES, model_assets
from pipelines.assets.support import WORKSPACE
from pipelines.resources import Workspace
from pipelines.settings import Settings
from pipelines.warehouse.models import load_project

MODEL = (
    "/*\ndescription: A model.\ngrain: [a]\nnot_null: [a]\nchecks:\n- name: none\n"
    "  sql: select a from marts.m where a > 0\n- {name: odd, severity: warn, sql: select 1 as a}\n*/\n"
    "select 'secret key' as k, 7 as a\n"
)


def test_a_failed_step_leaves_no_lock(tmp_path: Path) -> None:
    (tmp_path / "sql" / "marts").mkdir(parents=True)
    (tmp_path / "sql" / "marts" / "m.sql").write_text(MODEL, encoding="utf-8")
    settings = Settings(home=tmp_path / "data")
    with dg.instance_for_test(temp_dir=str(tmp_path)) as instance:
        result = dg.materialize(
            model_assets(load_project(tmp_path / "sql")),
            instance=instance,
            resources={WORKSPACE: Workspace(settings)},
            raise_on_error=False,
        )
    (failure,) = [event.step_failure_data for event in result.all_events if event.is_step_failure]
    assert failure.user_failure_data is not None
    assert "breaks its check `none` in 1 rows" in (failure.user_failure_data.description or "")
    assert "secret" not in str(result.all_events)
    # The failed check is seen as failed beside the model, with a count for each rule.
    promises, odd = result.get_asset_check_evaluations()
    assert (promises.check_name, promises.passed, promises.severity) == (PROMISES, False, dg.AssetCheckSeverity.ERROR)
    assert {rule: count.value for rule, count in promises.metadata.items()} == {"grain": 0, "not_null": 0, "none": 1}
    assert (odd.check_name, odd.passed, odd.severity) == ("odd", False, dg.AssetCheckSeverity.WARN)
    # Another process, because DuckDB locks its file against those.
    writes = f"import duckdb; duckdb.connect({str(settings.warehouse_file)!r}).execute('create table t as select 1')"
    assert subprocess.run([sys.executable, "-c", writes], check=False).returncode == 0
