"""The long parts of a page: departments by month, 課 side by side, people per day, external exchange, all metrics.

What does not belong here: the headline panels (headline_panels.py), the page about definitions and data (data_page.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipelines.common.periods import month_start
from pipelines.pages.charts import line_charts
from pipelines.pages.charts.parts import Bar, Point
from pipelines.pages.charts.style import BAR, MAIN, REFERENCE, SECOND
from pipelines.pages.figures.cells import Cell, Comparison, Metric, compare
from pipelines.pages.figures.queries import ROOT, Department
from pipelines.pages.figures.subjects import BEYOND_MAIL, INBOUND, OUTBOUND, SUBJECTS, Subject
from pipelines.pages.views import findings
from pipelines.pages.views.chart import Chart, figure_json, point_of
from pipelines.pages.views.context import Context, Row, month_labels

HEAT_STEPS = (0.02, 0.05, 0.1, 0.2)
HEAT_CLASSES = 5
EXTERNAL = (OUTBOUND, INBOUND, BEYOND_MAIL)


@dataclass(frozen=True)
class HeatCell:
    """`is_outside` marks months in which the department did not exist: neither missing nor zero."""

    row: Row
    shade: int | None
    is_outside: bool


@dataclass(frozen=True)
class HeatRow:
    department: Department
    name: str
    is_reference: bool
    cells: list[HeatCell]
    change: Comparison


@dataclass(frozen=True)
class Heat:
    """One subject: departments by month. `bounds` are the upper ends of the five shades."""

    key: str
    label: str
    title: str
    metric: Metric
    months: list[date]
    provisional_months: set[date]
    assumed_months: set[date]
    rows: list[HeatRow]
    bounds: list[float]


@dataclass(frozen=True)
class UnitRow:
    department: Department
    name: str
    rows: list[Row]


@dataclass(frozen=True)
class PeopleSection:
    chart: Chart
    rates: list[Row]
    weeks: list[tuple[str, list[Row | None]]]


@dataclass(frozen=True)
class ExternalSection:
    charts: list[Chart]
    weeks: list[tuple[str, list[Row]]]
    metrics: list[Metric]


def heats(context: Context, members: Sequence[Department], kind: str) -> list[Heat]:
    """Departments by month for each subject, the page's own department (and 全庁) above them for comparison."""
    references = [context.published.root()]
    if not context.is_whole:
        references.append(context.department)
    return [_heat(context, subject, references, members, kind) for subject in SUBJECTS]


def _heat(
    context: Context, subject: Subject, references: list[Department], members: Sequence[Department], kind: str
) -> Heat:
    months = context.periods.months
    table = {
        unit.key: [context.row("", context.cell(subject.reach, "month", month, unit.key)) for month in months]
        for unit in [*references, *members]
    }
    values = [row.cell.value for rows in table.values() for row in rows if row.cell.value is not None]
    step = next((step for step in HEAT_STEPS if step * HEAT_CLASSES >= max(values, default=0.0)), HEAT_STEPS[-1])
    rows = [
        HeatRow(
            department=unit,
            name=context.language.say("site.whole") if unit.key == ROOT else unit.name,
            is_reference=unit in references,
            cells=[
                HeatCell(row, shade(row.cell, step), not context.existed_in(unit, row.cell.period_start))
                for row in table[unit.key]
            ],
            change=context.current_row(subject.reach, unit.key).change,
        )
        for unit in [*references, *members]
    ]
    metric = context.metric(subject.reach)
    return Heat(
        key=subject.key,
        label=context.language.say(f"tool.{subject.key}"),
        title=_heat_title(context, metric, members, kind),
        metric=metric,
        months=months,
        provisional_months={
            row.cell.period_start for rows in table.values() for row in rows if row.cell.is_provisional
        },
        assumed_months={month for month in months if context.periods.is_assumed("month", month)},
        rows=rows,
        bounds=[step * (place + 1) for place in range(HEAT_CLASSES)],
    )


def shade(cell: Cell, step: float) -> int | None:
    if cell.state != "shown" or cell.value is None:
        return None
    return min(HEAT_CLASSES - 1, int(cell.value / step + 1e-9))


def _heat_title(context: Context, metric: Metric, members: Sequence[Department], kind: str) -> str:
    """On the index the extremes; on the page of a 部, where bars name them already, what moved since month one."""
    first, last = context.periods.months[0], context.month
    cells = [context.cell(metric.metric_id, "month", last, unit.key) for unit in members]
    if context.is_whole:
        named = [findings.Named(unit.name, cell) for unit, cell in zip(members, cells, strict=True)]
        return findings.spread(metric.name, last, named, context.language, kind=kind)
    earlier = [context.cell(metric.metric_id, "month", first, unit.key) for unit in members]
    changes = [compare(now, before) for now, before in zip(cells, earlier, strict=True)]
    return findings.trend(metric.name, first, last, changes, context.language, kind=kind)


def unit_charts(context: Context, units: Sequence[Department]) -> list[Chart]:
    """Per subject one bar chart: 全庁 and the 部 in grey, below them its 課, all in the latest month."""
    return [_unit_chart(context, subject, units) for subject in SUBJECTS]


def _unit_chart(context: Context, subject: Subject, units: Sequence[Department]) -> Chart:
    language = context.language
    metric = context.metric(subject.reach)
    named = [findings.Named(unit.name, context.cell(subject.reach, "month", context.month, unit.key)) for unit in units]
    whole = context.cell(subject.reach, "month", context.month, ROOT)
    own = context.cell(subject.reach, "month", context.month)
    bars = [
        _bar(context, language.say("units.whole"), whole, REFERENCE),
        _bar(context, language.say("units.section_total", name=context.department.name), own, REFERENCE),
        *(_bar(context, unit.name, unit.cell, BAR) for unit in named),
    ]
    figure = line_charts.department_bars(bars, language.texts["chart"])
    title = findings.spread(metric.name, context.month, named, language, kind="unit")
    key = "units.kind_provisional" if own.is_provisional else "units.kind"
    kind = context.caption(
        language.say(key, month=language.form.month(context.month), rate=metric.name),
        max(context.month, context.published.publication.first_date),
    )
    return Chart(
        slug=f"units-{subject.key}",
        title=title,
        kind=kind,
        figure=figure_json(figure),
        alternative=findings.alternative(title, kind, [(bar.name, bar.label) for bar in bars], language),
        height=int(figure.layout.height),
        size="half",
    )


def _bar(context: Context, name: str, cell: Cell, colour: str) -> Bar:
    value = cell.value if cell.state == "shown" else None
    return Bar(name, value, findings.value_text(cell, context.language), cell.interval_low, cell.interval_high, colour)


def unit_rows(context: Context, units: Sequence[Department]) -> list[UnitRow]:
    """The figures behind the bar charts: one line per department, one column per subject."""
    names = {ROOT: context.language.say("site.whole")}
    return [
        UnitRow(
            unit,
            names.get(unit.key, unit.name),
            [context.row("", context.cell(subject.reach, "month", context.month, unit.key)) for subject in SUBJECTS],
        )
        for unit in [context.published.root(), context.department, *units]
    ]


def people_section(context: Context) -> PeopleSection:
    """Telework: people per working day (with the former number of PCs on the page of 全庁) and the official rates."""
    language, form, periods = context.language, context.language.form, context.periods
    metric_id = "telework_reach"
    days = [day for day in periods.working_days if not periods.weeks or day >= periods.weeks[0]]
    rows = {day: context.row(form.date_with_weekday(day), context.cell(metric_id, "day", day)) for day in days}
    points = [
        point_of(row.cell, periods, "\n".join([row.label, _people_text(context, row.cell), *row.notes]), is_amount=True)
        for row in rows.values()
    ]
    ceiling = context.published.publication.telework_pc_ceiling if context.is_whole else 0
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
    telework = next(subject for subject in SUBJECTS if subject.key == "telework")
    return PeopleSection(
        chart=chart,
        rates=[context.current_row(metric) for metric in (telework.reach, *telework.others)],
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
    exchange = {OUTBOUND: ("chart.outbound", MAIN), INBOUND: ("chart.inbound", SECOND)}
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
