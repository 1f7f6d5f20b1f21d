"""Running Dagster jobs in this process: the same jobs, assets and run storage that the Dagster UI shows.

Used by the command line; the schedule launches the very same jobs through the daemon.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from datetime import UTC, date, datetime

import dagster as dg

from pipelines.assets.fetching import landing_key
from pipelines.common import progress
from pipelines.errors import KatsuyoError
from pipelines.ingest.steps import ORG_FILES
from pipelines.ingest.workspace import Workspace
from pipelines.orchestration.instance import instance_of
from pipelines.orchestration.interrupts import noticing_stops
from pipelines.orchestration.partitions import range_tags
from pipelines.orchestration.retention import forget_old_runs
from pipelines.orchestration.run_facts import GAP_CHECKS
from pipelines.orchestration.runs import end_abandoned_runs, run_lock
from pipelines.orchestration.schedules import DAILY, healing_tags
from pipelines.orchestration.troubles import cause_of, counted
from pipelines.settings import Settings

GAPS_TOLD = 3
STOPPED = "A person stopped this run: what was complete is kept, the next run goes on."
# Everything is in the event log of the run; on the terminal only our own progress is shown.
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def run_daily(settings: Settings, days: tuple[date, date] | None = None) -> list[str]:
    """The job `daily`: for the UTC days from the first to the last or, without them, for all that is to be asked for.

    Returns the gaps, a sentence each. Raises KatsuyoError where nothing was published.
    """
    try:
        Workspace(settings).check()
    except KatsuyoError as error:
        _record_failure(settings, DAILY, str(error))
        raise
    tags = range_tags(*days) if days else healing_tags(settings, settings.now())
    return run_job(settings, DAILY, tags)


def run_job(settings: Settings, name: str, tags: dict[str, str] | None = None) -> list[str]:
    """One job of the definitions, in this process, recorded like any other run. Returns the gaps, a sentence each.

    Raises KatsuyoError with the first sentence of a step that failed, and the gaps before it; KeyboardInterrupt where a
    person stopped it.
    """
    from pipelines.orchestration.system import build_definitions  # noqa: PLC0415 - takes a second, and settings may be wrong before

    progress.stage("Start of the run", 1)
    job = build_definitions(settings).resolve_job_def(name)
    run_id = str(uuid.uuid4())
    with instance_of(settings) as instance:
        if others := str(end_abandoned_runs(settings, instance)):
            progress.say(others)
        forget_old_runs(instance, settings.dagster_dir, datetime.now(UTC))
        with run_lock(settings, run_id), noticing_stops() as was_stopped:
            result = job.execute_in_process(
                instance=instance, run_id=run_id, tags=tags, run_config=_QUIET, raise_on_error=False
            )
            if not result.success and was_stopped():
                instance.report_run_canceled(result.dagster_run, STOPPED)
                raise KeyboardInterrupt
    gaps = _gaps(result)
    if not result.success:
        raise KatsuyoError(" ".join([_first_failure(result), *gaps]))
    if gaps and name == DAILY and not _answers_that_came(result):
        raise KatsuyoError(f"No service gave anything, so the figures are those of the last run. {in_short(gaps)}")
    return gaps


def _record_failure(settings: Settings, name: str, sentence: str) -> None:
    """A run that could not begin is a run that failed: nobody may think that there was none to be made."""
    with instance_of(settings) as instance:
        run = instance.create_run_for_job(dg.GraphDefinition(name, node_defs=[]).to_job())
        instance.report_run_failed(run, sentence)


def in_short(gaps: list[str]) -> str:
    """The gaps on one line: each whole, or the first three where there are many."""
    more = f" And {len(gaps) - GAPS_TOLD} more: `katsuyo status` lists them." if len(gaps) > GAPS_TOLD else ""
    return " ".join(gaps[:GAPS_TOLD]) + more


def _gaps(result: dg.ExecuteInProcessResult) -> list[str]:
    """What the checks say that no warning may hide: answers that did not come, files that are damaged, days lost."""
    failed = (one for one in result.get_asset_check_evaluations() if not one.passed)
    of_gaps = (one for one in failed if one.severity is dg.AssetCheckSeverity.ERROR and one.check_name in GAP_CHECKS)
    return _by_cause([one.description for one in of_gaps if one.description])


def _by_cause(sentences: list[str]) -> list[str]:
    """One sentence a cause: a permission that is revoked stops eleven datasets, and is told once."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for sentence in dict.fromkeys(sentences):
        cause, text = cause_of(sentence)
        found[cause].append((sentence, text))
    return [_of_one_cause(told) for told in found.values()]


def _of_one_cause(told: list[tuple[str, str]]) -> str:
    """The sentence as it is, or what several sentences have in common and how many datasets it stopped."""
    sentence, text = told[-1]
    if len(told) == 1:
        return sentence
    return f"{text.removesuffix('.')} (so {counted(len(told), 'dataset')} did not come)."


def _answers_that_came(result: dg.ExecuteInProcessResult) -> int:
    """How many days or snapshots the services gave, changed or not."""
    counts = [
        event.step_materialization_data.materialization.metadata.get(name)
        for event in result.get_asset_materialization_events()
        if event.asset_key != landing_key(ORG_FILES)
        for name in ("days_new", "days_unchanged")
    ]
    return sum(int(count.value) for count in counts if isinstance(count, dg.IntMetadataValue) and count.value)


def _first_failure(result: dg.ExecuteInProcessResult) -> str:
    failures = [event for event in result.all_events if event.is_step_failure]
    if not failures:
        return "The run failed before its first step: look at it with `katsuyo ui`."
    data = failures[0].step_failure_data
    if data.user_failure_data and data.user_failure_data.description:
        more = f" ({len(failures) - 1} more steps failed.)" if len(failures) > 1 else ""
        return f"{data.user_failure_data.description}{more}"
    return f"The step {failures[0].step_key} failed unexpectedly: its reason is in the run shown by `katsuyo ui`."
