"""A model and a project of models: what one SQL file says of itself, and the order in which models are made.

One model = one file = one SELECT; the folder is the schema, the file name is the table. There is no templating, no
hook and no environment on purpose: three kinds, one bound parameter, and a header that nobody can misspell.
What does not belong here: making rows (build.py), checking them (checks.py), running all (runner.py), anything of
Dagster.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ParseError, TokenError

from pipelines.common.shipped import missing
from pipelines.errors import KatsuyoError
from pipelines.warehouse.increment.change_log import Definition
from pipelines.warehouse.increment.changed_range import SPANS, TIME_COLUMNS
from pipelines.warehouse.increment.code_fingerprint import code_fingerprint
from pipelines.warehouse.models.checks import CheckResult, HeaderCheck

# A by_day model that looks back (over twelve weeks, say) may take this parameter: the first day that is asked for.
START = "start_date"
DIALECT = "duckdb"
RAW = "raw"
# The code that makes the rows of a model out of its SQL.
MAKERS = ("pipelines.warehouse.models", "pipelines.warehouse.increment")
_HEADER = re.compile(r"\A\s*/\*(.*?)\*/", re.DOTALL)

Kind = Literal["view", "table", "by_day"]


class ModelError(KatsuyoError):
    """A model file cannot be used, a model cannot be built, or its rows violate a constraint (`checks` has all)."""

    def __init__(self, message: str, checks: Sequence[CheckResult] = ()) -> None:
        super().__init__(message)
        self.checks = checks


class Header(BaseModel):
    """The YAML comment a model opens with; an unknown key fails the load."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    description: str
    grain: tuple[str, ...]
    kind: Kind = "table"
    time_column: str | None = None
    looks_ahead_days: int = 0
    by_quarter: bool = False
    not_null: tuple[str, ...] = ()
    checks: tuple[HeaderCheck, ...] = ()

    @property
    def of_rows(self) -> dict[str, object]:
        """Whatever decides how the rows are made."""
        return self.model_dump(exclude={"description", "grain", "not_null", "checks"})

    @property
    def of_checks(self) -> dict[str, object]:
        """Whatever decides which rows are refused."""
        return self.model_dump(include={"grain", "not_null", "checks"})


@dataclass(frozen=True, slots=True)
class Model:
    """One file. `depends_on` holds full names (schema.name) of models and raw tables; `columns` name -> comment.

    `inputs`: the views among those, and every table that is read through them.
    """

    schema: str
    name: str
    kind: Kind
    description: str
    grain: tuple[str, ...]
    columns: dict[str, str]
    depends_on: tuple[str, ...]
    definition: Definition
    parameters: frozenset[str]
    header: Header = field(repr=False)
    sql: str = field(repr=False)
    tree: exp.Query = field(repr=False, compare=False)
    inputs: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        return f"{self.schema}.{self.name}"

    @property
    def time_column(self) -> str | None:
        return self.header.time_column


@dataclass(frozen=True, slots=True)
class Project:
    """All models by name, and the names in an order in which each comes after what it reads."""

    models: dict[str, Model]
    order: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModelResult:
    """`row_count` is None for a view: counting it would compute it. `since`: first day made again, None if none was."""

    row_count: int | None
    seconds: float
    checks: list[CheckResult]
    since: date | None


def load_project(sql_dir: Path) -> Project:
    """Read and order every model below `sql_dir`. Raises ModelError naming the file and what to mend.

    No model at all is an error, too: everything after it would be empty and look well.
    """
    models: dict[str, Model] = {}
    for path in sorted(sql_dir.rglob("*.sql")):
        model = _load_model(path, schema=path.relative_to(sql_dir).parts[0])
        if model.name in models:
            raise ModelError(f"Two model files are called {path.name}: rename one, names are unique across folders.")
        models[model.name] = model
    if not models:
        raise ModelError(missing("model", sql_dir))
    order = _order(models)
    for name in order:
        models[name] = replace(models[name], inputs=_inputs(models[name], models))
    return Project(models, order)


def _load_model(path: Path, schema: str) -> Model:
    sql = path.read_text(encoding="utf-8")
    header = _read_header(path, sql)
    tree, tokens = _parse(path, sql)
    ctes = {cte.alias for cte in tree.find_all(exp.CTE)}
    tables = [table for table in tree.find_all(exp.Table) if table.db or table.name not in ctes]
    for table in tables:
        if not table.db:
            raise ModelError(f"{path.name} reads {table.name} without its schema: write schema.{table.name}.")
    parameters = frozenset(parameter.name for parameter in tree.find_all(exp.Parameter, exp.Placeholder))
    if parameters - {START if header.kind == "by_day" else None}:
        raise ModelError(f"{path.name} has a parameter: only by_day models may take ${START}.")
    _check_time(path, header, {column.alias_or_name for column in tree.selects})
    description = " ".join(header.description.split())
    # The last comment: one before the column is for readers of the SQL.
    columns = {column.alias_or_name: (column.comments or [""])[-1].strip() for column in tree.selects}
    return Model(
        schema=schema,
        name=path.stem,
        kind=header.kind,
        description=description,
        grain=header.grain,
        columns=columns,
        depends_on=tuple(sorted({f"{table.db}.{table.name}" for table in tables})),
        definition=Definition(
            sql=_hash([tokens, header.of_rows]),
            code=code_fingerprint(*MAKERS),
            checks=_hash(header.of_checks),
            comments=_hash([description, columns]),
        ),
        parameters=parameters,
        header=header,
        sql=sql.strip().rstrip(";"),
        tree=tree,
    )


def _check_time(path: Path, header: Header, columns: set[str]) -> None:
    if header.kind == "by_day" and header.time_column not in TIME_COLUMNS:
        raise ModelError(f"{path.name}: a by_day model names its time_column, one of {', '.join(TIME_COLUMNS)}.")
    if header.by_quarter and (header.kind != "by_day" or header.time_column == "period_start"):
        raise ModelError(f"{path.name}: only a by_day model of single dates can be made by_quarter.")
    needed = {header.time_column, SPANS.get(header.time_column or "")}
    needed |= {"period_kind"} if header.time_column == "period_start" else set()
    if header.time_column and (header.time_column not in {*TIME_COLUMNS, *SPANS} or not needed - {None} <= columns):
        raise ModelError(f"{path.name}: its time_column is none of {', '.join([*TIME_COLUMNS, *SPANS])} in its SELECT.")


def _read_header(path: Path, sql: str) -> Header:
    comment = _HEADER.match(sql)
    if comment is None:
        raise ModelError(f"{path.name} does not open with a YAML comment: add one with description and grain.")
    try:
        return Header.model_validate(yaml.safe_load(comment[1]))
    except yaml.YAMLError:
        raise ModelError(f"The header of {path.name} is not YAML: quote values that hold a colon.") from None
    except ValidationError as error:
        place, reason = error.errors()[0]["loc"], error.errors()[0]["msg"].lower()
        raise ModelError(f"The header of {path.name} is wrong at {'.'.join(map(str, place))}: {reason}.") from None


def _parse(path: Path, sql: str) -> tuple[exp.Query, list[tuple[str, str]]]:
    """The statement as a tree, and as the tokens it consists of: kind and text of each, without comments and layout."""
    dialect = Dialect.get_or_raise(DIALECT)
    try:
        tokens = dialect.tokenize(sql)
        trees = [tree for tree in dialect.parser().parse(tokens, sql) if tree is not None]
    except TokenError:
        raise ModelError(f"{path.name} is not valid SQL: a quotation mark or a comment is not closed.") from None
    except ParseError as error:
        line = error.errors[0]["line"]
        raise ModelError(f"{path.name} is not valid SQL near line {line}: mend the statement.") from None
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        raise ModelError(f"{path.name} must hold exactly one SELECT and nothing else.")
    words = [(token.token_type.name, token.text) for token in tokens]
    return trees[0], [word for word in words if word[0] != "SEMICOLON"]


def _hash(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def _order(models: dict[str, Model]) -> tuple[str, ...]:
    graph = {model.full_name: [t for t in model.depends_on if not t.startswith(f"{RAW}.")] for model in models.values()}
    for reader, tables in graph.items():
        for table in tables:
            if table not in graph:
                raise ModelError(f"{reader} reads {table}, which no file makes: mend the name or add the model.")
    try:
        return tuple(full_name.split(".")[1] for full_name in TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = ", ".join(sorted(set(error.args[1])))
        raise ModelError(f"The models {circle} read one another: break the circle.") from None


def _inputs(model: Model, models: dict[str, Model]) -> tuple[str, ...]:
    """What `model` reads, and of views also what they read, for these have no rows of their own."""
    found = set(model.depends_on)
    for table in model.depends_on:
        read = models.get(table.split(".")[1]) if not table.startswith(f"{RAW}.") else None
        if read is not None and read.kind == "view":
            found |= set(read.inputs)
    return tuple(sorted(found))
