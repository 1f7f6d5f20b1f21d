"""What is asked of Graph and taken in besides reports: sign-ins by day, and the snapshots of how things are now."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Literal

from pipelines.common import progress
from pipelines.errors import SourceError
from pipelines.ingest.open_days import SIGN_INS_KEPT_DAYS, SIGN_INS_SETTLE_DAYS, is_confirmed
from pipelines.ingest.outcomes import DayOutcome, Ingested, age_days, failed, raise_if_fatal, take
from pipelines.ingest.workspace import Workspace
from pipelines.landing.intake import Intake
from pipelines.sources.answer import Answer, Parser
from pipelines.sources.graph.client import GraphSource
from pipelines.sources.graph.records import (
    parse_named_locations,
    parse_report_settings,
    parse_sign_in_summaries,
    parse_sign_ins,
    parse_users,
)

# Also the names of the questions of GraphSource.
SignIns = Literal["sign_ins", "non_interactive_sign_ins", "sign_in_summaries"]
GraphSnapshot = Literal["users", "report_settings", "named_locations"]
_SNAPSHOT_PARSERS: dict[GraphSnapshot, Parser] = {
    "users": parse_users,
    "report_settings": parse_report_settings,
    "named_locations": parse_named_locations,
}


def days_still_changing(workspace: Workspace, dataset: str, days: list[date]) -> list[date]:
    """Days of sign-ins to ask for: those that have not landed yet, or landed while their records could still change.

    The service completes and repeats records for some hours; fetching a settled day again would cost hundreds of pages.
    """
    landing = workspace.landing
    return [day for day in days if not is_confirmed(landing.current("graph", dataset, day), SIGN_INS_SETTLE_DAYS)]


def ingest_sign_ins(workspace: Workspace, days: list[date]) -> Ingested:
    """Interactive sign-ins of every UTC day of the window."""
    return asyncio.run(_ingest_sign_ins(workspace, days, "sign_ins"))


def ingest_non_interactive_sign_ins(workspace: Workspace, days: list[date]) -> Ingested:
    """Sign-ins that apps made on people's behalf, from the beta version of Graph; an option, so perhaps none."""
    if not workspace.settings.non_interactive_sign_ins:
        text = "Non-interactive sign-ins are not fetched (KATSUYO_NON_INTERACTIVE_SIGN_INS)."
        return Ingested(
            "graph", "non_interactive_sign_ins", tuple(DayOutcome(day, "absent", notice=text) for day in days)
        )
    return asyncio.run(_ingest_sign_ins(workspace, days, "non_interactive_sign_ins"))


def ingest_sign_in_summaries(workspace: Workspace, days: list[date]) -> Ingested:
    """The same added up by user, app and address: cheap, and without a device; an option, so perhaps none."""
    if not workspace.settings.sign_in_summaries:
        text = "Summarised sign-ins are not fetched (KATSUYO_SIGN_IN_SUMMARIES)."
        return Ingested("graph", "sign_in_summaries", tuple(DayOutcome(day, "absent", notice=text) for day in days))
    return asyncio.run(_ingest_sign_ins(workspace, days, "sign_in_summaries"))


async def _ingest_sign_ins(workspace: Workspace, days: list[date], dataset: SignIns) -> Ingested:
    intake, now = workspace.intake, workspace.settings.now
    outcomes: list[DayOutcome] = []
    progress.stage(f"Graph {dataset}", len(days))
    async with GraphSource(workspace.graph_config, limits=workspace.graph_limits) as graph:
        ask = getattr(graph, dataset)
        taking: asyncio.Task[DayOutcome] | None = None
        for day in days:
            try:
                answer = await ask(day, now())
            except SourceError as error:
                outcomes.append(failed(day, error))
                raise_if_fatal(error)
                continue
            finally:
                progress.step(day.isoformat())
            if taking is not None:
                outcomes.append(await taking)
            # One day is parsed while the pages of the next arrive; never more, a day may hold many megabytes.
            taking = asyncio.create_task(asyncio.to_thread(_take_sign_ins, intake, answer))
        if taking is not None:
            outcomes.append(await taking)
    return Ingested("graph", dataset, tuple(sorted(outcomes, key=lambda outcome: outcome.day)))


def ingest_graph_snapshot(workspace: Workspace, dataset: GraphSnapshot) -> Ingested:
    """The directory, the report settings or the named locations as they are now."""
    return asyncio.run(_ingest_graph_snapshot(workspace, dataset))


async def _ingest_graph_snapshot(workspace: Workspace, dataset: GraphSnapshot) -> Ingested:
    now = workspace.settings.now()
    progress.stage(f"Graph {dataset}", 1)
    async with GraphSource(workspace.graph_config, limits=workspace.graph_limits) as graph:
        ask = {
            "users": graph.users,
            "report_settings": graph.report_settings,
            "named_locations": graph.named_locations,
        }[dataset]
        outcome = take(workspace.intake, await ask(now), _SNAPSHOT_PARSERS[dataset])
    progress.step()
    return Ingested("graph", dataset, (outcome,))


def _take_sign_ins(intake: Intake, answer: Answer) -> DayOutcome:
    """A day that fades at the service must neither replace the whole day that landed in time nor count as empty."""
    if age_days(answer) >= SIGN_INS_KEPT_DAYS:
        known = intake.landing.current(answer.source, answer.dataset, answer.day)
        if known is None and not answer.body:
            return DayOutcome(answer.day, "gone")
        if known is not None and answer.body.count(b"\n") < known.revision.row_count:
            return DayOutcome(answer.day, "gone")
    return take(intake, answer, parse_sign_in_summaries if answer.dataset == "sign_in_summaries" else parse_sign_ins)
