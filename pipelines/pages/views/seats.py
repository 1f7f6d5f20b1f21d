"""Seats: how many people are in the office at once, against the headcount, by 部 and by weekday.

A figure of seats is between two bounds: people seen in the office, and those at no known place besides.
What does not belong here: drawing (bar_charts.py), telework rates (telework_page.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

from pipelines.pages.charts import bar_charts, line_charts
from pipelines.pages.charts.parts import Bar
from pipelines.pages.charts.style import MAIN
from pipelines.pages.figures.cells import Cell, Metric
from pipelines.pages.figures.queries import ROOT, Department
from pipelines.pages.views.chart import Chart, bar_labels, chart_of
from pipelines.pages.views.context import Context, Row

# Enough on every day of the period; the high end counts everybody at no known place as in the office.
ENOUGH = "seats_office_max"
WEEKDAYS = ("1", "2", "3", "4", "5")


@dataclass(frozen=True)
class SeatRow:
    """One department and the figure that says how many seats were enough on every day."""

    department: Department
    name: str
    row: Row

    @property
    def enough(self) -> Cell:
        return self.row.cell

    @property
    def seats(self) -> float | None:
        """The safe number: the high end, in whole seats."""
        high = self.enough.high_value if self.enough.state == "shown" else None
        return None if high is None else ceil(high)


@dataclass(frozen=True)
class Seats:
    """`chart` compares the departments on the page of 全庁."""

    finding: str
    chart: Chart | None
    rows: list[SeatRow]


@dataclass(frozen=True)
class WeekdaySeats:
    chart: Chart
    metric: Metric
    rows: list[Row]


def seats(context: Context, members: Sequence[Department], *, with_chart: bool = False) -> Seats | None:
    """The department of the page and the members in official order; None where nothing is published, as of weeks."""
    own = _row(context, context.department)
    if own.enough.is_empty:
        return None
    rows = [_row(context, unit) for unit in members]
    finding = _finding(context, own)
    return Seats(
        finding=finding,
        chart=_chart(context, finding, rows) if rows and with_chart else None,
        rows=[own, *rows],
    )


def _row(context: Context, unit: Department) -> SeatRow:
    name = context.language.say("site.whole") if unit.key == ROOT else unit.name
    return SeatRow(unit, name, context.row("", context.current(ENOUGH, unit.key)))


def _finding(context: Context, row: SeatRow) -> str:
    language, form = context.language, context.language.form
    if row.seats is None:
        return language.say("seats.no_finding", place=row.name, period=context.period_name)
    return language.say("seats.finding", period=context.period_name, seats=form.number(row.seats))


def range_text(cell: Cell, form: Callable[[float], str], context: Context) -> str:
    """4,422〜5,490; one figure where the two bounds are one; 秘匿 or 欠測 where there is none."""
    if cell.state != "shown" or cell.value is None or cell.high_value is None:
        return context.language.say(f"mark.{cell.state}")
    low, high = form(cell.value), form(cell.high_value)
    return low if low == high else f"{low}{context.language.form.RANGE}{high}"


def _chart(context: Context, finding: str, rows: Sequence[SeatRow]) -> Chart:
    language, form = context.language, context.language.form
    bars = [
        bar_charts.SeatBar(
            row.name,
            row.enough.value if row.enough.state == "shown" else None,
            row.seats,
            row.enough.people if row.enough.state == "shown" else None,
            language.say(f"mark.{row.enough.state}")
            if row.seats is None
            else language.say("seats.label", seats=form.number(row.seats)),
        )
        for row in rows
    ]
    figure = bar_charts.seat_bars(bars, language.texts["chart"])
    kind = language.say("seats.kind", period=context.period_name)
    values = [(bar.name, bar.label) for bar in bars]
    return chart_of(context, f"seats-{context.slug}", finding, kind, figure, values=values)


def weekday_seats(context: Context) -> WeekdaySeats | None:
    """People in the office on the fullest day of each weekday."""
    language, form = context.language, context.language.form
    metric = context.metric(ENOUGH)
    rows = [
        context.row(
            language.say("table.weekday", day=form.WEEKDAYS[int(day) - 1]),
            context.part(metric.metric_id, "weekday", day),
        )
        for day in WEEKDAYS
    ]
    if all(row.cell.is_empty for row in rows):
        return None
    title = language.say("seats.weekday_title")
    bars = [
        Bar(
            row.label,
            row.cell.value,
            range_text(row.cell, form.number, context),
            row.cell.value,
            row.cell.bound_high,
            MAIN,
        )
        for row in rows
    ]
    # A range of two figures stands beside each bar: it needs more room than the one figure of other line_charts.
    top = 1.4 * max([*(bar.high or bar.value or 0.0 for bar in bars), 1.0])
    figure = line_charts.department_bars(bars, language.texts["chart"], top=top, name_width=5)
    kind = language.say("seats.weekday_kind", period=context.period_name)
    chart = chart_of(context, f"weekday-seats-{context.slug}", title, kind, figure, values=bar_labels(bars))
    return WeekdaySeats(chart, metric, rows)
