"""The published targets: what a figure should reach until when, and where it stood at that date.

What does not belong here: which targets there are (the organisation's file) and how they are judged (publish/).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from duckdb import DuckDBPyConnection

TABLE = "department_targets"
TargetVerdict = Literal["before", "met", "missed", "no_figure"]


@dataclass(frozen=True, slots=True)
class Target:
    """`value` is the figure it is compared with, `difference` that less the target, `people_left` those still to go."""

    target_date: date
    target_value: float
    owner_role: str | None
    note: str | None
    period_kind: str | None
    period_start: date | None
    value: float | None
    verdict: TargetVerdict
    difference: float | None
    people_left: int | None


# By department, metric and segment: the target with the next date, or the last one if all dates are over.
Targets = dict[tuple[str, str, str], Target]
_COLUMNS = (
    *("target_date", "target_value", "owner_role", "note", "period_kind", "period_start"),
    *("value", "verdict", "difference", "people_left"),
)


def read_targets(connection: DuckDBPyConnection, as_of: date) -> Targets:
    """Nothing where no targets are published: an organisation need not have any."""
    found = connection.execute("from information_schema.tables where table_name = $table", {"table": TABLE}).fetchall()
    if not found:
        return {}
    # How far it is, is told by months that are over.
    rows = connection.execute(
        f"select department_key, metric_id, segment, {', '.join(_COLUMNS)} from {TABLE} "  # noqa: S608
        "where last_day(period_start) <= $as_of order by target_date, period_start",
        {"as_of": as_of},
    ).fetchall()
    targets: Targets = {}
    for department_key, metric_id, segment, *rest in rows:
        target = Target(*rest)
        known = targets.get((department_key, metric_id, segment))
        # The first date still ahead stands, else the last; of either the newest month.
        if known is None or known.target_date < as_of or known.target_date == target.target_date:
            targets[department_key, metric_id, segment] = target
    return targets
