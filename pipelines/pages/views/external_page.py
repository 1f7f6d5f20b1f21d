"""The page about files exchanged with outsiders: how many mail could not carry, which way, with whom, how large.

What does not belong here: the shorter part of the index and of the 部 (sections.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.pages.charts import line_charts
from pipelines.pages.charts.parts import Bar
from pipelines.pages.charts.style import BAR
from pipelines.pages.figures.cells import Metric
from pipelines.pages.figures.subjects import BEYOND_MAIL, INBOUND, OUTBOUND
from pipelines.pages.views import findings
from pipelines.pages.views.answer_notes import answer_notes
from pipelines.pages.views.chart import Chart, bar_labels, chart_of
from pipelines.pages.views.context import Context, Row
from pipelines.pages.views.ranking import Ranking, ranking
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
    ranking: Ranking
    columns: list[Metric]
    departments: list[DepartmentRow]

    @property
    def charts(self) -> list[Chart]:
        return [self.sizes.chart, self.ranking.chart]


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
        context, title, language.say("external.kind_week", name=metric.name), {metric_id: (f"chart.{metric_id}", BAR)}
    )


def _view(context: Context) -> ExternalView:
    sections = context.published.sections()
    ranked = ranking(context, BEYOND_MAIL, sections, is_lowest_first=False)
    return ExternalView(
        context=context,
        answer=_answer(context)[0],
        more=_answer(context)[1],
        notes=answer_notes(context),
        figures=[context.current_row(metric_id) for metric_id in FIGURES],
        sizes=sizes(context),
        ranking=ranked,
        columns=_metrics(context, COLUMNS),
        departments=[
            DepartmentRow(
                row.name,
                row.department.key,
                [context.row("", context.current(metric_id, row.department.key)) for metric_id in COLUMNS],
            )
            for row in ranked.rows
        ],
    )


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


def sizes(context: Context) -> Sizes:
    """Files by size; the bands are those of the published file, the first ends at what mail carries."""
    language = context.language
    metric = context.metric(SIZES)
    limit = language.form.megabytes(context.published.publication.mail_limit_bytes)
    rows = [
        context.row(language.say(f"band.{band}", limit=limit), context.part(SIZES, "size_band", band)) for band in BANDS
    ]
    bars = [
        Bar(
            row.label,
            row.cell.value if row.cell.state == "shown" else None,
            findings.figure_text(metric, row.cell, language),
            colour=BAR,
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
