"""Model assets: one per file under sql/, with the description, columns, checks and lineage that the file declares."""

import dagster as dg

from pipelines import progress
from pipelines.assets.loading import CALENDAR, LANDED, PARAMETERS, raw_key
from pipelines.assets.support import POOL, failures
from pipelines.resources import Workspace
from pipelines.warehouse.connection import connect
from pipelines.warehouse.models import CheckResult, Model, Project, run_model

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


def _check_names(model: Model) -> list[str]:
    grain = ["grain"] if model.grain else []
    not_null = [f"not_null_{column}" for column in model.header.not_null]
    return [*grain, *not_null, *(check.name for check in model.header.checks)]


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
        check_specs=[dg.AssetCheckSpec(name, asset=key) for name in _check_names(model)],
        metadata={"grain": ", ".join(model.grain)},
    )
    def sql_model(workspace: dg.ResourceParam[Workspace]) -> dg.MaterializeResult:
        progress.stage(f"Model {model.full_name}", 1)
        with failures(), connect(workspace.settings.warehouse_file) as con:
            result = run_model(con, model)
            types = dict(con.execute(f"select column_name, column_type from (describe {model.full_name})").fetchall())
        progress.step()
        metadata: dict[str, dg.MetadataValue] = {
            "dagster/table_name": dg.MetadataValue.text(model.full_name),
            "dagster/column_schema": dg.MetadataValue.table_schema(_schema(model, types)),
            "seconds": dg.MetadataValue.float(round(result.seconds, 3)),
        }
        if result.row_count is not None:
            metadata["dagster/row_count"] = dg.MetadataValue.int(result.row_count)
        return dg.MaterializeResult(metadata=metadata, check_results=[_as_dagster(one) for one in result.checks])

    return sql_model


def _schema(model: Model, types: dict[str, str]) -> dg.TableSchema:
    """The columns as the database has them, with the comments of the model file."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(name, type=types[name], description=comment or None)
            for name, comment in model.columns.items()
        ]
    )


def _as_dagster(check: CheckResult) -> dg.AssetCheckResult:
    severity = dg.AssetCheckSeverity.ERROR if check.severity == "error" else dg.AssetCheckSeverity.WARN
    count = check.evidence.get("count", 0)
    return dg.AssetCheckResult(
        check_name=check.name,
        passed=check.passed,
        severity=severity,
        # How many rows offend, not which: the keys are pseudonyms and stay in the warehouse.
        metadata={"offending_rows": dg.MetadataValue.int(int(str(count)))},
    )
