"""Telework between what is known and what may be: the day rate of departments with both ends.

What does not belong here: the seats that follow from it (seats.py), the other rates (telework_page.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.pages.charts.drawings import Scale
from pipelines.pages.figures.queries import ROOT, Department
from pipelines.pages.views.context import Context, Row

DAY_RATE = "telework_capable_day_rate"
STEP = 0.1


@dataclass(frozen=True)
class RangeRow:
    """`low` and `high` are the ends of the bar in percent of its width, None where there is no figure."""

    department: Department
    name: str
    row: Row
    low: float | None
    high: float | None
    high_people_days: float | None


@dataclass(frozen=True)
class TeleworkRange:
    title: str
    ticks: list[tuple[float, str]]
    rows: list[RangeRow]


def telework_range(context: Context, members: Sequence[Department]) -> TeleworkRange | None:
    """The department of the page first, then the members, 全庁 last; None where nothing is known of telework."""
    language, form = context.language, context.language.form
    root = context.published.root()
    units = [context.department, *members, *([] if context.is_whole else [root])]
    cells = [(unit, context.row("", context.current(DAY_RATE, unit.key))) for unit in units]
    highs = [row.cell.high_value or 0.0 for _, row in cells if row.cell.state == "shown"]
    if not highs:
        return None
    top = min(1.0, STEP * (int(max(highs) / STEP) + 1))
    scale = Scale(0.0, top)
    rows = []
    for unit, row in cells:
        cell = row.cell
        is_shown = cell.state == "shown" and cell.value is not None
        high = cell.high_value if is_shown else None
        # A half day is the smallest part of a day that counts.
        days = None if high is None or cell.denominator is None else round(2 * high * cell.denominator) / 2
        name = language.say("site.whole") if unit.key == ROOT else unit.name
        rows.append(
            RangeRow(
                unit,
                name,
                row,
                scale.at(cell.value) if is_shown and cell.value is not None else None,
                None if high is None else scale.at(high),
                days,
            )
        )
    own = rows[0].row.cell
    if own.state == "shown" and own.value is not None:
        title = language.say("range.title", low=form.whole_percent(own.value), high=form.whole_percent(own.high_value))
    else:
        title = language.say("range.title_none")
    count = round(top / STEP)
    ticks = [
        (scale.at(place * STEP), f"{place * STEP * 100:.0f}") for place in range(0, count + 1, 1 if count <= 3 else 2)
    ]
    return TeleworkRange(title, ticks, rows)
