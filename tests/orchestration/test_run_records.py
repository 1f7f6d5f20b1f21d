"""Our storage writes what Dagster's own reads, and the other way round."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import yaml

from pipelines.common.shipped import DAGSTER_FILE
from pipelines.orchestration.run_records import EventLog


@dg.asset
def counted() -> dg.MaterializeResult:
    return dg.MaterializeResult(metadata={"rows": 7})


def storages(folder: Path) -> dict[str, dict]:
    """As dagster.yaml of this project says, and as Dagster's own would be."""
    ours = yaml.safe_load(DAGSTER_FILE.read_text(encoding="utf-8"))["storage"]
    ours["custom"]["config"]["base_dir"] = str(folder)
    return {"ours": ours, "theirs": {"sqlite": {"base_dir": str(folder)}}}


def test_both_read_what_the_other_wrote(tmp_path: Path) -> None:
    seen = {}
    home = tmp_path / "home"
    home.mkdir()
    for name, storage in storages(tmp_path / "records").items():
        with dg.instance_for_test(temp_dir=str(home), overrides={"storage": storage}) as instance:
            assert isinstance(instance.event_log_storage, EventLog) == (name == "ours")
            assert dg.materialize([counted], instance=instance).success
            runs = instance.get_runs()
            records = instance.fetch_materializations(counted.key, limit=10).records
            seen[name] = (len(runs), {len(instance.all_logs(run.run_id)) for run in runs}, len(records))
    assert seen["ours"][0::2] == (1, 1)
    assert seen["theirs"][0::2] == (2, 2)
    assert seen["ours"][1] == seen["theirs"][1]  # as many records of either run, whoever wrote them
