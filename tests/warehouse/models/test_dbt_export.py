"""The way out stays open: exported to dbt, every model is still the same SELECT, and every name leads somewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlglot
import yaml
from jinja2 import Environment, StrictUndefined

from pipelines.warehouse.models.model import DIALECT, START
from tests.project import PROJECT
from tests.warehouse.models.dbt_export import export


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dbt")
    export(PROJECT, folder)
    return folder


@pytest.fixture(scope="module")
def sources(folder: Path) -> dict[str, set[str]]:
    """Name of a dbt source -> its tables."""
    declared = yaml.safe_load((folder / "models" / "sources.yml").read_text(encoding="utf-8"))["sources"]
    return {one["name"]: {table["name"] for table in one["tables"]} for one in declared}


class Compiled:
    """What dbt would make of one file; a name that leads nowhere is a KeyError."""

    def __init__(self, path: Path, folder: Path, sources: dict[str, set[str]]) -> None:
        files = {one.stem: one for one in (folder / "models").rglob("*.sql")}
        self.read: set[str] = set()
        self.config: dict[str, str] = {}
        variables = yaml.safe_load((folder / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]

        def ref(name: str) -> str:
            self.read.add(f"{files[name].parent.name}.{name}")
            return f"{files[name].parent.name}.{name}"

        def source(name: str, table: str) -> str:
            if table not in sources[name]:
                raise KeyError(table)
            self.read.add(f"{name}.{table}")
            return f"{name}.{table}"

        def config(**options: str) -> str:
            self.config = options
            return ""

        calls = {"ref": ref, "source": source, "config": config, "var": variables.__getitem__}
        environment = Environment(undefined=StrictUndefined, autoescape=False)
        self.sql = environment.from_string(path.read_text(encoding="utf-8")).render(calls)


@pytest.mark.parametrize("name", PROJECT.models)
def test_an_exported_model_is_the_same_select(name: str, folder: Path, sources: dict[str, set[str]]) -> None:
    model = PROJECT.models[name]
    compiled = Compiled(folder / "models" / model.schema / f"{name}.sql", folder, sources)
    assert compiled.read == {*model.depends_on}
    assert compiled.config == {"materialized": "view" if model.kind == "view" else "table", "schema": model.schema}
    bound = model.sql.replace(f"${START}", "date '1900-01-01'")
    assert sqlglot.parse_one(compiled.sql, read=DIALECT) == sqlglot.parse_one(bound, read=DIALECT)


def test_every_model_has_its_file(folder: Path) -> None:
    assert {path.stem for path in (folder / "models").rglob("*.sql")} == PROJECT.models.keys()
