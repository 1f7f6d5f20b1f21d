"""Which answers to ask for, and taking them in: the loop over the days of a window, for every dataset.

A day lands as soon as it is there; a day that fails does not lose the days before it, and the failure is raised at the
end. No Dagster here (assets/ wraps these functions), no SQL, and nothing about single fields.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date
from typing import Literal

import polars as pl

from pipelines import progress
from pipelines.errors import (
    DayGoneError,
    KatsuyoError,
    NotYetAvailableError,
    PermanentSourceError,
    RejectedAnswerError,
    SourceError,
)
from pipelines.landing.intake import Intake, Taken
from pipelines.resources import Workspace
from pipelines.sources.answer import Answer, Parser
from pipelines.sources.box.client import BoxSource
from pipelines.sources.box.records import parse_events
from pipelines.sources.box.records import parse_users as parse_box_users
from pipelines.sources.graph.client import GraphSource
from pipelines.sources.graph.parse import is_header_only, parse_report
from pipelines.sources.graph.records import parse_report_settings, parse_sign_ins, parse_users
from pipelines.sources.graph.reports import ReportSpec
from pipelines.sources.org import files as org_files

# "gone": the service no longer keeps the day and does not say so; nothing is stored, the day stays missing.
Status = Literal["new", "unchanged", "not_yet", "gone", "rejected", "failed"]
# Graph then still answers with what is left of the day, or with an empty list.
SIGN_INS_KEPT_DAYS = 30
# Days of one source that are fetched at the same time as one is taken in: hides the network, not the processor.
SIDE_BY_SIDE = 2
# Reports that may have arrived but not been taken in: bounds memory however long the window is.
DAYS_IN_MEMORY = 16
CONCEALED_NAMES = (
    "The tenant conceals names in its usage reports, so no figure can be given to a department: whether to show them "
    "is a policy decision, made in the Microsoft 365 admin centre under Settings > Org settings > Reports "
    "(displayConcealedNames)."
)


@dataclass(frozen=True, slots=True)
class DayOutcome:
    """What became of one day. `error` is the sentence for a day that was rejected or could not be fetched."""

    day: date
    status: Status
    row_count: int = 0
    error: KatsuyoError | None = None


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of all the days that were asked for."""

    source: str
    dataset: str
    outcomes: tuple[DayOutcome, ...]

    def count(self, status: Status) -> int:
        return sum(outcome.status == status for outcome in self.outcomes)

    @property
    def row_count(self) -> int:
        return sum(outcome.row_count for outcome in self.outcomes)

    def raise_if_failed(self) -> Ingested:
        """Raise the first failure, saying how many days it concerns; the days that did land stay landed."""
        failed = [outcome for outcome in self.outcomes if outcome.error is not None]
        if failed:
            first = failed[0].error
            assert first is not None
            days = f"{len(failed)} of {len(self.outcomes)} days, the first {failed[0].day}"
            raise type(first)(f"{self.source} {self.dataset} ({days}): {first}") from first
        return self


def ingest_report(workspace: Workspace, spec: ReportSpec, days: list[date]) -> Ingested:
    """One usage report for every day of the window, several days on their way at once."""
    return asyncio.run(_ingest_report(workspace, spec, days))


async def _ingest_report(workspace: Workspace, spec: ReportSpec, days: list[date]) -> Ingested:
    intake, now = workspace.intake, workspace.settings.now
    outcomes = []
    progress.stage(f"Graph {spec.dataset}", len(days))
    async with GraphSource(workspace.graph_config) as graph:
        for start in range(0, len(days), DAYS_IN_MEMORY):
            async for day, result in graph.reports(spec, days[start : start + DAYS_IN_MEMORY], now):
                if isinstance(result, Answer):
                    # In a thread, so that the next days keep arriving while this one is parsed.
                    outcome = await asyncio.to_thread(_take_report, intake, result, spec)
                else:
                    _stop_if_hopeless(result)
                    outcome = _failed(day, result)
                outcomes.append(outcome)
                progress.step(day.isoformat())
    return Ingested("graph", spec.dataset, tuple(sorted(outcomes, key=lambda outcome: outcome.day)))


def ingest_sign_ins(workspace: Workspace, days: list[date]) -> Ingested:
    """Interactive sign-ins of every UTC day of the window."""
    return asyncio.run(_ingest_sign_ins(workspace, days))


async def _ingest_sign_ins(workspace: Workspace, days: list[date]) -> Ingested:
    intake, now = workspace.intake, workspace.settings.now
    outcomes: list[DayOutcome] = []
    progress.stage("Graph sign_ins", len(days))
    async with GraphSource(workspace.graph_config) as graph:
        taking: asyncio.Task[DayOutcome] | None = None
        for day in days:
            try:
                answer = await graph.sign_ins(day, now())
            except SourceError as error:
                outcomes.append(_failed(day, error))
                _stop_if_hopeless(error)
                continue
            finally:
                progress.step(day.isoformat())
            if taking is not None:
                outcomes.append(await taking)
            # One day is parsed while the pages of the next arrive; never more, a day may hold many megabytes.
            taking = asyncio.create_task(asyncio.to_thread(_take_sign_ins, intake, answer))
        if taking is not None:
            outcomes.append(await taking)
    return Ingested("graph", "sign_ins", tuple(sorted(outcomes, key=lambda outcome: outcome.day)))


def ingest_graph_snapshot(workspace: Workspace, dataset: Literal["users", "report_settings"]) -> Ingested:
    """The directory or the report settings as they are now."""
    return asyncio.run(_ingest_graph_snapshot(workspace, dataset))


async def _ingest_graph_snapshot(workspace: Workspace, dataset: str) -> Ingested:
    now = workspace.settings.now()
    progress.stage(f"Graph {dataset}", 1)
    async with GraphSource(workspace.graph_config) as graph:
        if dataset == "users":
            outcome = _take(workspace.intake, await graph.users(now), parse_users)
        else:
            outcome = _take(workspace.intake, await graph.report_settings(now), parse_report_settings)
    progress.step()
    return Ingested("graph", dataset, (outcome,))


def refuse_concealed_names(workspace: Workspace) -> None:
    """Raise when the tenant conceals names in its reports: such rows belong to no department."""
    newest = workspace.landing.newest("graph", "report_settings")
    if newest and "true" in pl.read_parquet(newest.table)["display_concealed_names"].to_list():
        raise RejectedAnswerError(CONCEALED_NAMES)


def ingest_box_events(workspace: Workspace, days: list[date]) -> Ingested:
    """Every Box event of every UTC day of the window."""
    intake, now = workspace.intake, workspace.settings.now
    outcomes = []
    progress.stage("Box events", len(days))
    with BoxSource(workspace.box_config) as box:
        for day, result in _ahead(days, lambda day: box.events(day, now())):
            outcomes.append(
                _failed(day, result) if isinstance(result, SourceError) else _take(intake, result, parse_events)
            )
            progress.step(day.isoformat())
    return Ingested("box", "events", tuple(outcomes))


def ingest_box_users(workspace: Workspace) -> Ingested:
    """The accounts that Box knows now."""
    progress.stage("Box users", 1)
    with BoxSource(workspace.box_config) as box:
        outcome = _take(workspace.intake, box.users(workspace.settings.now()), parse_box_users)
    progress.step()
    return Ingested("box", "users", (outcome,))


def ingest_org(workspace: Workspace) -> list[Ingested]:
    """The organisation's files. All are checked before the first is taken in."""
    answers = workspace.org_answers
    assert workspace.org_tables
    taken = [workspace.intake.take(answer, org_files.parse, may_become_empty=True) for answer in answers]
    return [Ingested("org", one.landed.revision.dataset, (outcome_of(one),)) for one in taken]


def purge_vault(workspace: Workspace) -> int:
    """Delete exact answers that were kept long enough; returns how many files went."""
    return workspace.vault.purge(workspace.settings.now(), workspace.settings.vault_days)


def _take_report(intake: Intake, answer: Answer, spec: ReportSpec) -> DayOutcome:
    """A header alone is also how the service answers for a day it has not filled yet; a day it had filled is a hole."""
    is_young = _age_days(answer) <= spec.lag_days + spec.restatement_days
    is_known = intake.landing.current(answer.source, answer.dataset, answer.day) is not None
    if is_young and not is_known and is_header_only(answer.body):
        return DayOutcome(answer.day, "not_yet")
    return _take(intake, answer, parse_report(spec))


def _take_sign_ins(intake: Intake, answer: Answer) -> DayOutcome:
    """A day that fades at the service must neither replace the whole day that landed in time nor count as empty."""
    if _age_days(answer) >= SIGN_INS_KEPT_DAYS:
        known = intake.landing.current(answer.source, answer.dataset, answer.day)
        if known is None and not answer.body:
            return DayOutcome(answer.day, "gone")
        if known is not None and answer.body.count(b"\n") < known.revision.row_count:
            return DayOutcome(answer.day, "gone")
    return _take(intake, answer, parse_sign_ins)


def _age_days(answer: Answer) -> int:
    return (answer.fetched_at.astimezone(UTC).date() - answer.day).days


def _take(intake: Intake, answer: Answer, parse: Parser, *, is_partial: bool = False) -> DayOutcome:
    return outcome_of(intake.take(answer, parse, is_partial=is_partial))


def outcome_of(taken: Taken) -> DayOutcome:
    """The outcome of a day whose answer was taken in, accepted or not."""
    revision = taken.landed.revision
    if not taken.is_accepted:
        reason = revision.reason or "The answer was rejected."
        return DayOutcome(revision.day, "rejected", 0, RejectedAnswerError(reason))
    return DayOutcome(revision.day, "new" if taken.is_new else "unchanged", revision.row_count)


def _failed(day: date, error: SourceError) -> DayOutcome:
    if isinstance(error, NotYetAvailableError):
        return DayOutcome(day, "not_yet")
    return DayOutcome(day, "failed", 0, error)


def _stop_if_hopeless(error: SourceError) -> None:
    """Wrong credentials or a missing permission meet every day alike: say so at once. A day that is gone does not."""
    if isinstance(error, PermanentSourceError) and not isinstance(error, DayGoneError):
        raise error


def _ahead(days: list[date], fetch: Callable[[date], Answer]) -> Iterator[tuple[date, Answer | SourceError]]:
    """Fetch the next days in threads while the caller works on one; results come in order of day."""
    with ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="fetch") as pool:
        waiting: list[tuple[date, Future[Answer]]] = []
        remaining = iter(days)
        for day in remaining:
            waiting.append((day, pool.submit(fetch, day)))
            if len(waiting) > SIDE_BY_SIDE:
                yield _settled(*waiting.pop(0))
        for day, future in waiting:
            yield _settled(day, future)


def _settled(day: date, future: Future[Answer]) -> tuple[date, Answer | SourceError]:
    try:
        return day, future.result()
    except SourceError as error:
        _stop_if_hopeless(error)
        return day, error
