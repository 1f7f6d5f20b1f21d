"""Running Dagster jobs in this process: the same jobs, assets and run storage that the Dagster UI shows.

Used by the command line; the schedule launches the very same jobs through the daemon.
"""

from __future__ import annotations

import uuid
from datetime import date

import dagster as dg

from pipelines.common import progress
from pipelines.errors import KatsuyoError
from pipelines.ingest.workspace import Workspace
from pipelines.orchestration.instance import instance_of
from pipelines.orchestration.partitions import range_tags
from pipelines.orchestration.runs import end_abandoned_runs, run_lock
from pipelines.orchestration.schedules import DAILY
from pipelines.settings import Settings

# Everything is in the event log of the run; on the terminal only our own progress is shown.
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def run_daily(settings: Settings, first: date, last: date) -> None:
    """The job `daily` for the UTC days `first` to `last`. Raises KatsuyoError with the first step's sentence."""
    Workspace(settings).check()
    run_job(settings, DAILY, range_tags(first, last))


def run_job(settings: Settings, name: str, tags: dict[str, str] | None = None) -> None:
    """One job of the definitions, in this process, recorded like any other run."""
    from pipelines.orchestration.system import build_definitions  # noqa: PLC0415 - takes a second, and settings may be wrong before

    progress.stage("Start of the run", 1)
    job = build_definitions(settings).resolve_job_def(name)
    run_id = str(uuid.uuid4())
    with instance_of(settings) as instance:
        if others := str(end_abandoned_runs(settings, instance)):
            progress.say(others)
        with run_lock(settings, run_id):
            result = job.execute_in_process(
                instance=instance, run_id=run_id, tags=tags, run_config=_QUIET, raise_on_error=False
            )
    if not result.success:
        raise KatsuyoError(_first_failure(result))


def _first_failure(result: dg.ExecuteInProcessResult) -> str:
    failures = [event for event in result.all_events if event.is_step_failure]
    if not failures:
        return "The run failed before its first step: look at it with `katsuyo ui`."
    data = failures[0].step_failure_data
    if data.user_failure_data and data.user_failure_data.description:
        more = f" ({len(failures) - 1} more steps failed.)" if len(failures) > 1 else ""
        return f"{data.user_failure_data.description}{more}"
    return f"The step {failures[0].step_key} failed unexpectedly: its reason is in the run shown by `katsuyo ui`."
