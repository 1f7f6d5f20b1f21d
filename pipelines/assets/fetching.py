"""Landing assets: ask the services and the organisation's folder, keep the answers. Never opens the warehouse."""

from collections.abc import Callable

import dagster as dg

from pipelines import ingest
from pipelines.assets.support import days_of, failures, org_metadata, outcome_metadata
from pipelines.ingest import Ingested
from pipelines.resources import Workspace
from pipelines.sources.graph.reports import REPORTS, ReportSpec

ORG_FILES = dg.AssetKey(["landing", "org_files"])
REPORT_SETTINGS = dg.AssetKey(["landing", "graph_report_settings"])


def landing_assets(report_days: dg.DailyPartitionsDefinition) -> list[dg.AssetsDefinition]:
    """One asset per dataset; those with days are partitioned in the source's own day and run a window at once."""
    reports = [_report_asset(spec, report_days) for spec in REPORTS.values()]
    by_day = [
        _by_day_asset(
            "graph_sign_ins",
            "Interactive sign-ins (GET /auditLogs/signIns) by UTC day: evidence of where people work.",
            ingest.ingest_sign_ins,
            report_days,
            kind="graph",
        ),
        _by_day_asset(
            "box_events",
            "Box enterprise events (admin_logs) by UTC day: use of Box, exchange with outsiders, evidence of place.",
            ingest.ingest_box_events,
            report_days,
            kind="box",
        ),
    ]
    return [_org_files(), _report_settings(), *reports, *by_day, _graph_users(), _box_users()]


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


def _report_settings() -> dg.AssetsDefinition:
    @dg.asset(
        key=REPORT_SETTINGS,
        group_name="landing",
        kinds={"graph"},
        deps=[ORG_FILES],
        description="Whether the tenant conceals names in reports: asked before any report is fetched.",
    )
    def graph_report_settings(workspace: dg.ResourceParam[Workspace]) -> dg.MaterializeResult:
        with failures():
            ingested = ingest.ingest_graph_snapshot(workspace, "report_settings").raise_if_failed()
            ingest.refuse_concealed_names(workspace)
        return dg.MaterializeResult(metadata=outcome_metadata(ingested))

    return graph_report_settings


def _report_asset(spec: ReportSpec, report_days: dg.DailyPartitionsDefinition) -> dg.AssetsDefinition:
    @dg.asset(
        key=["landing", f"graph_{spec.dataset}"],
        group_name="landing",
        kinds={"graph"},
        partitions_def=report_days,
        backfill_policy=dg.BackfillPolicy.single_run(),
        deps=[REPORT_SETTINGS],
        description=f"Graph usage report {spec.function} of each UTC day.",
        metadata={"documentation": dg.MetadataValue.url(spec.documentation)},
    )
    def graph_report(context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]) -> dg.MaterializeResult:
        with failures():
            ingested = ingest.ingest_report(workspace, spec, days_of(context)).raise_if_failed()
        return dg.MaterializeResult(metadata=outcome_metadata(ingested))

    return graph_report


def _by_day_asset(
    name: str,
    description: str,
    take_in: Callable[..., Ingested],
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
            ingested = take_in(workspace, days_of(context)).raise_if_failed()
        return dg.MaterializeResult(metadata=outcome_metadata(ingested))

    return by_day


def _graph_users() -> dg.AssetsDefinition:
    @dg.asset(
        key=["landing", "graph_users"],
        group_name="landing",
        kinds={"graph"},
        deps=[ORG_FILES],
        description="The directory as it is now (GET /users): which keys belong to one account.",
    )
    def graph_users(workspace: dg.ResourceParam[Workspace]) -> dg.MaterializeResult:
        with failures():
            ingested = ingest.ingest_graph_snapshot(workspace, "users").raise_if_failed()
        return dg.MaterializeResult(metadata=outcome_metadata(ingested))

    return graph_users


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
            ingested = ingest.ingest_box_users(workspace).raise_if_failed()
        return dg.MaterializeResult(metadata=outcome_metadata(ingested))

    return box_users
