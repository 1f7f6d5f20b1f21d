"""Model assets: one per file under sql/, with the description, columns, checks and lineage that the file declares.

A run over days makes again only what is stale since the last run; one without days, as `rebuild`, everything.
"""

from collections.abc import Iterator, Sequence

import dagster as dg

from pipelines import progress
from pipelines.assets.loading import CALENDAR, LANDED, PARAMETERS, raw_key
from pipelines.assets.support import POOL, failures, window_of
from pipelines.resources import Workspace
from pipelines.warehouse.connection import connect
from pipelines.warehouse.models import Model, ModelError, Project, run_model
from pipelines.warehouse.models_checks import CheckResult
from pipelines.warehouse.stale import BEGINNING

_Results = Iterator[dg.AssetCheckResult | dg.MaterializeResult]
# The check that stands for everything whose breach stops a model.
PROMISES = "promises"

# Every load writes to these, besides the raw table it is named after.
_WRITTEN_BY_ALL = ("raw.landing_days", "raw.revision_changes")
_RULES = {"raw.calendar": CALENDAR, "raw.parameters": PARAMETERS, "raw.own_domains": PARAMETERS}


def model_assets(project: Project) -> list[dg.AssetsDefinition]:
    return [_model_asset(project.models[name]) for name in project.order]


def _upstream(model: Model) -> list[dg.AssetKey]:
    """The assets a model reads. Small rule tables that come with the code (sql/seeds/) have no asset of their own."""
    landed = {f"raw.{source}_{dataset}": raw_key(source, dataset) for source, dataset in LANDED}
    keys: set[dg.AssetKey] = set()
    for table in model.depends_on:
        if table in _WRITTEN_BY_ALL:
            keys |= set(landed.values())
        elif not table.startswith("raw."):
            keys.add(dg.AssetKey(table.split(".")))
        elif key := landed.get(table) or _RULES.get(table):
            keys.add(key)
    return sorted(keys)


def _check_specs(model: Model) -> list[dg.AssetCheckSpec]:
    """All that stops a model is one check, because Dagster writes three records for each in every run."""
    key, header = dg.AssetKey([model.schema, model.name]), model.header
    promises = [
        f"No two rows are alike in {', '.join(model.grain)}." if model.grain else "",
        f"Never blank: {', '.join(header.not_null)}." if header.not_null else "",
        *(f"No row breaks {check.name}." for check in header.checks if check.severity == "error"),
    ]
    text = " ".join(promise for promise in promises if promise)
    warnings = [check for check in header.checks if check.severity == "warn"]
    return [
        *([dg.AssetCheckSpec(PROMISES, asset=key, description=text)] if text else []),
        *(dg.AssetCheckSpec(check.name, asset=key, description="A warning: the model stands.") for check in warnings),
    ]


def _model_asset(model: Model) -> dg.AssetsDefinition:
    key = dg.AssetKey([model.schema, model.name])

    @dg.asset(
        key=key,
        group_name=model.schema,
        kinds={"duckdb", "sql"},
        deps=_upstream(model),
        pool=POOL,
        description=model.description,
        code_version=model.sql_hash,
        check_specs=_check_specs(model),
        metadata={"grain": ", ".join(model.grain)},
    )
    def sql_model(context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]) -> _Results:
        progress.stage(f"Model {model.full_name}", 1)
        with failures(), connect(workspace.settings.warehouse_file) as con:
            try:
                result = run_model(con, model, whole=not window_of(context))
            except ModelError as error:
                yield from _as_dagster(error.checks)  # else the check would never be seen to fail
                raise
            types = dict(con.execute(f"select column_name, column_type from (describe {model.full_name})").fetchall())
        progress.step()
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
        yield from _as_dagster(result.checks)
        yield dg.MaterializeResult(metadata=metadata)

    return sql_model


def _schema(model: Model, types: dict[str, str]) -> dg.TableSchema:
    """The columns as the database has them, with the comments of the model file."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(name, type=types[name], description=comment or None)
            for name, comment in model.columns.items()
        ]
    )


def _as_dagster(checks: Sequence[CheckResult]) -> Iterator[dg.AssetCheckResult]:
    """How many rows offend in which rule, not which rows: the keys are pseudonyms and stay in the warehouse."""
    stopping = [check for check in checks if check.severity == "error"]
    if stopping:
        offending = {name: count for check in stopping for name, count in _offending(check).items()}
        yield _result(PROMISES, dg.AssetCheckSeverity.ERROR, offending)
    for check in checks:
        if check.severity == "warn":
            yield _result(check.name, dg.AssetCheckSeverity.WARN, {"offending_rows": check.count})


def _offending(check: CheckResult) -> dict[str, int]:
    return {check.name: check.count} | {f"{check.name}/{column}": count for column, count in check.columns.items()}


def _result(name: str, severity: dg.AssetCheckSeverity, offending: dict[str, int]) -> dg.AssetCheckResult:
    counts = {rule: dg.MetadataValue.int(count) for rule, count in offending.items()}
    return dg.AssetCheckResult(check_name=name, passed=not any(offending.values()), severity=severity, metadata=counts)
