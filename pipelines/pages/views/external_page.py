"""The page about files exchanged with outsiders: how many mail could not carry, which way, with whom, how large.

What does not belong here: the weeks behind it (sections.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.pages.charts import line_charts
from pipelines.pages.charts.parts import Bar
from pipelines.pages.charts.style import MAIN
from pipelines.pages.figures.cells import Metric
from pipelines.pages.figures.queries import Department
from pipelines.pages.figures.subjects import BEYOND_MAIL, INBOUND, OUTBOUND
from pipelines.pages.views import findings
from pipelines.pages.views.answer_notes import answer_notes
from pipelines.pages.views.chart import Chart, bar_labels, chart_of
from pipelines.pages.views.context import Context, Row
from pipelines.pages.views.sections import ExternalSection, count_chart, external_section

PARTNERS, REQUESTS = "external_partners", "file_request_files"
FIGURES = (
    *(BEYOND_MAIL, OUTBOUND, INBOUND, "beyond_mail_share", PARTNERS, REQUESTS),
    *("external_bytes", "partner_folder_actions"),
)
COLUMNS = (BEYOND_MAIL, OUTBOUND, INBOUND, PARTNERS, REQUESTS)
SIZES = "external_size_files"
BANDS = ("up_to_mail", "to_50mb", "to_200mb", "over_200mb")


@dataclass(frozen=True)
class Sizes:
    chart: Chart
    metric: Metric
    rows: list[Row]


@dataclass(frozen=True)
class DepartmentRow:
    name: str
    key: str
    rows: list[Row]


@dataclass(frozen=True)
class ExternalView:
    """One period: month, week or fiscal year to date."""

    context: Context
    answer: str
    more: str
    notes: list[str]
    figures: list[Row]
    sizes: Sizes
    by_department: Chart
    columns: list[Metric]
    departments: list[DepartmentRow]

    @property
    def charts(self) -> list[Chart]:
        return [self.sizes.chart, self.by_department]


def external_page(contexts: Sequence[Context]) -> dict[str, Any]:
    """`contexts` are those of 全庁, one for each kind of period, the month first."""
    context = contexts[0]
    return {
        "views": [_view(one) for one in contexts],
        "trend": ExternalSection(
            [
                *external_section(context).charts,
                *(_trend_chart(context, metric_id) for metric_id in (PARTNERS, REQUESTS)),
            ],
            weeks=[
                (label, [context.row("", context.cell(metric_id, "week", week)) for metric_id in COLUMNS])
                for label, week in zip(context.week_labels, context.periods.weeks, strict=True)
            ],
            metrics=_metrics(context, COLUMNS),
        ),
    }


def _trend_chart(context: Context, metric_id: str) -> Chart:
    metric, language = context.metric(metric_id), context.language
    weeks = [context.cell(metric_id, "week", week) for week in context.periods.weeks]
    title = findings.weekly_range(metric, weeks, language)
    return count_chart(
        context, title, language.say("external.kind_week", name=metric.name), {metric_id: (f"chart.{metric_id}", MAIN)}
    )


def _view(context: Context) -> ExternalView:
    sections = [unit for unit in context.published.sections() if context.existed(unit)]
    return ExternalView(
        context=context,
        answer=_answer(context)[0],
        more=_answer(context)[1],
        notes=answer_notes(context),
        figures=[context.current_row(metric_id) for metric_id in FIGURES],
        sizes=sizes(context),
        by_department=_by_department(context, sections),
        columns=_metrics(context, COLUMNS),
        departments=[
            DepartmentRow(
                unit.name,
                unit.key,
                [context.row("", context.current(metric_id, unit.key)) for metric_id in COLUMNS],
            )
            for unit in sections
        ],
    )


def _by_department(context: Context, sections: Sequence[Department]) -> Chart:
    """Large files of each 部 in official order: an amount follows size and task, so nothing is ranked."""
    language, metric = context.language, context.metric(BEYOND_MAIL)
    cells = [(unit.name, context.current(BEYOND_MAIL, unit.key)) for unit in sections]
    bars = [
        Bar(name, cell.value if cell.state == "shown" else None, findings.figure_text(metric, cell, language))
        for name, cell in cells
    ]
    most = max([*(bar.value or 0.0 for bar in bars), 1.0])
    figure = line_charts.department_bars(bars, language.texts["chart"], top=most, name_width=11)
    title = language.say("external.by_department")
    kind = language.say("external.kind_departments", period=context.period_name, name=metric.name)
    slug = f"departments-{context.slug}"
    return chart_of(context, slug, title, kind, figure, values=bar_labels(bars))


def _answer(context: Context) -> tuple[str, str]:
    """The number of large files first, then the two directions and the partners."""
    language = context.language
    said = {
        metric_id: findings.figure_text(context.metric(metric_id), context.current(metric_id), language)
        for metric_id in FIGURES
    }
    limit = language.form.megabytes(context.published.publication.mail_limit_bytes)
    first = language.say("external.answer", period=context.period_name, limit=limit, large=said[BEYOND_MAIL])
    second = language.say(
        "external.answer_more",
        outbound=said[OUTBOUND],
        inbound=said[INBOUND],
        requests=said[REQUESTS],
        partners=said[PARTNERS],
    )
    return first, second


def size_rows(context: Context) -> list[Row]:
    """Files by size; the bands are those of the published file, the first ends at what mail carries."""
    limit = context.language.form.megabytes(context.published.publication.mail_limit_bytes)
    return [
        context.row(context.language.say(f"band.{band}", limit=limit), context.part(SIZES, "size_band", band))
        for band in BANDS
    ]


def sizes(context: Context) -> Sizes:
    language = context.language
    metric = context.metric(SIZES)
    limit = language.form.megabytes(context.published.publication.mail_limit_bytes)
    rows = size_rows(context)
    bars = [
        Bar(
            row.label,
            row.cell.value if row.cell.state == "shown" else None,
            findings.figure_text(metric, row.cell, language),
            colour=MAIN,
        )
        for row in rows
    ]
    figure = line_charts.department_bars(
        bars, language.texts["chart"], top=max([*(bar.value or 0.0 for bar in bars), 1.0]), name_width=11
    )
    title = findings.sizes(context.period_name, [row.cell for row in rows], limit, language)
    kind = language.say("external.kind_sizes", period=context.period_name)
    chart = chart_of(context, f"sizes-{context.slug}", title, kind, figure, values=bar_labels(bars))
    return Sizes(chart, metric, rows)


def _metrics(context: Context, ids: Sequence[str]) -> list[Metric]:
    return [context.metric(metric_id) for metric_id in ids]
