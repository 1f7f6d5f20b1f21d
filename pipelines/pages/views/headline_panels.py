"""The four headline panels: one subject each: value, fraction, interval, changes, target, coverage, history.

What does not belong here: drawing the history (history_charts.py), tables of departments (sections.py), words (texts/).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.pages.figures.cells import UNCOMPARED, Cell, Comparison, compare
from pipelines.pages.figures.queries import ROOT
from pipelines.pages.figures.subjects import BEYOND_MAIL, INBOUND, OUTBOUND, SUBJECTS, Subject
from pipelines.pages.views import findings
from pipelines.pages.views.answer_notes import answer_notes
from pipelines.pages.views.chart import Chart
from pipelines.pages.views.context import Context, Row
from pipelines.pages.views.history_charts import history_chart, history_rows


@dataclass(frozen=True)
class Panel:
    """`year_before` is the same month last year, None where it is not published or the period is no month.

    `april` is the first month of the fiscal year, under the same conditions.
    """

    key: str
    slug: str
    label: str
    title: str
    row: Row
    whole: Cell | None
    against_whole: Comparison
    year_before: Cell | None
    against_year: Comparison
    april: Cell | None
    since_april: Comparison
    target: float | None
    others: list[Row]
    chart: Chart
    history: list[Row]

    @property
    def target_verdict(self) -> str:
        """`met` and `missed` only where the whole interval lies on one side of the target."""
        cell = self.row.cell
        if self.target is None or cell.interval_low is None or cell.interval_high is None:
            return "cannot_tell"
        if cell.interval_low >= self.target:
            return "met"
        return "missed" if cell.interval_high < self.target else "cannot_tell"


@dataclass(frozen=True)
class PanelView:
    """The panels of one period, under their answer."""

    context: Context
    answer: str
    more: str
    notes: list[str]
    panels: list[Panel]

    @property
    def charts(self) -> list[Chart]:
        return [panel.chart for panel in self.panels]


def panel_view(context: Context) -> PanelView:
    shown = [_panel(context, subject) for subject in SUBJECTS]
    return PanelView(context, answer(context, shown), _large_files(context), answer_notes(context), shown)


def answer(context: Context, shown: Sequence[Panel]) -> str:
    """The sentence at the top: of 全庁 against the period before, of a 部 against 全庁; shares of people only."""
    named = [
        findings.Named(panel.label, panel.row.cell, panel.row.change if context.is_whole else panel.against_whole)
        for panel, subject in zip(shown, SUBJECTS, strict=True)
        if subject.headline == subject.reach
    ]
    against = "previous" if context.is_whole else "whole"
    return findings.answer(
        context.period_name, named, context.language, place=context.place, against=against, kind=context.kind
    )


def _large_files(context: Context) -> str:
    said: dict[str, Any] = {
        name: findings.count_text(context.current(metric_id), context.language)
        for name, metric_id in (("large", BEYOND_MAIL), ("outbound", OUTBOUND), ("inbound", INBOUND))
    }
    return context.language.say("panel.large", **said)


def _panel(context: Context, subject: Subject) -> Panel:
    row = context.current_row(subject.headline)
    whole = None if context.is_whole else context.current(subject.headline, ROOT)
    before = context.year_before
    year_before = context.cell(subject.headline, "month", before) if before else None
    april = context.cell(subject.headline, "month", context.april) if context.april else None
    title = findings.headline(subject.key, row.cell, row.change, context.language, kind=context.kind)
    history = history_rows(context, subject.headline)
    target = context.published.targets.get(subject.headline)
    slug = subject.key if context.kind == "month" else f"{subject.key}-{context.slug}"
    return Panel(
        key=subject.key,
        slug=slug,
        label=context.language.say(f"subject.{subject.key}.label"),
        title=title,
        row=row,
        whole=whole,
        against_whole=compare(row.cell, whole) if whole else UNCOMPARED,
        year_before=year_before,
        against_year=compare(row.cell, year_before) if year_before else UNCOMPARED,
        april=april,
        since_april=compare(row.cell, april) if april else UNCOMPARED,
        target=target,
        others=[context.current_row(metric_id) for metric_id in subject.others],
        chart=history_chart(context, subject.headline, history, slug=slug, title=title, target=target),
        history=history,
    )
