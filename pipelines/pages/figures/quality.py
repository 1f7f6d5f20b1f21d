"""The quality mark of a figure: final, provisional, incomplete, hidden or missing.

What does not belong here: how a mark is drawn (charts/) and what is said of it (views/remarks.py).
"""

from __future__ import annotations

from typing import Literal, cast

from pipelines.pages.figures.cells import Cell
from pipelines.pages.figures.periods import PeriodKind, Periods

QualityMark = Literal["final", "provisional", "incomplete", "missing", "hidden"]


def quality_mark(cell: Cell, periods: Periods) -> QualityMark:
    """Lost and pending days of its datasets decide; a week with a lost day or cut by the span is `incomplete`."""
    if cell.state != "shown":
        return "hidden" if cell.state == "hidden" else "missing"
    kind = cast("PeriodKind", cell.period_kind)
    datasets = periods.measures.datasets_of(cell)
    is_whole = periods.is_whole(kind, cell.period_start)
    if periods.pending_days(kind, cell.period_start, datasets):
        return "provisional"
    if not is_whole or periods.gap_days(kind, cell.period_start, datasets):
        return "incomplete"
    return "provisional" if cell.is_provisional else "final"
