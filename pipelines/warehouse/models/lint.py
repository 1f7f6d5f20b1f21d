"""House rules for the SQL that sqlfluff cannot know: who may read whom, which SQL is portable, what must be commented.

Run by the tests over the real sql/ folder. The portable list holds plain constructs that DuckDB, Spark, Trino and
Postgres share; a construct that is missing from it is looked at before it is added. Layout and naming are
sqlfluff's work.
"""

from __future__ import annotations

import sqlglot
from sqlglot import exp

from pipelines.warehouse.models.model import DIALECT, RAW, Model, Project
from pipelines.warehouse.raw.schema import raw_tables

# Layer -> layers it may read. Marts read staging only for dimensions, which are facts about nobody.
MAY_READ = {
    "staging": frozenset({RAW}),
    "intermediate": frozenset({"staging", "intermediate"}),
    "marts": frozenset({"intermediate", "marts"}),
}
DIMENSION_MAY_READ = MAY_READ["marts"] | {"staging"}

PORTABLE: frozenset[type[exp.Expr]] = frozenset(
    {
        # shape of a query
        exp.Select, exp.From, exp.Join, exp.Where, exp.Group, exp.Having, exp.Order, exp.Ordered, exp.With, exp.CTE,
        exp.Union, exp.Distinct, exp.Subquery, exp.Table, exp.TableAlias, exp.Alias, exp.Column, exp.Identifier,
        exp.Star, exp.Paren, exp.Literal, exp.Null, exp.Boolean, exp.Var,
        # conditions
        exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.In, exp.Exists,
        exp.Like, exp.Between, exp.Case, exp.If, exp.Coalesce, exp.Nullif,
        # arithmetic, text, dates
        exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Neg, exp.Abs, exp.Round, exp.Ceil, exp.Sqrt, exp.Greatest, exp.Least,
        exp.DPipe, exp.Cast, exp.DataType, exp.Interval, exp.TimestampTrunc, exp.DateTrunc, exp.Placeholder,
        exp.Parameter,
        # aggregates and windows
        exp.Count, exp.Sum, exp.Min, exp.Max, exp.Avg, exp.Window, exp.WindowSpec, exp.RowNumber, exp.Lag, exp.Lead,
    }
)  # fmt: skip


def lint(project: Project) -> list[str]:
    """Every breach as one sentence that begins with the model's full name; an empty list is a clean project."""
    rules = (_layer, _star, _portable, _comments, _raw_tables, _header, _checks)
    return [finding for name in project.order for rule in rules for finding in rule(project.models[name])]


def _layer(model: Model) -> list[str]:
    allowed = MAY_READ.get(model.schema)
    if allowed is None:
        return [f"{model.full_name} lies in a folder that is no layer: use {', '.join(MAY_READ)}."]
    if model.name.startswith("dim_"):
        allowed = DIMENSION_MAY_READ
    return [
        f"{model.full_name} reads {table}, but its layer reads only {', '.join(sorted(allowed))}."
        for table in model.depends_on
        if table.split(".")[0] not in allowed and not _is_of_same_source(model, table)
    ]


def _is_of_same_source(model: Model, table: str) -> bool:
    """Two ways to one thing, such as events and an exported report of them, become one within their source."""
    return model.schema == "staging" and table.startswith(f"staging.{model.name.split('__')[0]}__")


def _star(model: Model) -> list[str]:
    stars = [star for star in model.tree.find_all(exp.Star) if not isinstance(star.parent, exp.Count)]
    return [f"{model.full_name} selects *: list the columns."] if stars else []


def _portable(model: Model) -> list[str]:
    if model.schema == "staging":
        return []
    used = {type(node) for node in model.tree.walk()} - PORTABLE
    return [f"{model.full_name} uses {kind.__name__}, which is not on the portable list." for kind in _by_name(used)]


def _comments(model: Model) -> list[str]:
    if model.schema != "marts":
        return []
    return [f"{model.full_name}.{column} has no comment." for column, comment in model.columns.items() if not comment]


def _raw_tables(model: Model) -> list[str]:
    known = {f"{RAW}.{name}" for name in raw_tables()}
    return [
        f"{model.full_name} reads {table}, which sources.yml does not declare."
        for table in model.depends_on
        if table.startswith(f"{RAW}.") and table not in known
    ]


def _header(model: Model) -> list[str]:
    named = [*model.grain, *model.header.not_null]
    findings = [f"{model.full_name} names {column} in its header, but does not select it." for column in named
                if column not in model.columns]  # fmt: skip
    if not model.description.endswith("."):
        findings.append(f"{model.full_name} has a description that is not a sentence.")
    if model.schema == "marts" and not model.grain:
        findings.append(f"{model.full_name} is a mart without a grain.")
    return findings


def _checks(model: Model) -> list[str]:
    """A check may look only at what is surely built by then: the model itself and what it reads."""
    known = {model.full_name, *model.depends_on}
    tables = (
        (check.name, f"{table.db}.{table.name}")
        for check in model.header.checks
        for table in sqlglot.parse_one(check.sql, read=DIALECT).find_all(exp.Table)
    )
    return [f"{model.full_name} has a check `{name}` on {table}, which it does not read."
            for name, table in tables if table not in known]  # fmt: skip


def _by_name(kinds: set[type[exp.Expr]]) -> list[type[exp.Expr]]:
    """Expression classes by name, so that findings come in the same order every time."""
    return sorted(kinds, key=lambda kind: kind.__name__)
