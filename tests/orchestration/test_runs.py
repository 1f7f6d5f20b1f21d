"""Runs whose process was killed: recorded as failed, their slots free; a running one is left alone."""

from __future__ import annotations

import signal
import subprocess
import sys

import dagster as dg
import pytest

from pipelines.assets.support import POOL, WORKSPACE
from pipelines.orchestration.runs import ENDED, RunCounts, end_abandoned_runs, run_lock
from pipelines.orchestration.system import build_definitions
from pipelines.settings import Settings

# A process like the one of a run: it holds the lock of the run, and is there until somebody ends it.
PROCESS = """
import sys, time
from pathlib import Path
from pipelines.orchestration.runs import run_lock
from pipelines.settings import Settings
with run_lock(Settings(home=Path(sys.argv[1])), sys.argv[2]):
    print("running", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def run(instance: dg.DagsterInstance) -> dg.DagsterRun:
    """A run that has begun and holds the only slot of the pool."""
    run = instance.create_run_for_job(dg.GraphDefinition("a_job", node_defs=[]).to_job())
    instance.report_dagster_event(
        dg.DagsterEvent(event_type_value=dg.DagsterEventType.PIPELINE_START.value, job_name="a_job"), run.run_id
    )
    instance.event_log_storage.initialize_concurrency_limit_to_default(POOL)
    assert _gets_slot(instance, run.run_id)
    return run


def _gets_slot(instance: dg.DagsterInstance, run_id: str) -> bool:
    return instance.event_log_storage.claim_concurrency_slot(POOL, run_id, "a_step").is_claimed


def _status(instance: dg.DagsterInstance, run: dg.DagsterRun) -> dg.DagsterRunStatus:
    found = instance.get_run_by_id(run.run_id)
    assert found is not None
    return found.status


def test_a_killed_run_is_ended_and_its_slot_free(
    settings: Settings, instance: dg.DagsterInstance, run: dg.DagsterRun
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROCESS, str(settings.home), run.run_id], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert end_abandoned_runs(settings, instance) == RunCounts(ended=0, running=1)
        assert _status(instance, run) is dg.DagsterRunStatus.STARTED
        assert not _gets_slot(instance, "the next run")
        process.send_signal(signal.SIGKILL)
    found = end_abandoned_runs(settings, instance)
    assert found == RunCounts(ended=1)
    assert not str(RunCounts())
    assert str(found) == "Runs killed before: 1, recorded as failed; what they held is free again."
    assert _status(instance, run) is dg.DagsterRunStatus.FAILURE
    assert ENDED in [entry.message for entry in instance.all_logs(run.run_id)]
    assert _gets_slot(instance, "the next run")
    assert end_abandoned_runs(settings, instance) == RunCounts()


def test_a_slot_that_an_ended_run_still_held_is_freed(
    settings: Settings, instance: dg.DagsterInstance, run: dg.DagsterRun
) -> None:
    """As after `katsuyo ui` was killed and a person has marked the run as failed."""
    with run_lock(settings, run.run_id):
        pass
    instance.report_run_failed(run)
    assert end_abandoned_runs(settings, instance) == RunCounts()
    assert _gets_slot(instance, "the next run")


def test_every_run_of_our_definitions_counts_as_running(settings: Settings, instance: dg.DagsterInstance) -> None:
    """Also those that the daemon launches: the workspace, which every step needs, sees to it."""
    resource = build_definitions(settings).resources[WORKSPACE]
    assert isinstance(resource, dg.ResourceDefinition)
    left: list[RunCounts] = []

    @dg.op(required_resource_keys={WORKSPACE})
    def look():
        left.append(end_abandoned_runs(settings, instance))

    @dg.job(resource_defs={WORKSPACE: resource})
    def looking() -> None:
        look()

    result = looking.execute_in_process(instance=instance)
    assert result.success
    assert left == [RunCounts(running=1)]
    assert (settings.dagster_dir / "going" / result.run_id).is_file()
