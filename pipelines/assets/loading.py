"""Raw assets: accepted revisions of the landing become rows of the warehouse. No network."""

import datetime as dt

import dagster as dg
import duckdb

from pipelines.assets.fetching import landing_key
from pipelines.assets.support import POOL, failures, window_of
from pipelines.common import progress
from pipelines.ingest import BOX_EVENTS, DATASETS, DATASETS_BY_DAY, Comparison, compare_streams, landed_by
from pipelines.ingest.workspace import Workspace
from pipelines.landing.store import Landing
from pipelines.warehouse.connection import connect
from pipelines.warehouse.raw.calendar import refresh_calendar
from pipelines.warehouse.raw.load import Loaded, load_dataset, unloaded_days
from pipelines.warehouse.raw.schema import ensure_raw_tables, write_parameters

CALENDAR = dg.AssetKey(["raw", "calendar"])
PARAMETERS = dg.AssetKey(["raw", "parameters"])
STREAMS_AGREE = "both_streams_agree"
# Lands only by hand (`katsuyo import`), so no step of a morning makes it.
IMPORTED = ("box", "activity_report")
LANDED = [*DATASETS, IMPORTED]


def raw_key(source: str, dataset: str) -> dg.AssetKey:
    return dg.AssetKey(["raw", f"{source}_{dataset}"])


def raw_assets() -> list[dg.AssetsDefinition]:
    """One asset per raw table, and the calendar. Each comes after whatever lands its dataset (ingest/steps.py).

    None is partitioned. Which days were fetched is said by the landing assets; a second record of every day would say
    the same and cost as much. A run with a window loads its days, one without it whatever landed and is not loaded.
    """
    return [
        *(_raw_table(source, dataset) for source, dataset in LANDED if (source, dataset) != BOX_EVENTS),
        _box_events(),
        _calendar(),
        _parameters(),
    ]


def _upstream(source: str, dataset: str) -> list[dg.AssetKey]:
    return [landing_key(name) for name in landed_by((source, dataset))]


def load_landed(
    con: duckdb.DuckDBPyConnection, landing: Landing, source: str, dataset: str, days: list[dt.date]
) -> Loaded:
    """What a run over `days` has to load of one dataset: the days, with whatever came besides; of snapshots all.

    No days: every day that ever landed, as `katsuyo rebuild` does.
    """
    if not days or (source, dataset) not in DATASETS_BY_DAY:
        return load_dataset(con, landing, source, dataset)
    besides = unloaded_days(con, landing, source, dataset) if (source, dataset) == BOX_EVENTS else []
    return load_dataset(con, landing, source, dataset, sorted({*days, *besides}))


def _load(workspace: Workspace, source: str, dataset: str, days: list[dt.date]) -> dg.MaterializeResult:
    progress.stage(f"Load {source}_{dataset}", 1)
    with failures(), connect(workspace.settings.warehouse_file) as con:
        loaded = load_landed(con, workspace.landing, source, dataset, days)
    progress.step()
    return dg.MaterializeResult(
        metadata={
            "days_changed": len(loaded.days),
            "rows_loaded": loaded.row_count,
            "dagster/table_name": f"raw.{source}_{dataset}",
        }
    )


def _raw_table(source: str, dataset: str) -> dg.AssetsDefinition:
    @dg.asset(
        key=raw_key(source, dataset),
        group_name="raw",
        kinds={"duckdb"},
        deps=_upstream(source, dataset),
        pool=POOL,
        description=_description(source, dataset),
    )
    def raw_table(context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]) -> dg.MaterializeResult:
        return _load(workspace, source, dataset, window_of(context))

    return raw_table


def _description(source: str, dataset: str) -> str:
    if (source, dataset) == IMPORTED:
        return "Rows of the User Activity reports that somebody exported from Box's admin console and imported."
    if (source, dataset) in DATASETS_BY_DAY:
        return f"Accepted days of {source} {dataset}, as text by normalised header name."
    return f"Snapshots of {source} {dataset}, one per day they were taken."


def _box_events() -> dg.AssetsDefinition:
    @dg.asset(
        key=raw_key(*BOX_EVENTS),
        group_name="raw",
        kinds={"duckdb"},
        deps=_upstream(*BOX_EVENTS),
        pool=POOL,
        description="Box events, one row per event, of the days of the run and of every day that got new ones.",
        check_specs=[dg.AssetCheckSpec(STREAMS_AGREE, asset=raw_key(*BOX_EVENTS))],
    )
    def box_events(context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]) -> dg.MaterializeResult:
        days = window_of(context)
        loaded = _load(workspace, *BOX_EVENTS, days)
        compared = compare_streams(workspace.landing, days or workspace.landing.days(*BOX_EVENTS))
        return dg.MaterializeResult(metadata=loaded.metadata, check_results=[_streams_agree(compared)])

    return box_events


def _streams_agree(compared: Comparison) -> dg.AssetCheckResult:
    """Counts by day and type only; every event is kept, whichever stream gave it."""
    rows = [
        dg.TableRecord(
            {
                "day": one.day.isoformat(),
                "event_type": one.event_type,
                "only_by_day": one.only_by_day,
                "only_by_stream": one.only_by_stream,
            }
        )
        for one in compared.differences
    ]
    metadata: dict[str, dg.MetadataValue] = {"days_compared": dg.MetadataValue.int(len(compared.days))}
    if rows:
        metadata["differences"] = dg.MetadataValue.table(rows)
    return dg.AssetCheckResult(
        check_name=STREAMS_AGREE,
        passed=not rows,
        severity=dg.AssetCheckSeverity.WARN,
        description=str(compared),
        metadata=metadata,
    )


def _calendar() -> dg.AssetsDefinition:
    @dg.asset(
        key=CALENDAR,
        group_name="raw",
        kinds={"python"},
        deps=[raw_key(source, dataset) for source, dataset in LANDED],  # it spans the days that were loaded
        pool=POOL,
        description="Every Tokyo day with its UTC bounds, holidays, working days, fiscal year and era.",
    )
    def calendar(workspace: dg.ResourceParam[Workspace]) -> dg.MaterializeResult:
        with failures(), connect(workspace.settings.warehouse_file) as con:
            refresh_calendar(con, dict(workspace.settings.own_holidays))
        return dg.MaterializeResult()

    return calendar


def _parameters() -> dg.AssetsDefinition:
    @dg.asset(
        key=PARAMETERS,
        group_name="raw",
        kinds={"python"},
        pool=POOL,
        description="What differs between organisations: the mail limit and the organisation's own mail domains.",
    )
    def parameters(workspace: dg.ResourceParam[Workspace]) -> dg.MaterializeResult:
        settings = workspace.settings
        with failures(), connect(settings.warehouse_file) as con:
            ensure_raw_tables(con)
            write_parameters(con, mail_limit_bytes=settings.mail_limit_bytes, own_domains=settings.own_domains)
        return dg.MaterializeResult(metadata={"mail_limit_bytes": settings.mail_limit_bytes})

    return parameters
