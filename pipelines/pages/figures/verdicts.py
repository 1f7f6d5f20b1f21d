"""The published verdicts: changes, differences from the staffing, how many were examined, and the rules of both.

Every word of a comparison on a page is one of these. What does not belong here: judging (warehouse/publish/judging.py)
and how a verdict is worded (texts/).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from duckdb import DuckDBPyConnection

from pipelines.pages.figures.cells import Cell

ComparedWith = Literal["previous", "year_before", "april"]
# In the order in which sentences tell them.
CHANGE_VERDICTS = ("rose", "fell", "flat", "cannot_tell", "not_comparable")
DIFFERENCE_VERDICTS = ("higher", "lower", "same", "cannot_tell")
STANDING_OUT = ("higher", "lower")
# The family that holds the figures of the head of a page; the comparison of its differences.
HEADLINE, EXPECTED = "headline", "expected"

_CELL = ("department_key", "period_kind", "period_start", "metric_id", "segment")
_CHANGE = (
    *("other_start", "other_rate", "change", "change_low", "change_high", "change_detectable"),
    *("verdict", "not_comparable_because"),
)
_DIFFERENCE = (
    *("expected_rate", "difference", "difference_low", "difference_high", "difference_detectable"),
    "verdict",
)
_FAMILY = ("department_level", "period_kind", "period_start", "comparison")
REQUIRED_COLUMNS = {
    "department_changes": (*_CELL, "comparison", *_CHANGE),
    "department_expected": (*_CELL, *_DIFFERENCE),
    "judged_families": (*_FAMILY, "family", "examined_count", "found_count", "is_final"),
    "judging_rules": ("rule", "unit", "rule_value"),
}
_CellKey = tuple[str, str, date, str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """A figure against the same of another period. `verdict` is None where nothing may be told."""

    other_start: date
    other_value: float | None
    change: float | None
    low: float | None
    high: float | None
    detectable: float | None
    verdict: str | None
    because: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure against what the staffing of the department would give. `verdict` is None where nothing may be told."""

    expected: float | None
    difference: float | None
    low: float | None
    high: float | None
    detectable: float | None
    verdict: str | None


@dataclass(frozen=True, slots=True)
class Family:
    """What was examined and corrected together."""

    examined_count: int
    found_count: int
    is_final: bool


@dataclass(frozen=True)
class Verdicts:
    """All published comparisons, found by the figure they are of."""

    changes: dict[tuple[_CellKey, str], Change]
    differences: dict[_CellKey, Difference]
    families: dict[tuple[str, str, date, str], Family]
    rules: dict[tuple[str, str], float]

    def change(self, cell: Cell, compared_with: ComparedWith = "previous") -> Change | None:
        return self.changes.get((_key(cell), compared_with))

    def difference(self, cell: Cell) -> Difference | None:
        return self.differences.get(_key(cell))

    def family(self, level: str, kind: str, start: date, comparison: str) -> Family | None:
        """The family of the headline figures at one level; None where nothing was examined."""
        return self.families.get((level, kind, start, comparison))

    @property
    def most_wrong(self) -> float:
        """The part of all finds that may be false."""
        return next(value for (rule, _), value in self.rules.items() if rule.startswith("false_discovery"))

    def margin(self, rule: str, unit: str = "share") -> float:
        return self.rules[rule, unit]


def _key(cell: Cell) -> _CellKey:
    return cell.department_key, cell.period_kind, cell.period_start, cell.metric_id, cell.segment


def read_verdicts(connection: DuckDBPyConnection) -> Verdicts:
    changes = _rows(connection, "department_changes", (*_CELL, "comparison", *_CHANGE))
    differences = _rows(connection, "department_expected", (*_CELL, *_DIFFERENCE))
    families = _rows(
        connection,
        f"(from judged_families where family = '{HEADLINE}')",
        (*_FAMILY, "examined_count", "found_count", "is_final"),
    )
    cell, family = len(_CELL), len(_FAMILY)
    return Verdicts(
        changes={(row[:cell], row[cell]): Change(*row[cell + 1 :]) for row in changes},
        differences={row[:cell]: Difference(*row[cell:]) for row in differences},
        families={row[:family]: Family(*row[family:]) for row in families},
        rules={
            (rule, unit): value
            for rule, unit, value in _rows(connection, "judging_rules", ("rule", "unit", "rule_value"))
        },
    )


def _rows(connection: DuckDBPyConnection, table: str, columns: tuple[str, ...]) -> list[tuple]:
    query = f"select {', '.join(columns)} from {table}"  # noqa: S608 - names from our own constants
    return connection.execute(query).fetchall()
