"""The steps by which a morning's answers land, in their order: one list for the landing assets and the crash test.

A step names the landing assets it makes and takes everything of them in. Only subsets that somebody chooses by hand are
asked for past this list (assets/fetching.py). No Dagster here, and nothing about how a dataset is fetched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from pipelines.ingest.box import ingest_box_backfill, ingest_box_events, ingest_box_stream, ingest_box_users
from pipelines.ingest.graph import (
    GraphSnapshot,
    days_still_changing,
    ingest_graph_snapshot,
    ingest_non_interactive_sign_ins,
    ingest_sign_ins,
)
from pipelines.ingest.graph_reports import ingest_period_reports, ingest_reports
from pipelines.ingest.org import ingest_org, purge_vault
from pipelines.ingest.outcomes import Ingested, raise_if_any_failed
from pipelines.ingest.workspace import Workspace
from pipelines.sources.graph.reports import PERIOD_REPORTS, REPORTS

TakeIn = Callable[[Workspace, list[date]], list[Ingested]]


@dataclass(frozen=True, slots=True)
class Step:
    """`makes`: the names of landing assets. `take_in` does not raise for a day that failed; run_step does."""

    makes: tuple[str, ...]
    take_in: TakeIn


def run_step(step: Step, workspace: Workspace, days: list[date]) -> list[Ingested]:
    """Take everything of a step in; raises one sentence about all that failed."""
    ingested = step.take_in(workspace, days)
    raise_if_any_failed(ingested)
    return ingested


def _org_files(workspace: Workspace, _days: list[date]) -> list[Ingested]:
    files = list(ingest_org(workspace).files)
    raise_if_any_failed(files)
    purge_vault(workspace)
    return files


def _snapshot(dataset: GraphSnapshot) -> Step:
    return Step((f"graph_{dataset}",), lambda workspace, _days: [ingest_graph_snapshot(workspace, dataset)])


def _sign_ins(workspace: Workspace, days: list[date]) -> list[Ingested]:
    return [ingest_sign_ins(workspace, days_still_changing(workspace, "sign_ins", days))]


def _non_interactive_sign_ins(workspace: Workspace, days: list[date]) -> list[Ingested]:
    changing = days_still_changing(workspace, "non_interactive_sign_ins", days)
    return [ingest_non_interactive_sign_ins(workspace, changing)]


# The table of networks comes first, because it turns addresses into places; the directory and the totals before the
# reports, because they say how many rows a report must have; the place in Box's stream before its days.
STEPS: tuple[Step, ...] = (
    Step(("org_files",), _org_files),
    _snapshot("report_settings"),
    _snapshot("users"),
    _snapshot("named_locations"),
    Step(
        tuple(f"graph_{dataset}" for dataset in PERIOD_REPORTS),
        lambda workspace, _days: ingest_period_reports(workspace),
    ),
    Step(
        tuple(f"graph_{dataset}" for dataset in REPORTS),
        lambda workspace, days: ingest_reports(workspace, tuple(REPORTS.values()), days),
    ),
    Step(("graph_sign_ins",), _sign_ins),
    Step(("graph_non_interactive_sign_ins",), _non_interactive_sign_ins),
    Step(("box_event_stream",), lambda workspace, _days: [ingest_box_stream(workspace)]),
    Step(("box_backfill",), lambda workspace, _days: [ingest_box_backfill(workspace)]),
    Step(("box_events",), lambda workspace, days: [ingest_box_events(workspace, days)]),
    Step(("box_users",), lambda workspace, _days: [ingest_box_users(workspace)]),
)


def step_of(name: str) -> Step:
    """The step that makes this landing asset."""
    return next(step for step in STEPS if name in step.makes)
