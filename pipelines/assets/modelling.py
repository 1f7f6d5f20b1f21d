"""Model assets: one per file under sql/, with the description, columns, checks and lineage that the file declares.

A run makes again only what is stale since the last run; `rebuild` makes everything. Nothing
is recorded of a model that was not made again: its last record and its last checks still hold.
"""

from collections.abc import Iterable, Iterator, Sequence

import dagster as dg

from pipelines.assets.loading import CALENDAR, LANDED, LANDING_DAYS, PARAMETERS, raw_key
from pipelines.assets.support import FROM_THE_LANDING, POOL, failures, has_tag
from pipelines.common import progress
from pipelines.errors import KatsuyoError
from pipelines.ingest.workspace import Workspace
from pipelines.warehouse.connection import connect
from pipelines.warehouse.increment.change_log import BEGINNING
from pipelines.warehouse.models.checks import CheckResult
from pipelines.warehouse.models.model import Model, ModelError, ModelResult, Project
from pipelines.warehouse.models.runner import run_model

_Results = Iterator[dg.AssetCheckResult | dg.MaterializeResult]
# The check that stands for everything whose breach stops a model.
CONSTRAINTS = "constraints"

_RULES = {
    "raw.landing_days": LANDING_DAYS,
    "raw.revision_changes": LANDING_DAYS,
    "raw.calendar": CALENDAR,
    "raw.parameters": PARAMETERS,
    "raw.own_domains": PARAMETERS,
    "raw.switched_off": PARAMETERS,
}


def model_assets(project: Project) -> dg.AssetsDefinition:
    """One step for all models, which may be asked for some of them.

    A step each would open the warehouse a hundred times, and Dagster's own records would cost more than the models.
    """

    @dg.multi_asset(
        name="models",
        specs=[_spec(project.models[name]) for name in project.order],
        check_specs=[spec for name in project.order for spec in _check_specs(project.models[name])],
        pool=POOL,
        can_subset=True,
    )
    def models(context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]) -> _Results:
        full_refresh = has_tag(context, FROM_THE_LANDING)
        made = context.selected_asset_keys
        checked = {key.asset_key for key in context.selected_asset_check_keys}
        told = _with_a_record(context.instance, made)
        asked = [name for name in project.order if _key(project.models[name]) in made | checked]
        failed: list[ModelError] = []
        stopped: set[str] = set()  # full names of the models that failed, and of those that read them
        with failures(workspace):
            with connect(workspace.settings.warehouse_file) as con:
                for model in (project.models[name] for name in asked):
                    if stopped & set(model.depends_on):
                        stopped.add(model.full_name)
                        continue
                    progress.stage(f"Model {model.full_name}", 1)
                    try:
                        result = run_model(con, model, full_refresh=full_refresh)
                    except ModelError as error:
                        failed.append(error)
                        stopped.add(model.full_name)
                        # Else the check would never be seen to fail.
                        yield from _asked(context, _as_dagster(model, error.checks))
                        continue
                    progress.step()
                    if result.since is None and _key(model) in told and not _is_read_by_steps(model):
                        continue
                    yield from _asked(context, _as_dagster(model, result.checks))
                    types = dict(
                        con.execute(f"select column_name, column_type from (describe {model.full_name})").fetchall()
                    )
                    if _key(model) in made:  # else a check was asked for by itself
                        yield dg.MaterializeResult(asset_key=_key(model), metadata=_metadata(model, result, types))
            if failed:
                raise _with_number_of_others(failed, len(stopped))

    return models


def _with_a_record(instance: dg.DagsterInstance, keys: Iterable[dg.AssetKey]) -> set[dg.AssetKey]:
    """Those of the assets of which a materialisation is on record."""
    entries = [record.asset_entry for record in instance.get_asset_records(list(keys))]
    return {entry.asset_key for entry in entries if entry.last_materialization_record is not None}


def _is_read_by_steps(model: Model) -> bool:
    """Whether further steps wait for it: Dagster skips whatever comes after an asset that a run does not record."""
    return model.schema == "marts"


def _with_number_of_others(failed: list[ModelError], stopped: int) -> KatsuyoError:
    """The first error, and how many models stay as they were because of the failures."""
    return KatsuyoError(f"{failed[0]} (Models that stay as they were: {stopped}.)" if stopped > 1 else str(failed[0]))


def _asked(context: dg.AssetExecutionContext, results: Iterator[dg.AssetCheckResult]) -> Iterator[dg.AssetCheckResult]:
    """Those of the checks that the run is to make."""
    asked = {(key.asset_key, key.name) for key in context.selected_asset_check_keys}
    return (result for result in results if (result.asset_key, result.check_name) in asked)


def _key(model: Model) -> dg.AssetKey:
    return dg.AssetKey([model.schema, model.name])


def _spec(model: Model) -> dg.AssetSpec:
    return dg.AssetSpec(
        _key(model),
        group_name=model.schema,
        kinds={"duckdb", "sql"},
        deps=_upstream(model),
        description=model.description,
        code_version=".".join(model.definition.of_rows),
        metadata={"grain": ", ".join(model.grain)},
    )


def _upstream(model: Model) -> list[dg.AssetKey]:
    """The assets a model reads. Small rule tables that come with the code (sql/seeds/) have no asset of their own."""
    landed = {f"raw.{source}_{dataset}": raw_key(source, dataset) for source, dataset in LANDED}
    keys: set[dg.AssetKey] = set()
    for table in model.depends_on:
        if not table.startswith("raw."):
            keys.add(dg.AssetKey(table.split(".")))
        elif key := landed.get(table) or _RULES.get(table):
            keys.add(key)
    return sorted(keys)


def _check_specs(model: Model) -> list[dg.AssetCheckSpec]:
    """All that stops a model is one check, because Dagster writes three records for each in every run."""
    key, header = _key(model), model.header
    constraints = [
        f"No two rows are alike in {', '.join(model.grain)}." if model.grain else "",
        f"Never blank: {', '.join(header.not_null)}." if header.not_null else "",
        *(f"No row breaks {check.name}." for check in header.checks if check.severity == "error"),
    ]
    text = " ".join(constraint for constraint in constraints if constraint)
    warnings = [check for check in header.checks if check.severity == "warn"]
    return [
        *([dg.AssetCheckSpec(CONSTRAINTS, asset=key, description=text)] if text else []),
        *(dg.AssetCheckSpec(check.name, asset=key, description="A warning: the model stands.") for check in warnings),
    ]


def _metadata(model: Model, result: ModelResult, types: dict[str, str]) -> dict[str, dg.MetadataValue]:
    metadata: dict[str, dg.MetadataValue] = {
        "dagster/table_name": dg.MetadataValue.text(model.full_name),
        "dagster/column_schema": dg.MetadataValue.table_schema(_schema(model, types)),
        "seconds": dg.MetadataValue.float(round(result.seconds, 3)),
    }
    if result.since is None:
        metadata["made_again_from"] = dg.MetadataValue.text("nothing: no input changed")
    elif result.since > BEGINNING:
        metadata["made_again_from"] = dg.MetadataValue.text(result.since.isoformat())
    if result.row_count is not None:
        metadata["dagster/row_count"] = dg.MetadataValue.int(result.row_count)
    return metadata


def _schema(model: Model, types: dict[str, str]) -> dg.TableSchema:
    """The columns as the database has them, with the comments of the model file."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(name, type=types[name], description=comment or None)
            for name, comment in model.columns.items()
        ]
    )


def _as_dagster(model: Model, checks: Sequence[CheckResult]) -> Iterator[dg.AssetCheckResult]:
    """How many rows offend in which rule, not which rows: the keys are pseudonyms and stay in the warehouse."""
    stopping = [check for check in checks if check.severity == "error"]
    if stopping:
        offending = {name: count for check in stopping for name, count in _offending(check).items()}
        yield _result(model, CONSTRAINTS, dg.AssetCheckSeverity.ERROR, offending)
    for check in checks:
        if check.severity == "warn":
            yield _result(model, check.name, dg.AssetCheckSeverity.WARN, {"offending_rows": check.count})


def _offending(check: CheckResult) -> dict[str, int]:
    return {check.name: check.count} | {f"{check.name}/{column}": count for column, count in check.columns.items()}


def _result(model: Model, name: str, severity: dg.AssetCheckSeverity, offending: dict[str, int]) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=_key(model),
        check_name=name,
        passed=not any(offending.values()),
        severity=severity,
        metadata={rule: dg.MetadataValue.int(count) for rule, count in offending.items()},
    )
