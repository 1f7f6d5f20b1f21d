"""Where each column of a model comes from, one step up: for the lineage that Dagster and the documentation show."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.lineage import Node, lineage

from pipelines.warehouse.models.model import DIALECT, Model, ModelError, Project
from pipelines.warehouse.raw.schema import raw_tables

Sources = tuple[tuple[str, str], ...]


def column_lineage(project: Project, name: str) -> dict[str, Sources]:
    """Column of the model -> the (schema.table, column) pairs it is made from; constants have none.

    Raises ModelError when the model names a column that its upstream tables do not have.
    """
    model = project.models[name]
    try:
        roots = lineage(
            None,
            model.tree,
            _schema(project, model),
            dialect=DIALECT,
            trim_selects=False,
            validate_qualify_columns=True,
        )
    except SqlglotError as error:
        reason = str(error).splitlines()[0]
        raise ModelError(f"{model.full_name} names a column that is not there: {reason}") from None
    assert isinstance(roots, dict)
    return {column: _sources_of(root) for column, root in roots.items()}


def _schema(project: Project, model: Model) -> dict[str, dict[str, dict[str, str]]]:
    """The upstream tables in the nested form that sqlglot takes; types do not matter for lineage."""
    schema: dict[str, dict[str, dict[str, str]]] = {}
    for full_name in model.depends_on:
        folder, table = full_name.split(".")
        is_raw = table not in project.models
        columns = raw_tables()[table].column_types() if is_raw else project.models[table].columns
        schema.setdefault(folder, {})[table] = dict.fromkeys(columns, "text")
    return schema


def _sources_of(root: Node) -> Sources:
    leaves = [(node.source, node.name) for node in root.walk()]
    return tuple(
        sorted(
            {
                (f"{table.db}.{table.name}", name.split(".")[-1])
                for table, name in leaves
                if isinstance(table, exp.Table)
            }
        )
    )
