"""The models as a dbt project: the way out, should somebody want another runner than ours (decision 1).

    python -m tests.warehouse.models.dbt_export FOLDER

writes each SELECT as it is, with `config`, and with `ref` and `source` in the place of table names, the raw tables as
sources, and the files dbt asks for. dbt then finds the warehouse by the variable KATSUYO_WAREHOUSE. Left behind is what
the headers say besides: constraints, comments, and how rows lie in time.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import yaml

from pipelines.common.shipped import SQL_DIR
from pipelines.warehouse.increment.change_log import BEGINNING
from pipelines.warehouse.models.model import RAW, START, Model, Project, load_project
from pipelines.warehouse.raw.schema import raw_tables

NAME = "katsuyo"
_FILES = {
    "dbt_project.yml": {"name": NAME, "version": "1.0.0", "profile": NAME, "vars": {START: BEGINNING.isoformat()}},
    "profiles.yml": {
        NAME: {
            "target": "warehouse",
            "outputs": {"warehouse": {"type": "duckdb", "path": "{{ env_var('KATSUYO_WAREHOUSE') }}", "threads": 1}},
        }
    },
}
# A schema is called as the folder is, without the target's name before it.
_SCHEMA_NAMES = """{% macro generate_schema_name(schema, node) %}{{ schema or target.schema }}{% endmacro %}
"""


def as_dbt_model(model: Model) -> str:
    """The file of one model: its own text, but for the names of tables and the parameter."""
    sql = model.sql
    for table in model.depends_on:
        schema, name = table.split(".")
        call = f"source('{RAW}', '{name}')" if schema == RAW else f"ref('{name}')"
        sql = re.sub(rf"\b{schema}\.{name}\b", f"{{{{ {call} }}}}", sql)
    sql = sql.replace(f"${START}", f"date '{{{{ var(\"{START}\") }}}}'")
    materialized = "view" if model.kind == "view" else "table"
    return f"{{{{ config(materialized='{materialized}', schema='{model.schema}') }}}}\n{sql}\n"


def export(project: Project, folder: Path) -> None:
    """Write the whole project into `folder`, which need not exist."""
    for name, content in _FILES.items():
        _write(folder / name, yaml.safe_dump(content, sort_keys=False))
    _write(folder / "macros" / "generate_schema_name.sql", _SCHEMA_NAMES)
    tables = [{"name": name, "description": table.description} for name, table in raw_tables().items()]
    sources = {"version": 2, "sources": [{"name": RAW, "schema": RAW, "tables": tables}]}
    _write(folder / "models" / "sources.yml", yaml.safe_dump(sources, sort_keys=False, allow_unicode=True))
    for model in project.models.values():
        _write(folder / "models" / model.schema / f"{model.name}.sql", as_dbt_model(model))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    export(load_project(SQL_DIR), Path(sys.argv[1]))
