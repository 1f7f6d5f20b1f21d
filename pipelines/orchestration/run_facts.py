"""What Dagster's records say of the runs, the schedule and the daemon. Read only: nothing is ended or mended here.

`katsuyo run` and the daemon record in the same place, so both count. What is wrong with it is decided in health.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

import dagster as dg
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.execution.plan.objects import ErrorSource
from dagster._core.storage.dagster_run import RunRecord

from pipelines.assets.fetching import ARRIVED
from pipelines.assets.loading import FILES_INTACT, NO_DAY_LOST
from pipelines.assets.outputs import PEOPLE_MATCH
from pipelines.orchestration.runs import has_lost_its_process
from pipelines.orchestration.schedules import DAILY, SCHEDULE
from pipelines.settings import Settings

# "gaps": done and published, but a check of what should have landed failed.
Outcome = Literal["done", "gaps", "failed", "stopped", "killed", "running"]
UNFINISHED: tuple[Outcome, ...] = ("failed", "stopped", "killed")
KILLED = (
    "The process of the run was killed or the machine stopped: run `katsuyo run`, nothing that was complete is lost."
)
# Checks that tell of what is missing now; a run goes on without it.
GAP_CHECKS = {ARRIVED, FILES_INTACT, NO_DAY_LOST, PEOPLE_MATCH}
NEWEST = 20
SCHEDULER_DAEMON = "SCHEDULER"
# A run that has just begun may not hold its lock yet.
TO_BEGIN = timedelta(minutes=2)
# Dagster's daemon reports every half minute and counts as dead after five minutes.
SIGN_OF_LIFE = timedelta(minutes=5)
_ENDS: dict[dg.DagsterRunStatus, Outcome] = {
    dg.DagsterRunStatus.SUCCESS: "done",
    dg.DagsterRunStatus.FAILURE: "failed",
    dg.DagsterRunStatus.CANCELED: "stopped",
}
_TOLD_BY = {
    dg.DagsterEventType.STEP_FAILURE,
    dg.DagsterEventType.RUN_FAILURE,
    dg.DagsterEventType.ASSET_CHECK_EVALUATION,
}


@dataclass(frozen=True, slots=True)
class Complaint:
    """One sentence of a run, the step or the asset that says it, and by which check, if any."""

    subject: str
    sentence: str
    check: str | None = None


@dataclass(frozen=True, slots=True)
class RunFact:
    """One run as it was recorded. `ended_at` is None while it goes."""

    run_id: str
    job: str
    outcome: Outcome
    began_at: datetime
    ended_at: datetime | None = None
    complaints: tuple[Complaint, ...] = ()


@dataclass(frozen=True, slots=True)
class Runs:
    """`last` of all, the `last_good` one of the daily job, and the `open` ones: ended badly, and no good one since."""

    last: RunFact | None = None
    last_good: RunFact | None = None
    open: tuple[RunFact, ...] = ()


@dataclass(frozen=True, slots=True)
class Automation:
    """Whether the schedule is on, and when Dagster's daemon last gave a sign of life, by the clock of this machine."""

    is_scheduled: bool = False
    daemon_seen_at: datetime | None = None
    is_daemon_alive: bool = False


def read_runs(settings: Settings, instance: dg.DagsterInstance) -> Runs:
    """The newest runs of every job; one that ended badly is open until it, or the daily job, ends well."""
    records = [
        *instance.get_run_records(limit=NEWEST),
        *instance.get_run_records(dg.RunsFilter(job_name=DAILY), limit=NEWEST),
    ]
    facts = {record.dagster_run.run_id: _fact(settings, record) for record in records}
    newest_first = sorted(facts.values(), key=lambda fact: fact.began_at, reverse=True)
    by_job: dict[str, RunFact] = {}
    for fact in newest_first:
        if fact.outcome != "running":
            by_job.setdefault(fact.job, fact)
    good = next((fact for fact in newest_first if fact.job == DAILY and fact.outcome == "done"), None)
    bad = (fact for fact in by_job.values() if fact.outcome in UNFINISHED)
    still_open = [fact for fact in bad if good is None or fact.began_at > good.began_at]

    def told(fact: RunFact | None) -> RunFact | None:
        return fact and _with_complaints(instance, fact)

    return Runs(
        told(next(iter(newest_first), None)), told(good), tuple(_with_complaints(instance, fact) for fact in still_open)
    )


def _fact(settings: Settings, record: RunRecord) -> RunFact:
    run = record.dagster_run
    began = record.create_timestamp if record.start_time is None else datetime.fromtimestamp(record.start_time, UTC)
    ended = None if record.end_time is None else datetime.fromtimestamp(record.end_time, UTC)
    outcome: Outcome = "running"
    if run.status in _ENDS:
        outcome = _ENDS[run.status]
    elif datetime.now(UTC) - began > TO_BEGIN and has_lost_its_process(settings, run.run_id):
        outcome = "killed"
    return RunFact(run.run_id, run.job_name, outcome, began, ended)


def _with_complaints(instance: dg.DagsterInstance, fact: RunFact) -> RunFact:
    """The same run with what it says of itself; a good one that says something is done with gaps."""
    if fact.outcome == "killed":
        return replace(fact, complaints=(Complaint(fact.job, KILLED),))
    if fact.outcome not in ("done", "failed"):
        return fact
    complaints = tuple(_complaints(instance, fact.run_id))
    return replace(
        fact, complaints=complaints, outcome="gaps" if complaints and fact.outcome == "done" else fact.outcome
    )


def _complaints(instance: dg.DagsterInstance, run_id: str) -> list[Complaint]:
    """The sentences of failed steps and of checks that tell of gaps, or of the run itself when there are none."""
    found: list[Complaint] = []
    of_the_run: list[Complaint] = []
    for entry in instance.all_logs(run_id, of_type=_TOLD_BY):
        event = entry.dagster_event
        if event is None:
            continue
        if event.is_step_failure:
            found.append(Complaint(str(event.step_key), _sentence_of_step(event)))
        elif event.event_type is dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            check = event.asset_check_evaluation_data
            if not check.passed and check.check_name in GAP_CHECKS and check.severity is dg.AssetCheckSeverity.ERROR:
                sentence = check.description or f"The check {check.check_name} failed."
                found.append(Complaint(check.asset_key.path[-1], sentence, check.check_name))
        else:
            of_the_run.append(Complaint(event.job_name, entry.user_message or event.message or ""))
    return found or of_the_run


def _sentence_of_step(event: dg.DagsterEvent) -> str:
    data = event.step_failure_data
    if data.user_failure_data and data.user_failure_data.description:
        return data.user_failure_data.description
    if data.error_source is ErrorSource.INTERRUPT:
        return "The run was stopped: run `katsuyo run` to go on."
    return f"The step {event.step_key} failed unexpectedly: its reason is in the run shown by `katsuyo ui`."


def read_automation(instance: dg.DagsterInstance) -> Automation:
    """Whether mornings come by themselves."""
    states = instance.all_instigator_state(instigator_type=InstigatorType.SCHEDULE)
    newest = max((heartbeat.timestamp for heartbeat in _heartbeats(instance)), default=None)
    seen = None if newest is None else datetime.fromtimestamp(newest, UTC)
    return Automation(
        any(state.instigator_name == SCHEDULE and state.is_running for state in states),
        seen,
        seen is not None and datetime.now(UTC) - seen < SIGN_OF_LIFE,
    )


def _heartbeats(instance: dg.DagsterInstance) -> list:
    return [beat for kind, beat in instance.get_daemon_heartbeats().items() if kind == SCHEDULER_DAEMON]
