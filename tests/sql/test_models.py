"""Every model against a handful of rows: tests/sql/<model>/<case>.yaml.

A case gives rows for the tables the model reads, only the columns that matter, and the rows it expects, only the
columns it asks about. The upstream tables are made from DESCRIBE of the real chain, so a column that does not exist
fails. Tables that are rules written as data (calendar, metrics, sql/seeds) hold their real rows unless a case gives
others. A given row without validity holds always, without a source's day on its own day. A list in a given row stands
for that many rows; several lists of a row go side by side.
Keys of a case: description, kinds (of test_kinds.py), given, chain (true: what is not given is built from what is),
expect (in any order of rows), only (a filter on the result), fails (the name of the check that must fail).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
import yaml

from pipelines.warehouse.models.model import Model, ModelError, Project
from pipelines.warehouse.models.runner import run_model
from tests.project import PROJECT

CASES = sorted(Path(__file__).parent.glob("*/*.yaml"))
# What a given row of a model means when it does not say otherwise.
ALWAYS = {"valid_from": date(1900, 1, 1), "valid_to": date(2999, 12, 31)}
Template = dict[str, tuple[str, pl.DataFrame]]


def _prepare(
    con: duckdb.DuckDBPyConnection, model: Model, template: Template, given: dict[str, Any], *, is_chain: bool
) -> None:
    read = _upstream(model, given) if is_chain else list(model.depends_on)
    unread = given.keys() - set(read)
    assert not unread, f"{model.name} does not read {', '.join(sorted(unread))}"
    for name in read:
        if is_chain and name not in given and not name.startswith("raw."):
            run_model(con, PROJECT.models[name.split(".")[1]])
            continue
        columns, rows = template[name]
        con.execute(f"create schema if not exists {name.split('.')[0]}")
        con.execute(f"create table {name} ({columns})")
        if name not in given and rows.height:
            con.register("rows", rows)
            con.execute(f"insert into {name} by name select * from rows")
            con.unregister("rows")
        for stated in spread(given.get(name)):
            row = _with_defaults(name, columns, stated)
            marks = ", ".join("?" * len(row))
            con.execute(f"insert into {name} ({', '.join(row)}) values ({marks})", list(row.values()))


def spread(stated: Sequence[dict[str, Any]] | None) -> Iterator[dict[str, Any]]:
    """The rows that are meant: one for each value of the lists of a row. Lists of unequal length raise ValueError."""
    for row in stated or ():
        lists = {name: values for name, values in row.items() if isinstance(values, list)}
        if not lists:
            yield row
        for values in zip(*lists.values(), strict=True):
            yield row | dict(zip(lists, values, strict=True))


def _upstream(model: Model, given: dict[str, Any]) -> list[str]:
    """Everything the model rests on, down to the given tables, each after what it reads."""
    found: dict[str, None] = {}

    def visit(name: str) -> None:
        if name not in given and not name.startswith("raw."):
            for above in PROJECT.models[name.split(".")[1]].depends_on:
                visit(above)
        found.setdefault(name)

    for name in model.depends_on:
        visit(name)
    return list(found)


def _with_defaults(table: str, columns: str, row: dict[str, Any]) -> dict[str, Any]:
    """The row as it was meant; raw rows are taken as they are, because there a blank is a case of its own."""
    if table.startswith("raw."):
        return row
    held = {column.split()[0] for column in columns.split(", ")}
    if "source_date" in held and "activity_date" in row:
        row = {"source_date": row["activity_date"]} | row
    return {name: value for name, value in ALWAYS.items() if name in held} | row


def _rows(con: duckdb.DuckDBPyConnection, model: Model, columns: list[str], only: str) -> list[dict[str, Any]]:
    query = f"select {', '.join(columns) or '*'} from {model.full_name} where {only} order by all"
    result = con.execute(query)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _sort_key(row: dict[str, Any]) -> list[tuple[bool, str]]:
    return [(value is not None, str(value)) for value in row.values()]


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_case(path: Path, template: Template) -> None:
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert case.keys() <= {"description", "kinds", "given", "chain", "expect", "only", "fails"}
    model = PROJECT.models[path.parent.name]
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'")
        _prepare(con, model, template, case.get("given") or {}, is_chain=case.get("chain", False))
        if "fails" in case:
            with pytest.raises(ModelError, match=case["fails"]):
                run_model(con, model)
            return
        run_model(con, model)
        columns = list(dict.fromkeys(name for row in case["expect"] for name in row))
        expected = [{name: row.get(name) for name in columns} for row in case["expect"]]
        found = _rows(con, model, columns, case.get("only", "true"))
    assert len(found) == len(expected), found
    for have, want in zip(sorted(found, key=_sort_key), sorted(expected, key=_sort_key), strict=True):
        assert have == {name: _approx(value) for name, value in want.items()}


def _approx(value: Any) -> Any:
    return pytest.approx(value, abs=1e-6) if isinstance(value, float) else value


def test_every_case_belongs_to_a_model() -> None:
    assert {path.parent.name for path in CASES} <= set(PROJECT.models)


def test_the_chain_runs_on_nothing(template: Template) -> None:
    """Empty input: no fact, no failure; only rules, calendar and the root department are there."""
    facts = {name: rows.height for name, (_, rows) in template.items() if name.startswith("marts.fct")}
    assert set(facts.values()) == {0}
    assert template["marts.dim_department"][1].height == 1
    assert isinstance(PROJECT, Project)
