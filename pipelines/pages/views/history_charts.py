"""The history of a headline figure: 12 months or 26 weeks as a line with its interval, fiscal years as bars.

What does not belong here: the figures beside it (headline_panels.py) and how lines are drawn (line_charts.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from pipelines.common.periods import FISCAL_YEAR_MONTH, fiscal_year
from pipelines.pages.charts import line_charts
from pipelines.pages.charts.parts import Bar, Point
from pipelines.pages.charts.style import BAR, REFERENCE
from pipelines.pages.figures.cells import Cell
from pipelines.pages.figures.queries import ROOT
from pipelines.pages.views import findings
from pipelines.pages.views.chart import Chart, bar_labels, chart_of, point_of
from pipelines.pages.views.context import Context, Row, month_labels

MONTHS_SHOWN = 12
# A week this short lies visibly below its neighbours: the chart says why.
FEW_WORKING_DAYS = 3


def history_starts(context: Context) -> list[date]:
    """The periods drawn: weeks, months, or the fiscal years that the published days touch."""
    periods = context.periods
    if context.kind == "week":
        return periods.weeks
    if context.kind == "month":
        return periods.months[-MONTHS_SHOWN:]
    span = periods.publication
    years = range(fiscal_year(span.first_date), fiscal_year(span.last_date) + 1)
    return [date(year, FISCAL_YEAR_MONTH, 1) for year in years]


def history_rows(context: Context, metric_id: str) -> list[Row]:
    return [
        context.row(_label(context, start), context.cell(metric_id, context.kind, start))
        for start in history_starts(context)
    ]


def _label(context: Context, start: date) -> str:
    form = context.language.form
    if context.kind == "week":
        return form.slash_date(start)
    first, last = context.periods.published_part(context.kind, start)
    return form.period(context.kind, start, first, last)


def history_chart(
    context: Context, metric_id: str, rows: Sequence[Row], *, slug: str, title: str, target: float | None
) -> Chart:
    if context.kind == "fiscal_year":
        return _year_chart(context, metric_id, slug, title, rows)
    language = context.language
    starts = history_starts(context)
    reference: list[Point] = []
    if not context.is_whole:
        whole = [context.cell(metric_id, context.kind, start, ROOT) for start in starts]
        reference = [point_of(cell, context.periods, "") for cell in whole]
    figure = line_charts.share_history(
        [_point(context, row) for row in rows],
        language.texts["chart"],
        reference=reference,
        reference_label=language.say("chart.whole"),
        month_labels=month_labels(starts, language),
        step=timedelta(days=7 if context.kind == "week" else 30),
        target=target,
        target_label="" if target is None else language.say("chart.target", value=language.form.percent(target)),
    )
    key = "panel.chart_kind" if context.kind == "week" else "panel.month_kind"
    kind = language.say(key, rate=context.metric(metric_id).name, count=len(rows))
    first = max(starts[0], context.published.publication.first_date) if starts else None
    return chart_of(context, slug, title, kind, figure, values=_extremes(context, rows), size="panel", first=first)


def _year_chart(context: Context, metric_id: str, slug: str, title: str, rows: Sequence[Row]) -> Chart:
    """Fiscal years from zero, the page's own in blue and 全庁 beside it in grey."""
    language = context.language
    bars = [_bar(context, row.label, row.cell, BAR) for row in rows]
    if not context.is_whole:
        whole = context.current(metric_id, ROOT)
        bars.append(_bar(context, language.say("chart.whole"), whole, REFERENCE))
    figure = line_charts.department_bars(bars, language.texts["chart"])
    kind = language.say("panel.year_kind", rate=context.metric(metric_id).name)
    return chart_of(context, slug, title, kind, figure, values=bar_labels(bars), size="panel")


def _bar(context: Context, name: str, cell: Cell, colour: str) -> Bar:
    value = cell.value if cell.state == "shown" else None
    return Bar(name, value, findings.value_text(cell, context.language), cell.interval_low, cell.interval_high, colour)


def _point(context: Context, row: Row) -> Point:
    language, form = context.language, context.language.form
    start = row.cell.period_start
    week = language.say("chart.week_of", date=form.short_date(start))
    lines = [week if context.kind == "week" else row.label, findings.value_text(row.cell, language)]
    if row.cell.interval_low is not None and row.cell.interval_high is not None:
        lines[-1] += form.interval(row.cell.interval_low, row.cell.interval_high).join(form.BRACKETS)
    lines += row.notes
    point = point_of(row.cell, context.periods, "\n".join(lines))
    working_days = len(context.periods.working_days_of(context.kind, start))
    if context.kind != "week" or working_days > FEW_WORKING_DAYS:
        return point
    return replace(point, note=language.say("mark.few_working_days", count=working_days))


def _extremes(context: Context, rows: Sequence[Row]) -> list[tuple[str, str]]:
    language, form = context.language, context.language.form
    shown = [row for row in rows if row.cell.state == "shown"]
    if not shown:
        return []
    chosen = (
        ("lowest", min(shown, key=lambda row: row.cell.value or 0.0)),
        ("highest", max(shown, key=lambda row: row.cell.value or 0.0)),
        ("latest", shown[-1]),
    )
    return [
        (
            language.say(f"alternative.{name}"),
            form.percent(row.cell.value or 0.0) + _when(context, row).join(form.BRACKETS),
        )
        for name, row in chosen
    ]


def _when(context: Context, row: Row) -> str:
    return context.language.say("table.week_from", date=row.label) if context.kind == "week" else row.label
