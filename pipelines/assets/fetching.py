"""Landing assets: ask the services and the organisation's folder, keep the answers. Never opens the warehouse."""

from collections.abc import Iterator

import dagster as dg

from pipelines import ingest
from pipelines.assets.support import days_of, failures, org_metadata, outcome_metadata
from pipelines.ingest import Ingested
from pipelines.ingest.workspace import Workspace
from pipelines.sources.graph.reports import PERIOD_REPORTS, REPORTS, ReportSpec

_Results = Iterator[dg.MaterializeResult]
ORG_FILES = dg.AssetKey(["landing", "org_files"])
BOX_STREAM = dg.AssetKey(["landing", "box_event_stream"])
BOX_BACKFILL = dg.AssetKey(["landing", "box_backfill"])
REPORT_SETTINGS = dg.AssetKey(["landing", "graph_report_settings"])
USERS = dg.AssetKey(["landing", "graph_users"])


def landing_assets(report_days: dg.DailyPartitionsDefinition) -> list[dg.AssetsDefinition]:
    """One asset per dataset; those with days are partitioned in the source's own day and run a window at once."""
    by_day = [
        _by_day_asset(
            "graph_sign_ins",
            "Interactive sign-ins (GET /auditLogs/signIns) by UTC day: evidence of where people work.",
            report_days,
            kind="graph",
        ),
        _by_day_asset(
            "graph_non_interactive_sign_ins",
            "Sign-ins that apps made on people's behalf (beta), by UTC day: an option, switched off unless set.",
            report_days,
            kind="graph",
        ),
        _by_day_asset(
            "box_events",
            "Box enterprise events (admin_logs) by UTC day: use of Box, exchange with outsiders, evidence of place.",
            report_days,
            kind="box",
        ),
    ]
    snapshots = [
        _graph_snapshot("report_settings", "Whether the tenant conceals names in reports: asked before any report."),
        _graph_snapshot("users", "The directory as it is now (GET /users): which keys belong to one account."),
        _graph_snapshot(
            "named_locations", "Named locations of conditional access as they are now: there is no history."
        ),
    ]
    box = [_box_stream(), _box_backfill(), _box_users()]
    return [_org_files(), *snapshots, _graph_totals(), _graph_reports(report_days), *by_day, *box]


def _org_files() -> dg.AssetsDefinition:
    @dg.asset(
        key=ORG_FILES,
        group_name="landing",
        kinds={"csv"},
        description="Departments, staff accounts, assignments, absences and networks, checked against one another.",
    )
    def org_files(workspace: dg.ResourceParam[Workspace]) -> dg.MaterializeResult:
        with failures():
            taken = ingest.ingest_org(workspace)
            for one in taken.files:
                one.raise_if_failed()
            purged = ingest.purge_vault(workspace)
        return dg.MaterializeResult(metadata={**org_metadata(taken), "vault_files_purged": purged})

    return org_files


def _graph_snapshot(dataset: ingest.GraphSnapshot, description: str) -> dg.AssetsDefinition:
    @dg.asset(
        key=["landing", f"graph_{dataset}"],
        group_name="landing",
        kinds={"graph"},
        deps=[ORG_FILES],
        description=description,
    )
    def graph_snapshot(workspace: dg.ResourceParam[Workspace]) -> dg.MaterializeResult:
        with failures():
            (ingested,) = ingest.run_step(ingest.step_of(f"graph_{dataset}"), workspace, [])
        return dg.MaterializeResult(metadata=outcome_metadata(ingested))

    return graph_snapshot


def _report_key(spec: ReportSpec) -> dg.AssetKey:
    return dg.AssetKey(["landing", f"graph_{spec.dataset}"])


def _report_spec(spec: ReportSpec, description: str, deps: list[dg.AssetKey]) -> dg.AssetSpec:
    return dg.AssetSpec(
        _report_key(spec),
        group_name="landing",
        kinds={"graph"},
        deps=deps,
        description=description,
        metadata={"documentation": dg.MetadataValue.url(spec.documentation)},
    )


def _graph_totals() -> dg.AssetsDefinition:
    """Totals of the tenant and Copilot. They come whatever is concealed, so they do not wait for that question."""

    @dg.multi_asset(
        name="graph_totals",
        specs=[
            _report_spec(spec, f"Graph usage report {spec.function} ({spec.period}) as it is now.", [ORG_FILES])
            for spec in PERIOD_REPORTS.values()
        ],
        can_subset=True,
    )
    def graph_totals(context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]) -> _Results:
        specs = [spec for spec in PERIOD_REPORTS.values() if _report_key(spec) in context.selected_asset_keys]
        with failures():
            ingested = ingest.ingest_period_reports(workspace, specs)
        yield from _results_of(ingested)
        with failures():
            ingest.raise_if_any_failed(ingested)

    return graph_totals


def _graph_reports(report_days: dg.DailyPartitionsDefinition) -> dg.AssetsDefinition:
    """All daily reports in one step, because only within a step can they wait for their quotas side by side."""
    deps = [REPORT_SETTINGS, USERS, *(_report_key(spec) for spec in PERIOD_REPORTS.values())]

    @dg.multi_asset(
        name="graph_reports",
        specs=[
            _report_spec(spec, f"Graph usage report {spec.function} of each UTC day.", deps)
            for spec in REPORTS.values()
        ],
        can_subset=True,
        partitions_def=report_days,
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def graph_reports(context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]) -> _Results:
        specs = [spec for spec in REPORTS.values() if _report_key(spec) in context.selected_asset_keys]
        with failures():
            ingested = ingest.ingest_reports(workspace, specs, days_of(context))
        yield from _results_of(ingested)
        with failures():
            ingest.raise_if_any_failed(ingested)

    return graph_reports


def _results_of(ingested: list[Ingested]) -> _Results:
    """A materialisation for each dataset without a failure."""
    for one in ingested:
        if not any(outcome.error for outcome in one.outcomes):
            yield dg.MaterializeResult(["landing", f"graph_{one.dataset}"], metadata=outcome_metadata(one))


def _by_day_asset(
    name: str,
    description: str,
    report_days: dg.DailyPartitionsDefinition,
    kind: str,
) -> dg.AssetsDefinition:
    @dg.asset(
        key=["landing", name],
        group_name="landing",
        kinds={kind},
        partitions_def=report_days,
        backfill_policy=dg.BackfillPolicy.single_run(),
        deps=[ORG_FILES],  # the table of networks turns addresses into places
        description=description,
    )
    def by_day(context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]) -> dg.MaterializeResult:
        with failures():
            (ingested,) = ingest.run_step(ingest.step_of(name), workspace, days_of(context))
        return dg.MaterializeResult(metadata=outcome_metadata(ingested))

    return by_day


def _box_stream() -> dg.AssetsDefinition:
    @dg.asset(
        key=BOX_STREAM,
        group_name="landing",
        kinds={"box"},
        deps=[ORG_FILES],
        description=(
            "Box enterprise events in the order Box processed them (admin_logs_streaming), from where the last run "
            "stopped: what came too late for the question by day."
        ),
    )
    def box_event_stream(workspace: dg.ResourceParam[Workspace]) -> dg.MaterializeResult:
        with failures():
            (ingested,) = ingest.run_step(ingest.step_of("box_event_stream"), workspace, [])
        return dg.MaterializeResult(metadata=outcome_metadata(ingested))

    return box_event_stream


def _box_backfill() -> dg.AssetsDefinition:
    @dg.asset(
        key=BOX_BACKFILL,
        group_name="landing",
        kinds={"box"},
        deps=[ORG_FILES],
        description=(
            "This run's share of the year of events that Box keeps, oldest days first; nothing unless "
            "KATSUYO_BOX_BACKFILL_RUNS says over how many runs to spread it."
        ),
    )
    def box_backfill(workspace: dg.ResourceParam[Workspace]) -> dg.MaterializeResult:
        with failures():
            (ingested,) = ingest.run_step(ingest.step_of("box_backfill"), workspace, [])
            remaining = len(ingest.backfill_days(workspace.settings, workspace.landing))
        return dg.MaterializeResult(metadata={**outcome_metadata(ingested), "days_not_yet_asked_for": remaining})

    return box_backfill


def _box_users() -> dg.AssetsDefinition:
    @dg.asset(
        key=["landing", "box_users"],
        group_name="landing",
        kinds={"box"},
        deps=[ORG_FILES],
        description="The accounts that Box knows now (GET /2.0/users): who is ours, who is a machine.",
    )
    def box_users(workspace: dg.ResourceParam[Workspace]) -> dg.MaterializeResult:
        with failures():
            (ingested,) = ingest.run_step(ingest.step_of("box_users"), workspace, [])
        return dg.MaterializeResult(metadata=outcome_metadata(ingested))

    return box_users
