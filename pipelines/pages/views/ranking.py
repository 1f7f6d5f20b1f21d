"""Departments in the order of one figure: a bar chart with 全庁 in grey beside it, and the rows of the table behind it.

What does not belong here: which figure is ranked and the sentence about it beyond its extremes (the views).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.pages.charts import line_charts
from pipelines.pages.charts.parts import Bar
from pipelines.pages.charts.style import BAR, REFERENCE
from pipelines.pages.figures.cells import Cell, Metric
from pipelines.pages.figures.queries import ROOT, Department
from pipelines.pages.views import findings
from pipelines.pages.views.chart import Chart, bar_labels, chart_of
from pipelines.pages.views.context import Context, Row


@dataclass(frozen=True)
class RankedRow:
    department: Department
    name: str
    row: Row


@dataclass(frozen=True)
class Ranking:
    """`rows` begin with 全庁 where the figure is one that can be compared with it."""

    chart: Chart
    metric: Metric
    rows: list[RankedRow]


def ranking(
    context: Context, metric_id: str, members: Sequence[Department], *, is_lowest_first: bool, title: str = ""
) -> Ranking:
    """The members that exist in the period, ranked; those whose figure is hidden or missing stand at the end."""
    metric = context.metric(metric_id)
    rows = [
        RankedRow(unit, unit.name, context.row(unit.name, context.current(metric_id, unit.key)))
        for unit in members
        if context.existed(unit)
    ]
    shown = [row for row in rows if row.row.cell.state == "shown"]
    shown.sort(key=lambda ranked: ranked.row.cell.value or 0.0, reverse=not is_lowest_first)
    ordered = [*shown, *(row for row in rows if row.row.cell.state != "shown")]
    whole = context.row(context.language.say("site.whole"), context.current(metric_id, ROOT))
    reference = [] if metric.is_count else [RankedRow(context.published.root(), whole.label, whole)]
    return Ranking(_chart(context, metric, [*reference, *ordered], title), metric, [*reference, *ordered])


def _chart(context: Context, metric: Metric, rows: Sequence[RankedRow], title: str) -> Chart:
    language = context.language
    bars = [_bar(context, metric, ranked) for ranked in rows]
    most = max((bar.high or bar.value or 0.0 for bar in bars), default=0.0)
    figure = line_charts.department_bars(
        bars, context.language.texts["chart"], top=None if metric.is_percent else max(most, 1.0), name_width=11
    )
    cells = [findings.Named(ranked.name, ranked.row.cell) for ranked in rows if ranked.department.key != ROOT]
    found = title or findings.order(metric, context.period_name, cells, language)
    key = "ranking.kind_share" if metric.is_percent else "ranking.kind_amount"
    kind = language.say(key, name=metric.name, period=context.period_name, unit=metric.unit)
    slug = f"rank-{metric.metric_id.replace('_', '-')}-{context.slug}"
    return chart_of(context, slug, found, kind, figure, values=bar_labels(bars))


def _bar(context: Context, metric: Metric, ranked: RankedRow) -> Bar:
    cell: Cell = ranked.row.cell
    colour = REFERENCE if ranked.department.key == ROOT else BAR
    label = findings.figure_text(metric, cell, context.language)
    value = cell.value if cell.state == "shown" else None
    return Bar(ranked.name, value, label, cell.interval_low, cell.interval_high, colour)
