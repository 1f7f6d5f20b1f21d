"""The four headline panels: one subject each, with value, fraction, interval, change, coverage and 26 weeks.

What does not belong here: the tables of departments and the long sections (sections.py), the words (texts/).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipelines.pages import charts, findings
from pipelines.pages.cells import UNCOMPARED, Cell, Comparison, compare
from pipelines.pages.chart_parts import Point
from pipelines.pages.context import Chart, Context, Row, figure_json, month_labels
from pipelines.pages.marks import point_of
from pipelines.pages.queries import ROOT
from pipelines.pages.subjects import SUBJECTS, Subject

# A week this short lies visibly below its neighbours: the chart says why.
FEW_WORKING_DAYS = 3


@dataclass(frozen=True)
class Panel:
    key: str
    label: str
    title: str
    row: Row
    whole: Cell | None
    against_whole: Comparison
    others: list[Row]
    chart: Chart
    weeks: list[Row]


def panels(context: Context) -> list[Panel]:
    return [_panel(context, subject) for subject in SUBJECTS]


def subject_label(context: Context, subject: Subject) -> str:
    return context.language.say(f"subject.{subject.key}.label")


def answer(context: Context, shown: Sequence[Panel]) -> str:
    """The sentence at the top: of 全庁 against the month before, of a 部 against 全庁."""
    named = [
        findings.Named(panel.label, panel.row.cell, panel.row.change if context.is_whole else panel.against_whole)
        for panel in shown
    ]
    against = "previous" if context.is_whole else "whole"
    return findings.answer(context.month, named, context.language, place=context.place, against=against)


def _panel(context: Context, subject: Subject) -> Panel:
    row = context.current_row(subject.reach)
    whole = None if context.is_whole else context.cell(subject.reach, "month", context.month, ROOT)
    title = findings.headline(subject.key, row.cell, row.change, context.language)
    weeks = [
        context.row(label, context.cell(subject.reach, "week", week))
        for label, week in zip(context.week_labels, context.periods.weeks, strict=True)
    ]
    return Panel(
        key=subject.key,
        label=subject_label(context, subject),
        title=title,
        row=row,
        whole=whole,
        against_whole=compare(row.cell, whole) if whole else UNCOMPARED,
        others=[context.current_row(metric_id) for metric_id in subject.others],
        chart=_weekly_chart(context, subject, title, weeks),
        weeks=weeks,
    )


def _weekly_chart(context: Context, subject: Subject, title: str, weeks: Sequence[Row]) -> Chart:
    language = context.language
    points = [_week_point(context, row) for row in weeks]
    reference: list[Point] = []
    if not context.is_whole:
        whole = [context.cell(subject.reach, "week", week, ROOT) for week in context.periods.weeks]
        reference = [point_of(cell, context.periods, "") for cell in whole]
    figure = charts.weekly_share(
        points,
        language.texts["chart"],
        reference=reference,
        reference_label=language.say("chart.whole"),
        month_labels=month_labels(context.periods.weeks, language),
    )
    kind = context.caption(
        language.say("panel.chart_kind", rate=context.metric(subject.reach).name, count=len(weeks)),
        context.periods.first_shown,
    )
    return Chart(
        slug=subject.key,
        title=title,
        kind=kind,
        figure=figure_json(figure),
        alternative=findings.alternative(title, kind, _extremes(context, weeks), language),
        height=int(figure.layout.height),
    )


def _week_point(context: Context, row: Row) -> Point:
    language, form = context.language, context.language.form
    lines = [language.say("chart.week_of", date=form.short_date(row.cell.period_start))]
    lines.append(findings.value_text(row.cell, language))
    if row.cell.rate_low is not None and row.cell.rate_high is not None:
        lines[-1] += form.interval(row.cell.rate_low, row.cell.rate_high).join(form.BRACKETS)
    lines += row.notes
    point = point_of(row.cell, context.periods, "\n".join(lines))
    working_days = len(context.periods.working_days_of("week", row.cell.period_start))
    if working_days > FEW_WORKING_DAYS:
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
            form.percent(row.cell.value or 0.0) + language.say("table.week_from", date=row.label).join(form.BRACKETS),
        )
        for name, row in chosen
    ]
