"""The constraints of a model and whether its rows satisfy them: a unique grain, no blank where none may be, and the
checks of its header.

One statement counts for all checks of a model, and blanks are one check for all columns: several hundred small
statements are a third of a small run. Rows are not counted where the form of the model says that none are alike
(grain.py), and where only some rows were made again, a check that asks row by row asks these. What does not
belong here: what follows from a violated constraint (runner.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import sqlglot
from duckdb import DuckDBPyConnection as Connection
from pydantic import BaseModel, ConfigDict
from sqlglot import exp

EVIDENCE_KEYS = 10
GRAIN = "grain"
NOT_NULL = "not_null"

Severity = Literal["error", "warn"]


class HeaderCheck(BaseModel):
    """A SELECT that must return no row; what it returns is the evidence."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    sql: str
    severity: Severity = "error"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """`count` offending rows, up to ten of them as `keys` (lists of text), and for blanks how many in which column."""

    name: str
    severity: Severity
    count: int
    keys: list[list[str]]
    columns: dict[str, int]

    @property
    def passed(self) -> bool:
        return not self.count

    def __str__(self) -> str:
        blanks = ", ".join(self.columns)
        return f"`{self.name}`{f' ({blanks})' if blanks else ''} in {self.count} rows"


def run_checks(
    con: Connection,
    table: str,
    grain: Sequence[str],
    not_null: Sequence[str],
    checks: Sequence[HeaderCheck],
    *,
    rows: str | None = None,
    is_grain_proved: bool = False,
) -> list[CheckResult]:
    """Every constraint of `table` (schema.name), satisfied or not, in the order of the header.

    `rows`: a subquery in parentheses of the rows still to be checked; the others are known to satisfy every constraint.
    """
    asked = checks
    if rows is not None:
        asked = [
            one.model_copy(update={"sql": one.sql.replace(table, rows)}) if _asks_row_by_row(one.sql, table) else one
            for one in checks
        ]
    constraints = _constraints(rows or table, grain, not_null, asked)
    queries = [f"({check.sql.strip().rstrip(';')}\n)" for check in constraints]
    parts = [
        f"select {number}, count(*) from {query}"
        for number, (check, query) in enumerate(zip(constraints, queries, strict=True))
        if not (is_grain_proved and check.name == GRAIN)
    ]
    counts = {0: 0} | (dict(con.execute(" union all ".join(parts)).fetchall()) if parts else {})
    return [
        CheckResult(
            check.name,
            check.severity,
            counts[number],
            _keys(con, query) if counts[number] else [],
            _blanks(con, rows or table, not_null) if counts[number] and check.name == NOT_NULL else {},
        )
        for number, (check, query) in enumerate(zip(constraints, queries, strict=True))
    ]


def all_passed(grain: Sequence[str], not_null: Sequence[str], checks: Sequence[HeaderCheck]) -> list[CheckResult]:
    """The same when nothing changed since all were found satisfied."""
    return [CheckResult(check.name, check.severity, 0, [], {}) for check in _constraints("", grain, not_null, checks)]


def _constraints(
    table: str, grain: Sequence[str], not_null: Sequence[str], checks: Sequence[HeaderCheck]
) -> list[HeaderCheck]:
    keys = ", ".join(grain) or "*"
    rows = f"select {keys} from {table}"
    blank = " or ".join(f"{column} is null" for column in not_null)
    return [
        *([HeaderCheck(name=GRAIN, sql=f"{rows} group by {keys} having count(*) > 1")] if grain else []),
        *([HeaderCheck(name=NOT_NULL, sql=f"{rows} where {blank}")] if not_null else []),
        *checks,
    ]


@lru_cache(maxsize=256)
def _asks_row_by_row(sql: str, table: str) -> bool:
    """Whether the check finds a row of `table` good or bad by that row alone."""
    tree = sqlglot.parse_one(sql, read="duckdb")
    sources = [f"{one.db}.{one.name}" for one in tree.find_all(exp.Table)]
    beyond_a_row = (exp.Group, exp.Having, exp.Window, exp.AggFunc, exp.Distinct, exp.Limit, exp.SetOperation)
    return isinstance(tree, exp.Select) and sources == [table] and tree.find(*beyond_a_row) is None


def _keys(con: Connection, query: str) -> list[list[str]]:
    rows = con.execute(f"select * from {query} order by all limit {EVIDENCE_KEYS}").fetchall()
    return [[str(value) for value in row] for row in rows]


def _blanks(con: Connection, table: str, columns: Sequence[str]) -> dict[str, int]:
    counted = ", ".join(f"count(*) - count({column})" for column in columns)
    counts = con.execute(f"select {counted} from {table}").fetchall()[0]
    return {column: count for column, count in zip(columns, counts, strict=True) if count}
