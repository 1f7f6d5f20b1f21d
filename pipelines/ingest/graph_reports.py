"""Usage reports asked of Graph and taken in: all reports side by side, each for every day of the window.

The quotas count per report, so a backfill of all reports takes as long as that of one. When a day counts is
acceptance.py; sign-ins and the snapshots of the directory are graph.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, date

from pipelines.common import progress
from pipelines.errors import CONCEALED_NAMES, DayGoneError, PermanentSourceError, RejectedAnswerError, SourceError
from pipelines.ingest.acceptance import Acceptance
from pipelines.ingest.outcomes import DayOutcome, Ingested, age_days, failed, is_fatal, take
from pipelines.ingest.workspace import Workspace
from pipelines.sources.answer import Answer
from pipelines.sources.graph.client import GraphSource
from pipelines.sources.graph.parse import is_header_only
from pipelines.sources.graph.problems import KEPT_DAYS
from pipelines.sources.graph.records import parse_report_settings
from pipelines.sources.graph.reports import PERIOD_REPORTS, ReportSpec

# Answers taken in at once: parsing is for the processor, storing waits for the disk.
TAKEN_AT_ONCE = 2


def ingest_reports(workspace: Workspace, asked: Sequence[tuple[ReportSpec, list[date]]]) -> list[Ingested]:
    """These reports, each for its days; one that is out of reach does not stop the others.

    Whether the tenant conceals names is asked before and after: where it does, no report is asked for. What came with
    names until then stays; a report with concealed names is rejected by its content, so it replaces nothing. Where
    nobody may ask, the content alone decides.
    """
    return asyncio.run(_ingest_reports(workspace, asked))


async def _ingest_reports(workspace: Workspace, asked: Sequence[tuple[ReportSpec, list[date]]]) -> list[Ingested]:
    run = _ReportRun(workspace)
    async with GraphSource(workspace.graph_config, limits=workspace.graph_limits) as graph:
        if await run.conceals_names(graph):
            error = RejectedAnswerError(CONCEALED_NAMES)
            return [Ingested("graph", spec.dataset, tuple(failed(day, error) for day in days)) for spec, days in asked]
        progress.stage("Graph reports", sum(len(days) for _, days in asked))
        ingested = await asyncio.gather(*(run.days(graph, spec, days) for spec, days in asked))
        await run.conceals_names(graph)
    return ingested


def ingest_period_reports(workspace: Workspace, specs: Sequence[ReportSpec] | None = None) -> list[Ingested]:
    """Tenant totals and Copilot as they are now; the totals hold no names, so they come whatever is concealed."""
    return asyncio.run(_ingest_period_reports(workspace, specs or tuple(PERIOD_REPORTS.values())))


async def _ingest_period_reports(workspace: Workspace, specs: Sequence[ReportSpec]) -> list[Ingested]:
    run = _ReportRun(workspace)
    progress.stage("Graph totals", len(specs))
    async with GraphSource(workspace.graph_config, limits=workspace.graph_limits) as graph:
        return await asyncio.gather(*(run.snapshot(graph, spec) for spec in specs))


class _ReportRun:
    """Asks for reports and takes the answers in, for one run."""

    def __init__(self, workspace: Workspace) -> None:
        self._intake = workspace.intake
        self._now = workspace.settings.now
        self._acceptance = Acceptance(workspace)
        self._taking = asyncio.Semaphore(TAKEN_AT_ONCE)

    async def days(self, graph: GraphSource, spec: ReportSpec, days: list[date]) -> Ingested:
        """One report for every day. The days left over when there is no hope fail with the same error."""
        outcomes: list[DayOutcome] = []
        for part in _in_order(days, self._now().astimezone(UTC).date()):
            stopped: SourceError | None = None
            async with aclosing(graph.reports(spec, part, self._now)) as answers:
                async for day, result in answers:
                    if isinstance(result, Answer):
                        outcomes.append(await self._take(result, spec))
                    else:
                        outcomes.append(failed(day, result))
                        # Days come newest first among those that may be gone: what is older is gone as well.
                        is_over = isinstance(result, DayGoneError) and part != sorted(part)
                        if is_fatal(result) or is_over:
                            stopped = result
                            break
                    progress.step(day.isoformat())
            if stopped is not None:
                asked = {outcome.day for outcome in outcomes}
                left = days if is_fatal(stopped) else part
                outcomes += [failed(day, stopped) for day in left if day not in asked]
                if is_fatal(stopped):
                    break
        return Ingested("graph", spec.dataset, tuple(sorted(outcomes, key=lambda outcome: outcome.day)))

    async def snapshot(self, graph: GraphSource, spec: ReportSpec) -> Ingested:
        """One period report; an optional one that is out of reach is absent, with a notice, not failed."""
        now = self._now()
        today = now.astimezone(UTC).date()
        try:
            outcome = await self._take(await graph.report(spec, today, now), spec)
        except PermanentSourceError as error:
            outcome = _absent(spec, today, str(error)) if spec.optional else failed(today, error)
        except SourceError as error:
            outcome = failed(today, error)
        if spec.optional and outcome.status == "not_yet":
            outcome = _absent(spec, today, "It came without a single row, so nobody holds a licence for it.")
        progress.step()
        return Ingested("graph", spec.dataset, (outcome,))

    async def conceals_names(self, graph: GraphSource) -> bool:
        """Ask for the report settings and keep them; False where they are out of reach, which their own step tells."""
        try:
            answer = await graph.report_settings(self._now())
        except SourceError:
            return False
        await asyncio.to_thread(take, self._intake, answer, parse_report_settings)
        try:
            return "true" in parse_report_settings(answer).frame["display_concealed_names"].to_list()
        except RejectedAnswerError:
            return False

    async def _take(self, answer: Answer, spec: ReportSpec) -> DayOutcome:
        """A header alone is also how the service answers for a day it has not filled yet; a filled one is a hole."""
        is_young = age_days(answer) <= spec.lag_days + spec.restatement_days
        is_known = self._intake.landing.current(answer.source, answer.dataset, answer.day) is not None
        if is_young and not is_known and is_header_only(answer.body):
            return DayOutcome(answer.day, "not_yet")
        # In a thread, so that the next answers keep arriving while this one is parsed.
        async with self._taking:
            outcome = await asyncio.to_thread(take, self._intake, answer, self._acceptance.parser(spec))
        if outcome.error is not None or self._acceptance.can_compare(spec, answer):
            return outcome
        return replace(outcome, notice=f"The {spec.label} could not be compared with the totals, which did not come.")


def _in_order(days: list[date], today: date) -> list[list[date]]:
    """The days the service promises to keep, the one that vanishes next first; then older ones, newest first."""
    kept = sorted(day for day in days if (today - day).days <= KEPT_DAYS)
    older = sorted((day for day in days if (today - day).days > KEPT_DAYS), reverse=True)
    return [part for part in (kept, older) if part]


def _absent(spec: ReportSpec, day: date, why: str) -> DayOutcome:
    text = f"The {spec.label} is left out, which does no harm. {why}"
    progress.say(text)
    return DayOutcome(day, "absent", notice=text)
