"""The tables behind a page: departments by month, weeks, people per day, external exchange, all metrics.

What does not belong here: the headline panels (headline_panels.py), the page about definitions and data (data_page.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipelines.common.periods import month_start
from pipelines.pages.charts import line_charts
from pipelines.pages.charts.parts import Point
from pipelines.pages.charts.style import MAIN
from pipelines.pages.figures.cells import Cell, Metric
from pipelines.pages.figures.queries import ROOT, Department
from pipelines.pages.figures.subjects import BEYOND_MAIL, INBOUND, OUTBOUND, SUBJECTS, Subject
from pipelines.pages.views import findings
from pipelines.pages.views.chart import Chart, figure_json, point_of
from pipelines.pages.views.context import Context, Row, month_labels

EXTERNAL = (OUTBOUND, INBOUND, BEYOND_MAIL)


@dataclass(frozen=True)
class MonthRow:
    """`cells` are None for months in which the department did not exist: neither missing nor zero."""

    department: Department
    name: str
    is_reference: bool
    cells: list[Row | None]


@dataclass(frozen=True)
class MonthTable:
    """The day rate of one tool: departments by month."""

    key: str
    label: str
    metric: Metric
    months: list[date]
    provisional_months: set[date]
    assumed_months: set[date]
    rows: list[MonthRow]


@dataclass(frozen=True)
class WeekTable:
    """The day rates of all tools by week."""

    metrics: list[Metric]
    weeks: list[tuple[str, list[Row]]]


@dataclass(frozen=True)
class PeopleSection:
    chart: Chart
    weeks: list[tuple[str, list[Row | None]]]


@dataclass(frozen=True)
class ExternalSection:
    charts: list[Chart]
    weeks: list[tuple[str, list[Row]]]
    metrics: list[Metric]


def month_tables(context: Context, members: Sequence[Department]) -> list[MonthTable]:
    """Departments by month for each tool, the page's own department (and 全庁) above them."""
    references = [context.published.root()]
    if not context.is_whole:
        references.append(context.department)
    return [_month_table(context, subject, references, members) for subject in SUBJECTS]


def _month_table(
    context: Context, subject: Subject, references: list[Department], members: Sequence[Department]
) -> MonthTable:
    months = context.periods.months
    rows = [
        MonthRow(
            department=unit,
            name=context.language.say("site.whole") if unit.key == ROOT else unit.name,
            is_reference=unit in references,
            cells=[
                context.row("", context.cell(subject.day_rate, "month", month, unit.key))
                if context.existed_in(unit, month)
                else None
                for month in months
            ],
        )
        for unit in [*references, *members]
    ]
    return MonthTable(
        key=subject.key,
        label=context.language.say(f"tool.{subject.key}"),
        metric=context.metric(subject.day_rate),
        months=months,
        provisional_months={
            row.cell.period_start for one in rows for row in one.cells if row and row.cell.is_provisional
        },
        assumed_months={month for month in months if context.periods.is_assumed("month", month)},
        rows=rows,
    )


def week_table(context: Context) -> WeekTable:
    ids = [subject.day_rate for subject in SUBJECTS]
    return WeekTable(
        [context.metric(metric_id) for metric_id in ids],
        [
            (label, [context.row("", context.cell(metric_id, "week", week)) for metric_id in ids])
            for label, week in zip(context.week_labels, context.periods.weeks, strict=True)
        ],
    )


def people_section(context: Context) -> PeopleSection:
    """Telework: people per working day under the former number of PCs."""
    language, form, periods = context.language, context.language.form, context.periods
    metric_id = "telework_reach"
    days = [day for day in periods.working_days if not periods.weeks or day >= periods.weeks[0]]
    rows = {day: context.row(form.date_with_weekday(day), context.cell(metric_id, "day", day)) for day in days}
    points = [
        point_of(row.cell, periods, "\n".join([row.label, _people_text(context, row.cell), *row.notes]), is_amount=True)
        for row in rows.values()
    ]
    ceiling = context.published.publication.telework_pc_ceiling
    in_month = [row.cell for day, row in rows.items() if month_start(day) == context.month]
    title = findings.people_per_day(context.month, in_month, ceiling, language)
    figure = line_charts.people_by_day(
        points,
        language.texts["chart"],
        month_labels=month_labels(days, language),
        ceiling=ceiling,
        ceiling_label=language.say("chart.ceiling", count=form.number(ceiling)),
    )
    kind = context.caption(language.say("people_per_day.kind"), days[0] if days else None)
    chart = Chart(
        slug="people",
        title=title,
        kind=kind,
        figure=figure_json(figure),
        alternative=language.say("alternative.plain" if days else "alternative.empty", title=title, kind=kind),
        height=int(figure.layout.height),
        size="wide",
    )
    return PeopleSection(
        chart=chart,
        weeks=[
            (label, [rows.get(day) for day in periods.days_of("week", week)[:5]])
            for label, week in zip(context.week_labels, periods.weeks, strict=True)
        ],
    )


def _people_text(context: Context, cell: Cell) -> str:
    if cell.state == "shown" and cell.numerator is not None:
        return context.language.form.people(cell.numerator)
    return context.language.say(f"mark.{cell.state}")


def external_section(context: Context) -> ExternalSection:
    """Files exchanged with outsiders by week, and those no mail could have carried."""
    language = context.language
    limit_bytes = context.published.publication.mail_limit_bytes
    outbound, inbound, large = (
        context.cell(metric_id, "month", context.month) for metric_id in (OUTBOUND, INBOUND, BEYOND_MAIL)
    )
    title = findings.external(
        context.month, language, outbound=outbound, inbound=inbound, large=large, limit_bytes=limit_bytes
    )
    exchange = {OUTBOUND: ("chart.outbound", MAIN), INBOUND: ("chart.inbound", MAIN)}
    kind_large = language.say("external.kind_large", limit=language.form.megabytes(limit_bytes))
    return ExternalSection(
        charts=[
            count_chart(context, title, language.say("external.kind_exchange"), exchange),
            count_chart(
                context,
                findings.large_files(context.month, large, language),
                kind_large,
                {BEYOND_MAIL: ("chart.beyond_mail", MAIN)},
            ),
        ],
        weeks=[
            (label, [context.row("", context.cell(metric_id, "week", week)) for metric_id in EXTERNAL])
            for label, week in zip(context.week_labels, context.periods.weeks, strict=True)
        ],
        metrics=[context.metric(metric_id) for metric_id in EXTERNAL],
    )


def count_chart(context: Context, title: str, kind: str, series: dict[str, tuple[str, str]]) -> Chart:
    """`series` gives for each metric its name (a key of the texts) and its colour."""
    language = context.language
    kind = context.caption(kind, context.periods.first_shown)
    lines = [
        (language.say(name), colour, _count_points(context, metric_id, language.say(name)))
        for metric_id, (name, colour) in series.items()
    ]
    figure = line_charts.weekly_counts(
        lines, language.texts["chart"], month_labels=month_labels(context.periods.weeks, language)
    )
    return Chart(
        slug="-".join(series),
        title=title,
        kind=kind,
        figure=figure_json(figure),
        alternative=language.say("alternative.plain", title=title, kind=kind),
        height=int(figure.layout.height),
        size="half",
    )


def _count_points(context: Context, metric_id: str, name: str) -> list[Point]:
    language, form = context.language, context.language.form
    points = []
    for week in context.periods.weeks:
        row = context.row(
            language.say("chart.week_of", date=form.short_date(week)), context.cell(metric_id, "week", week)
        )
        hover = "\n".join([row.label, f"{name} {findings.count_text(row.cell, language)}", *row.notes])
        points.append(point_of(row.cell, context.periods, hover, is_amount=True))
    return points


def all_rows(context: Context) -> list[Row]:
    """Every metric published of whole departments, in the latest month, with the month before."""
    known = context.published.whole_metrics
    return [context.current_row(metric.metric_id) for metric in context.metrics() if metric.metric_id in known]
