"""The order of a morning, said once: which step makes what, of which datasets, after what, in which order.

The assets take their dependencies and their order from this table (assets/), so does the crash test, which runs it
without Dagster. No Dagster here, and nothing about how a dataset is fetched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date
from functools import partial

from pipelines.errors import RejectedAnswerError, SourceError
from pipelines.ingest.box import (
    backfill_days,
    ingest_box_backfill,
    ingest_box_events,
    ingest_box_stream,
    ingest_box_users,
)
from pipelines.ingest.graph import (
    GraphSnapshot,
    days_still_changing,
    ingest_graph_snapshot,
    ingest_non_interactive_sign_ins,
    ingest_sign_in_summaries,
    ingest_sign_ins,
)
from pipelines.ingest.graph_reports import ingest_period_reports, ingest_reports
from pipelines.ingest.open_days import BOX_EVENTS, open_days
from pipelines.ingest.org import ingest_org, purge_vault
from pipelines.ingest.outcomes import Dataset, Ingested, failed, raise_if_any_failed
from pipelines.ingest.switches import absent, datasets_off
from pipelines.ingest.workspace import Workspace
from pipelines.sources.graph.reports import PERIOD_REPORTS, REPORTS, ReportSpec
from pipelines.sources.org.schema import FILES


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """What a step took in. `notes`: what else is to be said of it, counts and dates only."""

    ingested: tuple[Ingested, ...]
    notes: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    """What a run asks of a step. `names`: of the products wanted, all that the step makes or some of them.

    `heals`: of the days only those are asked for that are missing or not yet confirmed.
    """

    workspace: Workspace
    days: list[date]
    names: tuple[str, ...]
    heals: bool = False

    def days_of(self, dataset: Dataset) -> list[date]:
        """The days to ask for: all of the run or, where it heals, those that are missing or not yet confirmed."""
        return open_days(self.workspace, dataset, self.days) if self.heals else self.days

    def specs(self, reports: Mapping[str, ReportSpec]) -> list[ReportSpec]:
        """Those of the reports that are wanted."""
        return [spec for dataset, spec in reports.items() if f"graph_{dataset}" in self.names]


# Does not raise for a day that failed.
TakeIn = Callable[[Request], StepOutcome]


@dataclass(frozen=True, slots=True)
class Product:
    """One thing that a step makes, an asset to Dagster. `lands`: the datasets whose answers it keeps."""

    name: str
    lands: tuple[Dataset, ...]
    description: str
    documentation: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """`after`: names of products without which the step cannot be taken. `is_by_day`: it asks for days of a window."""

    name: str
    makes: tuple[Product, ...]
    after: tuple[str, ...]
    take_in: TakeIn
    is_by_day: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(product.name for product in self.makes)


def take_step(step: Step, asked: Request) -> StepOutcome:
    """Take everything of a step in; what did not come is in the outcome, so that all other steps go on.

    Raises KatsuyoError only for what nothing can go on without: the organisation's files, and the keys.
    """
    if step.name == ORG_FILES:
        return step.take_in(asked)
    settings = asked.workspace.settings
    wanted = [product for product in step.makes if product.name in asked.names]
    on = [product for product in wanted if not datasets_off(settings).issuperset(product.lands)]
    off = absent(settings, dict.fromkeys(one for product in wanted if product not in on for one in product.lands))
    if not on:
        return StepOutcome(off)
    outcome = _take_or_tell(step, replace(asked, names=tuple(product.name for product in on)))
    return replace(outcome, ingested=outcome.ingested + off)


def _take_or_tell(step: Step, asked: Request) -> StepOutcome:
    """What was taken in; where the whole step failed, that none of its datasets came."""
    try:
        return step.take_in(asked)
    except (SourceError, RejectedAnswerError) as error:
        days = asked.days or [asked.workspace.settings.now().astimezone(UTC).date()]
        datasets = dict.fromkeys(one for product in step.makes if product.name in asked.names for one in product.lands)
        return StepOutcome(tuple(Ingested(*one, tuple(failed(day, error) for day in days)) for one in datasets))


def _org_files(asked: Request) -> StepOutcome:
    taken = ingest_org(asked.workspace)
    raise_if_any_failed(taken.files)
    return StepOutcome(taken.files, {**taken.notes, "vault_files_purged": purge_vault(asked.workspace)})


def _snapshot(dataset: GraphSnapshot, asked: Request) -> StepOutcome:
    return StepOutcome((ingest_graph_snapshot(asked.workspace, dataset),))


def _sign_ins(asked: Request) -> StepOutcome:
    days = days_still_changing(asked.workspace, "sign_ins", asked.days_of(("graph", "sign_ins")))
    return StepOutcome((ingest_sign_ins(asked.workspace, days),))


def _non_interactive_sign_ins(asked: Request) -> StepOutcome:
    dataset = "non_interactive_sign_ins"
    days = days_still_changing(asked.workspace, dataset, asked.days_of(("graph", dataset)))
    return StepOutcome((ingest_non_interactive_sign_ins(asked.workspace, days),))


def _sign_in_summaries(asked: Request) -> StepOutcome:
    dataset = "sign_in_summaries"
    days = days_still_changing(asked.workspace, dataset, asked.days_of(("graph", dataset)))
    return StepOutcome((ingest_sign_in_summaries(asked.workspace, days),))


def _reports(asked: Request) -> StepOutcome:
    days = [(spec, asked.days_of(("graph", spec.dataset))) for spec in asked.specs(REPORTS)]
    ingested = ingest_reports(asked.workspace, days)
    # A morning asks for the last day that may still be there: which are lost is told by lost_days.py.
    return StepOutcome(tuple(one.without_days_gone() for one in ingested) if asked.heals else tuple(ingested))


def _box_backfill(asked: Request) -> StepOutcome:
    taken, workspace = ingest_box_backfill(asked.workspace), asked.workspace
    return StepOutcome((taken,), {"days_not_yet_asked_for": len(backfill_days(workspace.settings, workspace.landing))})


def _one(
    name: str,
    lands: Sequence[Dataset],
    after: Sequence[str],
    take_in: TakeIn,
    description: str,
    *,
    by_day: bool = False,
) -> Step:
    """A step that makes one thing."""
    return Step(name, (Product(name, tuple(lands), description),), tuple(after), take_in, by_day)


def _report(spec: ReportSpec, description: str) -> Product:
    return Product(f"graph_{spec.dataset}", (("graph", spec.dataset),), description, spec.documentation)


ORG_FILES = "org_files"
# The table of networks turns addresses into places, so every other step comes after the organisation's files.
_NETWORKS = (ORG_FILES,)

STEPS: tuple[Step, ...] = (
    _one(
        ORG_FILES, [("org", dataset) for dataset in FILES], (), _org_files,
        "Departments, staff accounts, assignments, absences and networks, checked against one another.",
    ),
    _one(
        "graph_report_settings", [("graph", "report_settings")], _NETWORKS, partial(_snapshot, "report_settings"),
        "Whether the tenant conceals names in reports: asked before any report.",
    ),
    _one(
        "graph_users", [("graph", "users")], _NETWORKS, partial(_snapshot, "users"),
        "The directory as it is now (GET /users): which keys belong to one account.",
    ),
    _one(
        "graph_named_locations", [("graph", "named_locations")], _NETWORKS, partial(_snapshot, "named_locations"),
        "Named locations of conditional access as they are now: there is no history.",
    ),
    # Totals of the tenant and Copilot. They come whatever is concealed, so they do not wait for that question.
    Step(
        "graph_totals",
        tuple(
            _report(spec, f"Graph usage report {spec.function} ({spec.period}) as it is now.")
            for spec in PERIOD_REPORTS.values()
        ),
        _NETWORKS,
        lambda asked: StepOutcome(tuple(ingest_period_reports(asked.workspace, asked.specs(PERIOD_REPORTS)))),
    ),
    # One step, because only within a step can reports wait for their quotas side by side. The directory and the totals
    # say how many rows a report must have.
    Step(
        "graph_reports",
        tuple(_report(spec, f"Graph usage report {spec.function} of each UTC day.") for spec in REPORTS.values()),
        ("graph_report_settings", "graph_users", *(f"graph_{dataset}" for dataset in PERIOD_REPORTS)),
        _reports,
        is_by_day=True,
    ),
    _one(
        "graph_sign_ins", [("graph", "sign_ins")], _NETWORKS, _sign_ins,
        "Interactive sign-ins (GET /auditLogs/signIns) by UTC day: evidence of where people work.", by_day=True,
    ),
    _one(
        "graph_non_interactive_sign_ins", [("graph", "non_interactive_sign_ins")], _NETWORKS, _non_interactive_sign_ins,
        "Sign-ins that apps made on people's behalf (beta), by UTC day: an option, switched off unless set.",
        by_day=True,
    ),
    _one(
        "graph_sign_in_summaries", [("graph", "sign_in_summaries")], _NETWORKS, _sign_in_summaries,
        "The same added up by user, app and address (beta), by UTC day: an option, switched off unless set.",
        by_day=True,
    ),
    # The stream before the days: its position is noted first, so that nothing falls between the two. Not `after`: the
    # days come although the stream failed.
    _one(
        "box_event_stream", [BOX_EVENTS], _NETWORKS,
        lambda asked: StepOutcome((ingest_box_stream(asked.workspace),)),
        "Box enterprise events in the order Box processed them (admin_logs_streaming), from where the last run "
        "stopped: what came too late for the question by day.",
    ),
    _one(
        "box_backfill", [BOX_EVENTS], _NETWORKS, _box_backfill,
        "This run's share of the year of events that Box keeps, oldest days first; nothing unless "
        "KATSUYO_BOX_BACKFILL_RUNS says over how many runs to spread it.",
    ),
    _one(
        "box_events", [BOX_EVENTS], _NETWORKS,
        lambda asked: StepOutcome((ingest_box_events(asked.workspace, asked.days_of(BOX_EVENTS)),)),
        "Box enterprise events (admin_logs) by UTC day: use of Box, exchange with outsiders, evidence of place.",
        by_day=True,
    ),
    _one(
        "box_users", [("box", "users")], _NETWORKS, lambda asked: StepOutcome((ingest_box_users(asked.workspace),)),
        "The accounts that Box knows now (GET /2.0/users): who is ours, who is a machine.",
    ),
)  # fmt: skip

# Every dataset that a morning lands, in the order of the steps.
DATASETS: tuple[Dataset, ...] = tuple(
    dict.fromkeys(dataset for step in STEPS for product in step.makes for dataset in product.lands)
)
DATASETS_BY_DAY = frozenset(
    dataset for step in STEPS if step.is_by_day for product in step.makes for dataset in product.lands
)


def landed_by(dataset: Dataset) -> list[str]:
    """The names of all products that keep answers of this dataset; none lands what only comes by hand."""
    return [product.name for step in STEPS for product in step.makes if dataset in product.lands]
