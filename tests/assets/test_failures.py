"""A step that fails leaves the warehouse open to others, and says in counts and dates what was wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import dagster as dg

from pipelines.assets.modelling import CONSTRAINTS, model_assets
from pipelines.assets.support import WORKSPACE
from pipelines.ingest.workspace import Workspace
from pipelines.settings import Settings
from pipelines.warehouse.models.model import load_project

MODEL = (
    "/*\ndescription: A model.\ngrain: [a]\nnot_null: [a]\nchecks:\n- name: none\n"
    "  sql: select a from marts.m where a > 0\n- {name: odd, severity: warn, sql: select 1 as a}\n*/\n"
    "select 'secret key' as k, 7 as a\n"
)

READER = "/*\ndescription: Reads the first.\ngrain: [b]\n*/\nselect a as b from marts.m\n"
OTHER = "/*\ndescription: Reads neither.\ngrain: [c]\n*/\nselect 1 as c\n"


def test_a_failed_step_leaves_no_lock(tmp_path: Path) -> None:
    (tmp_path / "sql" / "marts").mkdir(parents=True)
    for name, sql in {"m": MODEL, "reader": READER, "other": OTHER}.items():
        (tmp_path / "sql" / "marts" / f"{name}.sql").write_text(sql, encoding="utf-8")
    settings = Settings(home=tmp_path / "data")
    with dg.instance_for_test(temp_dir=str(tmp_path)) as instance:
        result = dg.materialize(
            [model_assets(load_project(tmp_path / "sql"))],
            instance=instance,
            resources={WORKSPACE: Workspace(settings)},
            raise_on_error=False,
        )
    (failure,) = [event.step_failure_data for event in result.all_events if event.is_step_failure]
    assert failure.user_failure_data is not None
    sentence = failure.user_failure_data.description or ""
    assert "breaks its check `none` in 1 rows" in sentence
    assert "Models that stay as they were: 2." in sentence
    made = [event.asset_key.path[-1] for event in result.get_asset_materialization_events() if event.asset_key]
    assert made == ["other"]  # what reads neither goes on
    assert "secret" not in str(result.all_events)
    # The failed check is seen as failed beside the model, with a count for each rule.
    of_first = {one.check_name: one for one in result.get_asset_check_evaluations() if one.asset_key.path[-1] == "m"}
    constraints, odd = of_first[CONSTRAINTS], of_first["odd"]
    assert (constraints.passed, constraints.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert {rule: count.value for rule, count in constraints.metadata.items()} == {"grain": 0, "not_null": 0, "none": 1}
    assert (odd.check_name, odd.passed, odd.severity) == ("odd", False, dg.AssetCheckSeverity.WARN)
    # Another process, because DuckDB locks its file against those.
    writes = f"import duckdb; duckdb.connect({str(settings.warehouse_file)!r}).execute('create table t as select 1')"
    assert subprocess.run([sys.executable, "-c", writes], check=False).returncode == 0
