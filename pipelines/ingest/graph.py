"""What is asked of Graph and taken in: reports and sign-ins by day, directory and report settings as they are now."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Literal

import polars as pl

from pipelines import progress
from pipelines.errors import RejectedAnswerError, SourceError
from pipelines.ingest.outcomes import DayOutcome, Ingested, age_days, failed, stop_if_hopeless, take
from pipelines.landing.intake import Intake
from pipelines.resources import Workspace
from pipelines.sources.answer import Answer
from pipelines.sources.graph.client import GraphSource
from pipelines.sources.graph.parse import is_header_only, parse_report
from pipelines.sources.graph.records import parse_report_settings, parse_sign_ins, parse_users
from pipelines.sources.graph.reports import ReportSpec

# Graph then still answers with what is left of the day, or with an empty list.
SIGN_INS_KEPT_DAYS = 30
# Reports that may have arrived but not been taken in: bounds memory however long the window is.
DAYS_IN_MEMORY = 16
CONCEALED_NAMES = (
    "The tenant conceals names in its usage reports, so no figure can be given to a department: whether to show them "
    "is a policy decision, made in the Microsoft 365 admin centre under Settings > Org settings > Reports "
    "(displayConcealedNames)."
)


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
                    stop_if_hopeless(result)
                    outcome = failed(day, result)
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
                outcomes.append(failed(day, error))
                stop_if_hopeless(error)
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
            outcome = take(workspace.intake, await graph.users(now), parse_users)
        else:
            outcome = take(workspace.intake, await graph.report_settings(now), parse_report_settings)
    progress.step()
    return Ingested("graph", dataset, (outcome,))


def refuse_concealed_names(workspace: Workspace) -> None:
    """Raise when the tenant conceals names in its reports: such rows belong to no department."""
    newest = workspace.landing.newest("graph", "report_settings")
    if newest and "true" in pl.read_parquet(newest.table)["display_concealed_names"].to_list():
        raise RejectedAnswerError(CONCEALED_NAMES)


def _take_report(intake: Intake, answer: Answer, spec: ReportSpec) -> DayOutcome:
    """A header alone is also how the service answers for a day it has not filled yet; a day it had filled is a hole."""
    is_young = age_days(answer) <= spec.lag_days + spec.restatement_days
    is_known = intake.landing.current(answer.source, answer.dataset, answer.day) is not None
    if is_young and not is_known and is_header_only(answer.body):
        return DayOutcome(answer.day, "not_yet")
    return take(intake, answer, parse_report(spec))


def _take_sign_ins(intake: Intake, answer: Answer) -> DayOutcome:
    """A day that fades at the service must neither replace the whole day that landed in time nor count as empty."""
    if age_days(answer) >= SIGN_INS_KEPT_DAYS:
        known = intake.landing.current(answer.source, answer.dataset, answer.day)
        if known is None and not answer.body:
            return DayOutcome(answer.day, "gone")
        if known is not None and answer.body.count(b"\n") < known.revision.row_count:
            return DayOutcome(answer.day, "gone")
    return take(intake, answer, parse_sign_ins)
