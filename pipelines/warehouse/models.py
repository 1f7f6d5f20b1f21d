"""The SQL runner: loads sql/**.sql, puts the models in order, builds them, checks what they promise.

One model = one file = one SELECT; the folder is the schema, the file name is the table. There is no templating, no
hook and no environment on purpose: three kinds, two bound parameters, and a header that nobody can misspell.
What does not belong here: rules about how SQL is written (models_lint.py), where columns come from (lineage.py),
the tables the models start from (raw_schema.py), anything of Dagster.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Literal

import duckdb
import sqlglot
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from sqlglot import exp

from pipelines.errors import KatsuyoError

DIALECT = "duckdb"
RAW = "raw"
PARAMETERS = frozenset({"start_date", "end_date"})
EVIDENCE_KEYS = 10
_HEADER = re.compile(r"\A\s*/\*(.*?)\*/", re.DOTALL)

Severity = Literal["error", "warn"]
Kind = Literal["view", "table", "by_day"]
Window = tuple[date, date]


class ModelError(KatsuyoError):
    """A model file cannot be used, a model cannot be built, or its result breaks a promise."""


class HeaderCheck(BaseModel):
    """A SELECT that must return no row; what it returns is the evidence."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    sql: str
    severity: Severity = "error"


class Header(BaseModel):
    """The YAML comment a model opens with; an unknown key fails the load."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    description: str
    grain: tuple[str, ...]
    kind: Kind = "table"
    time_column: str | None = None
    not_null: tuple[str, ...] = ()
    checks: tuple[HeaderCheck, ...] = ()


@dataclass(frozen=True, slots=True)
class Model:
    """One file. `depends_on` holds full names (schema.name) of models and raw tables; `columns` name -> comment."""

    schema: str
    name: str
    kind: Kind
    description: str
    grain: tuple[str, ...]
    columns: dict[str, str]
    depends_on: tuple[str, ...]
    sql_hash: str
    header: Header = field(repr=False)
    sql: str = field(repr=False)
    tree: exp.Query = field(repr=False, compare=False)

    @property
    def full_name(self) -> str:
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True, slots=True)
class Project:
    """All models by name, and the names in an order in which each comes after what it reads."""

    models: dict[str, Model]
    order: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """`evidence`: {"count": offending rows, "keys": up to ten of them as lists of text}."""

    name: str
    passed: bool
    severity: Severity
    evidence: dict[str, object]


@dataclass(frozen=True, slots=True)
class ModelResult:
    """`row_count` is None for a view: counting it would compute it."""

    row_count: int | None
    seconds: float
    checks: list[CheckResult]


def load_project(sql_dir: Path) -> Project:
    """Read and order every model below `sql_dir`. Raises ModelError naming the file and what to mend."""
    models: dict[str, Model] = {}
    for path in sorted(sql_dir.rglob("*.sql")):
        model = _load_model(path, schema=path.relative_to(sql_dir).parts[0])
        if model.name in models:
            raise ModelError(f"Two model files are called {path.name}: rename one, names are unique across folders.")
        models[model.name] = model
    return Project(models, _order(models))


def run_model(
    con: duckdb.DuckDBPyConnection, model: Model, window: Window | None = None, *, collect: bool = False
) -> ModelResult:
    """Build one model and check it, all in one transaction: readers see the old table or the new one.

    `window` (first day, day after the last) is what a by_day model replaces. A failing check of severity error rolls
    everything back and raises ModelError; with `collect` the result is kept and the failure is only reported.
    """
    started = time.perf_counter()
    with _transaction(con, model):
        _build(con, model, window)
        _write_comments(con, model)
        checks = _run_checks(con, model)
        failed = [check for check in checks if not check.passed and check.severity == "error"]
        if failed and not collect:
            raise ModelError(
                f"{model.full_name} breaks its check `{failed[0].name}` in {failed[0].evidence['count']} rows: "
                f"look them up with the check's SQL and mend the input or the model; the former table stays."
            )
        row_count = None if model.kind == "view" else _count(con, f"from {model.full_name}")
    return ModelResult(row_count, time.perf_counter() - started, checks)


def run_all(
    con: duckdb.DuckDBPyConnection,
    project: Project,
    on_progress: Callable[[Model, ModelResult], None] | None = None,
    *,
    window: Window | None = None,
    collect: bool = False,
) -> dict[str, ModelResult]:
    """Build every model in order; `on_progress` is called after each. Returns name -> result."""
    results: dict[str, ModelResult] = {}
    for name in project.order:
        model = project.models[name]
        results[name] = run_model(con, model, window if model.kind == "by_day" else None, collect=collect)
        if on_progress:
            on_progress(model, results[name])
    return results


def _load_model(path: Path, schema: str) -> Model:
    sql = path.read_text(encoding="utf-8")
    header = _read_header(path, sql)
    tree = _parse(path, sql)
    ctes = {cte.alias for cte in tree.find_all(exp.CTE)}
    tables = [table for table in tree.find_all(exp.Table) if table.db or table.name not in ctes]
    unqualified = next((table.name for table in tables if not table.db), None)
    if unqualified:
        raise ModelError(f"{path.name} reads {unqualified} without its schema: write schema.{unqualified}.")
    parameters = {parameter.name for parameter in tree.find_all(exp.Parameter, exp.Placeholder)}
    if parameters - (PARAMETERS if header.kind == "by_day" else set()):
        raise ModelError(f"{path.name} has a parameter it may not have: only by_day models take $start_date, $end_date.")
    if (header.kind == "by_day") != (header.time_column is not None):
        raise ModelError(f"{path.name}: a by_day model, and only that, names its time_column in the header.")
    return Model(
        schema=schema,
        name=path.stem,
        kind=header.kind,
        description=" ".join(header.description.split()),
        grain=header.grain,
        columns={column.alias_or_name: " ".join(column.comments or ()).strip() for column in tree.selects},
        depends_on=tuple(sorted({f"{table.db}.{table.name}" for table in tables})),
        sql_hash=hashlib.sha256(sql.encode()).hexdigest()[:16],
        header=header,
        sql=sql.strip(),
        tree=tree,
    )


def _read_header(path: Path, sql: str) -> Header:
    comment = _HEADER.match(sql)
    if comment is None:
        raise ModelError(f"{path.name} does not open with a YAML comment: add one with description and grain.")
    try:
        return Header.model_validate(yaml.safe_load(comment[1]))
    except yaml.YAMLError:
        raise ModelError(f"The header of {path.name} is not YAML: quote values that hold a colon.") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "header"
        raise ModelError(f"The header of {path.name} is wrong at {place}: {first['msg'].lower()}.") from None


def _parse(path: Path, sql: str) -> exp.Query:
    try:
        trees = [tree for tree in sqlglot.parse(sql, read=DIALECT) if tree is not None]
    except sqlglot.ParseError as error:
        line = error.errors[0]["line"] if error.errors else 1
        raise ModelError(f"{path.name} is not valid SQL near line {line}: mend the statement.") from None
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        raise ModelError(f"{path.name} must hold exactly one SELECT and nothing else.")
    return trees[0]


def _order(models: dict[str, Model]) -> tuple[str, ...]:
    by_full_name = {model.full_name: name for name, model in models.items()}
    graph: dict[str, list[str]] = {}
    for name, model in models.items():
        needed = [table for table in model.depends_on if not table.startswith(f"{RAW}.")]
        missing = next((table for table in needed if table not in by_full_name), None)
        if missing:
            raise ModelError(f"{name}.sql reads {missing}, which no file makes: mend the name or add the model.")
        graph[name] = [by_full_name[table] for table in needed]
    try:
        return tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise ModelError(f"The models {', '.join(sorted(set(error.args[1])))} read one another: break the circle.") from None


@contextmanager
def _transaction(con: duckdb.DuckDBPyConnection, model: Model) -> Iterator[None]:
    con.begin()
    try:
        yield
        con.commit()
    except BaseException as error:
        con.rollback()
        if isinstance(error, duckdb.Error):
            reason = " ".join(str(error).split("\n\n", maxsplit=1)[0].split())
            raise ModelError(f"{model.full_name} cannot be built: {reason}") from error
        raise


def _build(con: duckdb.DuckDBPyConnection, model: Model, window: Window | None) -> None:
    con.execute(f"create schema if not exists {model.schema}")
    if model.kind == "by_day":
        _replace_window(con, model, window)
        return
    other = "table" if model.kind == "view" else "view"
    if _exists(con, model, other):  # the kind was changed in the header since the last run
        con.execute(f"drop {other} {model.full_name}")
    con.execute(f"create or replace {model.kind} {model.full_name} as {model.sql}")


def _replace_window(con: duckdb.DuckDBPyConnection, model: Model, window: Window | None) -> None:
    if window is None:
        raise ModelError(f"{model.full_name} is built by day: name the window of days to replace.")
    used = {parameter.name for parameter in model.tree.find_all(exp.Parameter, exp.Placeholder)}
    bound = {name: day for name, day in zip(("start_date", "end_date"), window, strict=True) if name in used}
    if not _exists(con, model, "table"):
        con.execute(f"create table {model.full_name} as select * from ({model.sql}\n) limit 0", bound)
    con.execute(
        f"delete from {model.full_name} where {model.header.time_column} >= ? and {model.header.time_column} < ?",
        list(window),
    )
    con.execute(f"insert into {model.full_name} by name {model.sql}", bound)


def _exists(con: duckdb.DuckDBPyConnection, model: Model, kind: str) -> bool:
    where = f"schema_name = '{model.schema}' and {kind}_name = '{model.name}' and not internal"
    return _count(con, f"from duckdb_{kind}s() where {where}") > 0


def _count(con: duckdb.DuckDBPyConnection, rest: str) -> int:
    return con.execute(f"select count(*) {rest}").fetchall()[0][0]


def _write_comments(con: duckdb.DuckDBPyConnection, model: Model) -> None:
    kind = "view" if model.kind == "view" else "table"
    con.execute(f"comment on {kind} {model.full_name} is {_quoted(model.description)}")
    for column, comment in model.columns.items():
        if comment:
            con.execute(f"comment on column {model.full_name}.{column} is {_quoted(comment)}")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _run_checks(con: duckdb.DuckDBPyConnection, model: Model) -> list[CheckResult]:
    keys = ", ".join(model.grain) or "*"
    queries: list[tuple[str, Severity, str]] = []
    if model.grain:
        repeated = f"select {keys} from {model.full_name} group by {keys} having count(*) > 1"
        queries.append(("grain", "error", repeated))
    for column in model.header.not_null:
        missing = f"select {keys} from {model.full_name} where {column} is null"
        queries.append((f"not_null_{column}", "error", missing))
    queries += [(check.name, check.severity, check.sql.strip().rstrip(";")) for check in model.header.checks]
    return [_run_check(con, *query) for query in queries]


def _run_check(con: duckdb.DuckDBPyConnection, name: str, severity: Severity, sql: str) -> CheckResult:
    count = _count(con, f"from ({sql}\n)")
    rows = con.execute(f"select * from ({sql}\n) order by all limit {EVIDENCE_KEYS}").fetchall() if count else []
    keys = [[str(value) for value in row] for row in rows]
    return CheckResult(name, passed=not count, severity=severity, evidence={"count": count, "keys": keys})
