"""All models are one step of Dagster, of which a run may ask for some: models, or their checks alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import dagster as dg
import pytest

from pipelines.assets.modelling import CONSTRAINTS, model_assets
from pipelines.assets.support import WORKSPACE
from pipelines.ingest.workspace import Workspace
from pipelines.orchestration.partitions import range_tags
from pipelines.settings import Settings
from pipelines.warehouse.models.model import load_project

MODELS = {"first": "select 1 as a", "second": "select a from marts.first", "third": "select 3 as a"}
FIRST, SECOND, THIRD = (dg.AssetKey(["marts", name]) for name in MODELS)


@pytest.fixture
def models(tmp_path: Path) -> dg.AssetsDefinition:
    folder = tmp_path / "sql" / "marts"
    folder.mkdir(parents=True)
    for name, sql in MODELS.items():
        (folder / f"{name}.sql").write_text(f"/*\ndescription: One.\ngrain: [a]\n*/\n{sql}\n", encoding="utf-8")
    return model_assets(load_project(tmp_path / "sql"))


@pytest.mark.parametrize(
    ("asked", "made", "checked"),
    [
        (dg.AssetSelection.all(), {FIRST, SECOND, THIRD}, {FIRST, SECOND, THIRD}),
        (dg.AssetSelection.assets(FIRST, THIRD), {FIRST, THIRD}, {FIRST, THIRD}),
        (dg.AssetSelection.assets(THIRD).without_checks(), {THIRD}, set()),
        (dg.AssetSelection.checks(dg.AssetCheckKey(FIRST, CONSTRAINTS)), set(), {FIRST}),
    ],
)
def test_a_run_makes_and_checks_what_it_asks_for(
    models: dg.AssetsDefinition, tmp_path: Path, asked: dg.AssetSelection, made: set, checked: set
) -> None:
    with dg.instance_for_test(temp_dir=str(tmp_path)) as instance:
        result = dg.materialize(
            [models],
            selection=asked,
            instance=instance,
            resources={WORKSPACE: Workspace(Settings(home=tmp_path / "data"))},
        )
    assert {event.asset_key for event in result.get_asset_materialization_events()} == made
    assert {check.asset_key for check in result.get_asset_check_evaluations() if check.passed} == checked


def test_of_what_was_not_made_again_nothing_is_recorded(tmp_path: Path) -> None:
    """But of marts, for which further steps wait, and of what has no record yet."""
    sql = tmp_path / "sql"
    for schema, name in (("intermediate", "inner"), ("marts", "outer")):
        (sql / schema).mkdir(parents=True)
        text = f"/*\ndescription: One.\ngrain: [a]\n*/\nselect {len(name)} as a\n"
        (sql / schema / f"{name}.sql").write_text(text, encoding="utf-8")
    inner, outer = dg.AssetKey(["intermediate", "inner"]), dg.AssetKey(["marts", "outer"])
    workspace = {WORKSPACE: Workspace(Settings(home=tmp_path / "data"))}

    def recorded(instance: dg.DagsterInstance) -> set[dg.AssetKey]:
        result = dg.materialize(
            [model_assets(load_project(sql))],
            instance=instance,
            resources=workspace,
            tags=range_tags(date(2026, 4, 1), date(2026, 4, 2)),
        )
        keys = {event.asset_key for event in result.get_asset_materialization_events()}
        assert {check.asset_key for check in result.get_asset_check_evaluations()} == keys
        return keys

    with dg.instance_for_test() as instance:
        assert recorded(instance) == {inner, outer}
        assert recorded(instance) == {outer}
        (sql / "intermediate" / "inner.sql").write_text("/*\ndescription: One.\ngrain: [a]\n*/\nselect 7 as a\n")
        assert recorded(instance) == {inner, outer}
    with dg.instance_for_test() as instance:
        assert recorded(instance) == {inner, outer}
