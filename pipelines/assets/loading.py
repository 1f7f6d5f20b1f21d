"""Raw assets: accepted revisions of the landing become rows of the warehouse. No network."""

from collections.abc import Iterator

import dagster as dg
import duckdb

from pipelines.assets.fetching import landing_key
from pipelines.assets.support import FROM_THE_LANDING, POOL, failures, has_tag, window_of
from pipelines.common import progress
from pipelines.ingest import BOX_EVENTS, DATASETS, DATASETS_BY_DAY, Comparison, compare_streams, landed_by
from pipelines.ingest.lost_days import name_lost_days
from pipelines.ingest.replay import heal
from pipelines.ingest.switches import datasets_off
from pipelines.ingest.workspace import Workspace
from pipelines.warehouse.connection import connect
from pipelines.warehouse.raw.calendar import refresh_calendar
from pipelines.warehouse.raw.load import Loaded, load_dataset
from pipelines.warehouse.raw.loaded import empty_landed_tables
from pipelines.warehouse.raw.schema import ensure_raw_tables, write_parameters

LANDING_DAYS = dg.AssetKey(["raw", "landing_days"])
CALENDAR = dg.AssetKey(["raw", "calendar"])
PARAMETERS = dg.AssetKey(["raw", "parameters"])
STREAMS_AGREE, FILES_INTACT, NO_DAY_LOST = "both_streams_agree", "stored_files_intact", "no_day_lost"
# Lands only by hand (`katsuyo import`), so no step of a morning makes it.
IMPORTED = ("box", "activity_report")
LANDED = [*DATASETS, IMPORTED]
_Results = Iterator[dg.MaterializeResult]


def raw_key(source: str, dataset: str) -> dg.AssetKey:
    return dg.AssetKey(["raw", f"{source}_{dataset}"])


def raw_assets() -> list[dg.AssetsDefinition]:
    """One asset per raw table, what became of every day, the calendar and the parameters, all in one step.

    Each comes after whatever lands its dataset (ingest/steps.py). None is partitioned: which days were fetched is said
    by the landing assets, and whatever landed and is not loaded is loaded, whichever days the run asked for.
    """

    @dg.multi_asset(
        name="raw",
        specs=[*(_spec(*one) for one in LANDED), _landing_days(), _calendar(), _parameters()],
        check_specs=[
            dg.AssetCheckSpec(STREAMS_AGREE, asset=raw_key(*BOX_EVENTS)),
            dg.AssetCheckSpec(FILES_INTACT, asset=LANDING_DAYS, description="Every stored file is what was written."),
            dg.AssetCheckSpec(NO_DAY_LOST, asset=LANDING_DAYS, description="No day was lost for good since last time."),
        ],
        pool=POOL,
        can_subset=True,
    )
    def raw(context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]) -> _Results:
        wanted = context.selected_asset_keys
        datasets = [one for one in LANDED if raw_key(*one) in wanted]
        with failures(workspace), connect(workspace.settings.warehouse_file) as con:
            ensure_raw_tables(con)
            if has_tag(context, FROM_THE_LANDING):
                empty_landed_tables(con)
            loaded, damage = load_landed(con, workspace, datasets)
            for one in loaded:
                metadata = _metadata(one)
                checks = []
                if (one.source, one.dataset) == BOX_EVENTS:
                    days = window_of(context) or workspace.landing.days(*BOX_EVENTS)
                    checks = [_streams_agree(compare_streams(workspace.landing, days))]
                key = raw_key(one.source, one.dataset)
                yield dg.MaterializeResult(asset_key=key, metadata=metadata, check_results=checks)
            if LANDING_DAYS in wanted:
                # Only a morning asks the services, so only a morning can say what they no longer give.
                lost = name_lost_days(workspace, sorted(DATASETS_BY_DAY)) if window_of(context) else []
                checks = [_no_gap(FILES_INTACT, damage), _no_gap(NO_DAY_LOST, lost)]
                yield dg.MaterializeResult(asset_key=LANDING_DAYS, check_results=checks)
            if CALENDAR in wanted:
                refresh_calendar(con, dict(workspace.settings.own_holidays))
                yield dg.MaterializeResult(asset_key=CALENDAR)
            if PARAMETERS in wanted:
                settings = workspace.settings
                write_parameters(
                    con,
                    mail_limit_bytes=settings.mail_limit_bytes,
                    own_domains=settings.own_domains,
                    switched_off=datasets_off(settings),
                )
                metadata = {"mail_limit_bytes": settings.mail_limit_bytes}
                yield dg.MaterializeResult(asset_key=PARAMETERS, metadata=metadata)

    return [raw]


def load_landed(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, datasets: list[tuple[str, str]]
) -> tuple[list[Loaded], list[str]]:
    """Load what landed and is not loaded; also a sentence for each damaged file that could not be mended.

    A damaged file is made again out of the vault where that still holds the answer.
    """
    landing, loaded = workspace.landing, {}
    progress.stage("Load", len(datasets))
    for source, dataset in datasets:
        loaded[source, dataset] = load_dataset(con, landing, source, dataset)
        progress.step()
    lost = []
    for one in landing.take_damaged():
        name = one.revision.source, one.revision.dataset
        if heal(workspace, one):
            progress.say(f"The stored answer about {one} was damaged and was made again from the vault.")
            if name in loaded:
                loaded[name] = load_dataset(con, landing, *name)
        else:
            lost.append(
                f"The stored answer about {one} is damaged and was moved to landing/.damaged: the next run asks for "
                "that day again if the service still keeps it, else put the file back from a backup of the landing."
            )
    return list(loaded.values()), lost


def _metadata(loaded: Loaded) -> dict[str, dg.MetadataValue]:
    return {
        "days_changed": dg.MetadataValue.int(len(loaded.days)),
        "rows_loaded": dg.MetadataValue.int(loaded.row_count),
        "dagster/table_name": dg.MetadataValue.text(f"raw.{loaded.source}_{loaded.dataset}"),
    }


def _spec(source: str, dataset: str) -> dg.AssetSpec:
    return dg.AssetSpec(
        raw_key(source, dataset),
        group_name="raw",
        kinds={"duckdb"},
        deps=[landing_key(name) for name in landed_by((source, dataset))],
        description=_description(source, dataset),
    )


def _description(source: str, dataset: str) -> str:
    if (source, dataset) == IMPORTED:
        return "Rows of the User Activity reports that somebody exported from Box's admin console and imported."
    if (source, dataset) == BOX_EVENTS:
        return "Box events, one row per event, of every day that got new ones."
    if (source, dataset) in DATASETS_BY_DAY:
        return f"Accepted days of {source} {dataset}, as text by normalised header name."
    return f"Snapshots of {source} {dataset}, one per day they were taken."


def _landing_days() -> dg.AssetSpec:
    return dg.AssetSpec(
        LANDING_DAYS,
        group_name="raw",
        kinds={"duckdb"},
        deps=[raw_key(*one) for one in LANDED],
        description="What became of every day that was ever asked for, and what later answers changed.",
    )


def _calendar() -> dg.AssetSpec:
    return dg.AssetSpec(
        CALENDAR,
        group_name="raw",
        kinds={"python"},
        deps=[LANDING_DAYS],  # it spans the days that were loaded
        description="Every Tokyo day with its UTC bounds, holidays, working days, fiscal year and era.",
    )


def _parameters() -> dg.AssetSpec:
    return dg.AssetSpec(
        PARAMETERS,
        group_name="raw",
        kinds={"python"},
        description="What differs between organisations: the mail limit, their own mail domains, what is switched off.",
    )


def _no_gap(name: str, gaps: list[str]) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=LANDING_DAYS,
        check_name=name,
        passed=not gaps,
        severity=dg.AssetCheckSeverity.ERROR,
        description=" ".join(gaps) or None,
    )


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
        asset_key=raw_key(*BOX_EVENTS),
        check_name=STREAMS_AGREE,
        passed=not rows,
        severity=dg.AssetCheckSeverity.WARN,
        description=str(compared),
        metadata=metadata,
    )
