"""Seats: how many people are in the office at once, against the headcount, by 部 and by weekday.

A figure of seats is between two bounds: people seen in the office, and those at no known place besides.
What does not belong here: drawing (bar_charts.py), telework rates (telework_page.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipelines.pages.charts import bar_charts, line_charts
from pipelines.pages.charts.parts import Bar
from pipelines.pages.charts.style import BAR
from pipelines.pages.figures.cells import Cell, Metric
from pipelines.pages.figures.queries import ROOT, Department
from pipelines.pages.views import findings
from pipelines.pages.views.chart import Chart, bar_labels, chart_of
from pipelines.pages.views.context import Context, Row

ENOUGH, PER_HEAD = "seats_office_p95", "seats_per_headcount"
COLUMNS = ("seats_office_median", ENOUGH, "seats_office_p99", "seats_office_max")
WEEKDAYS = ("1", "2", "3", "4", "5")


@dataclass(frozen=True)
class SeatRow:
    """One department: `per_head` carries the headcount as its denominator."""

    department: Department
    name: str
    per_head: Row
    cells: list[Row]


@dataclass(frozen=True)
class Seats:
    """`chart` compares the 部; the page of one 部 has its sentence and its row only."""

    finding: str
    chart: Chart | None
    metrics: list[Metric]
    per_head: Metric
    rows: list[SeatRow]


@dataclass(frozen=True)
class WeekdaySeats:
    chart: Chart
    metric: Metric
    rows: list[Row]


def seats(context: Context, members: Sequence[Department]) -> Seats | None:
    """None where nothing is published of seats: weeks have none."""
    own = _row(context, context.department)
    if own.per_head.cell.state == "missing" and own.cells[1].cell.state == "missing":
        return None
    rows = [_row(context, unit) for unit in members]
    rows.sort(key=lambda row: -(row.cells[1].cell.value or 0.0))
    finding = _finding(context, own)
    return Seats(
        finding=finding,
        chart=_chart(context, finding, rows) if rows else None,
        metrics=[context.metric(metric_id) for metric_id in COLUMNS],
        per_head=context.metric(PER_HEAD),
        rows=[own, *rows],
    )


def _row(context: Context, unit: Department) -> SeatRow:
    name = context.language.say("site.whole") if unit.key == ROOT else unit.name
    return SeatRow(
        unit,
        name,
        context.row(name, context.current(PER_HEAD, unit.key)),
        [context.row("", context.current(metric_id, unit.key)) for metric_id in COLUMNS],
    )


def _finding(context: Context, row: SeatRow) -> str:
    language, form = context.language, context.language.form
    cell, per_head = row.cells[1].cell, row.per_head.cell
    if cell.state != "shown" or cell.value is None or per_head.denominator is None or per_head.value is None:
        return language.say("seats.no_finding", place=row.name, period=context.period_name)
    return language.say(
        "seats.finding",
        place=row.name,
        period=context.period_name,
        seats=range_text(cell, form.number, context),
        headcount=form.people(per_head.denominator),
        share=range_text(per_head, form.percent, context),
    )


def range_text(cell: Cell, form: Callable[[float], str], context: Context) -> str:
    """4,422〜5,490; one figure where the two bounds are one; 秘匿 or 欠測 where there is none."""
    if cell.state != "shown" or cell.value is None:
        return context.language.say(f"mark.{cell.state}")
    low, high = form(cell.value), form(cell.value if cell.bound_high is None else cell.bound_high)
    return low if low == high else f"{low}{context.language.form.RANGE}{high}"


def _chart(context: Context, finding: str, rows: Sequence[SeatRow]) -> Chart:
    language, form = context.language, context.language.form
    bars = [
        bar_charts.SeatBar(
            row.name,
            row.cells[1].cell.value if row.cells[1].cell.state == "shown" else None,
            row.cells[1].cell.bound_high,
            row.per_head.cell.denominator,
            range_text(row.cells[1].cell, form.number, context),
        )
        for row in rows
    ]
    figure = bar_charts.seat_bars(bars, language.texts["chart"])
    kind = language.say("seats.kind", period=context.period_name)
    values = [(bar.name, bar.label) for bar in bars]
    return chart_of(context, f"seats-{context.slug}", finding, kind, figure, values=values)


def weekday_seats(context: Context) -> WeekdaySeats | None:
    """The middle number of people in the office on each weekday."""
    language, form = context.language, context.language.form
    metric = context.metric(COLUMNS[0])
    rows = [
        context.row(
            language.say("table.weekday", day=form.WEEKDAYS[int(day) - 1]),
            context.part(metric.metric_id, "weekday", day),
        )
        for day in WEEKDAYS
    ]
    if all(row.cell.state == "missing" for row in rows):
        return None
    named = [findings.Named(row.label, row.cell) for row in rows]
    title = findings.order(metric, context.period_name, named, language, kind="weekday")
    bars = [
        Bar(
            row.label,
            row.cell.value,
            range_text(row.cell, form.number, context),
            row.cell.value,
            row.cell.bound_high,
            BAR,
        )
        for row in rows
    ]
    # A range of two figures stands beside each bar: it needs more room than the one figure of other line_charts.
    top = 1.4 * max([*(bar.high or bar.value or 0.0 for bar in bars), 1.0])
    figure = line_charts.department_bars(bars, language.texts["chart"], top=top, name_width=5)
    kind = language.say("seats.weekday_kind", period=context.period_name)
    chart = chart_of(context, f"weekday-seats-{context.slug}", title, kind, figure, values=bar_labels(bars))
    return WeekdaySeats(chart, metric, rows)
