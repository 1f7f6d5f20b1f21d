"""What every part of a page needs: the published figures, the calendar, the language and whose page it is.

Also the shape all parts share: a figure with its remarks. A chart ready for the template is chart.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from pipelines.common.periods import fiscal_year_start
from pipelines.pages.figures.cells import Cell, Metric
from pipelines.pages.figures.periods import PeriodKind, Periods, period_end
from pipelines.pages.figures.queries import ROOT, Department, Published
from pipelines.pages.figures.subjects import METRIC_ORDER
from pipelines.pages.figures.verdicts import Change
from pipelines.pages.views.remarks import remarks
from pipelines.pages.wording.language import Language


@dataclass(frozen=True)
class Row:
    """One figure in a table: its label and what has to be said beside it."""

    label: str
    cell: Cell
    notes: tuple[str, ...]
    metric: Metric | None = None
    change: Change | None = None


@dataclass(frozen=True)
class Context:
    published: Published
    periods: Periods
    language: Language
    department: Department
    kind: PeriodKind = "month"

    @cached_property
    def start(self) -> date:
        """The period the figures stand for: the latest month, the latest whole week, the fiscal year to date."""
        if self.kind == "week":
            return self.week
        return fiscal_year_start(self.last_day) if self.kind == "fiscal_year" else self.month

    @cached_property
    def week(self) -> date:
        """The newest whole week in which the department existed; if none is whole, the newest one."""
        lived = [week for week in self.periods.weeks if self.department.existed_between(week, period_end("week", week))]
        whole = [week for week in lived if self.periods.is_whole("week", week)]
        newest = [*self.periods.weeks, *lived, *whole]
        return newest[-1] if newest else self.month

    @property
    def last_day(self) -> date:
        """The newest published day on which the department existed."""
        span = self.published.publication
        return min(self.department.last_day or span.last_date, span.last_date)

    @cached_property
    def first_day(self) -> date:
        """The first published day of the period."""
        return self.periods.published_part(self.kind, self.start)[0]

    @property
    def slug(self) -> str:
        """The kind of period in the names of charts and elements."""
        return self.kind.replace("_", "-")

    def existed(self, department: Department) -> bool:
        """Whether the department existed on a published day of the period."""
        return department.existed_between(*self.periods.published_part(self.kind, self.start))

    @cached_property
    def period_name(self) -> str:
        """令和8年6月, 令和8年6月22日からの週, 令和8年度（4月1日〜7月3日）: for sentences."""
        first, last = self.periods.published_part(self.kind, self.start)
        return self.language.form.period(self.kind, self.start, first, last)

    @property
    def is_whole(self) -> bool:
        """Whether this is the page of the whole organisation."""
        return self.department.key == ROOT

    @property
    def place(self) -> str:
        return self.language.say("site.whole") if self.is_whole else self.department.name

    @cached_property
    def month(self) -> date:
        """The month the page speaks of: the latest one, for an abolished 部 the last one in which it existed."""
        latest = self.periods.latest_month
        lived = [month for month in self.periods.months if month <= latest and self.existed_in(self.department, month)]
        return lived[-1] if lived else latest

    def existed_in(self, department: Department, month: date) -> bool:
        return department.existed_between(month, period_end("month", month))

    @cached_property
    def week_labels(self) -> list[str]:
        return [self.language.form.slash_date(week) for week in self.periods.weeks]

    @property
    def years(self) -> str:
        """The years of the weeks shown, for captions."""
        return self.language.form.years(self.periods.weeks)

    def caption(self, kind: str, first: date | None) -> str:
        """What a chart shows, and that the departments of people are assumed where it reaches back so far."""
        assumed_before = self.periods.assumed_before
        if not assumed_before or not first or first >= assumed_before:
            return kind
        return kind + self.language.say("basis.caption", date=self.language.form.short_date(assumed_before))

    def metric(self, metric_id: str) -> Metric:
        """The definition; a metric without one goes under its own id rather than under a guess."""
        known = self.published.metrics.get(metric_id)
        return known or Metric(metric_id, metric_id, "", "", "", "", "", "", "")

    def metrics(self) -> list[Metric]:
        """All metrics of the publication in the order of the pages."""
        known = self.published.metrics
        ordered = [metric_id for metric_id in METRIC_ORDER if metric_id in known]
        return [known[metric_id] for metric_id in [*ordered, *sorted(known.keys() - set(ordered))]]

    def cell(self, metric_id: str, kind: PeriodKind, start: date, department_key: str | None = None) -> Cell:
        return self.published.cell(department_key or self.department.key, kind, start, metric_id)

    def row(self, label: str, cell: Cell) -> Row:
        return Row(label, cell, tuple(remarks(cell, self.periods, self.language)))

    def part(self, metric_id: str, segment_kind: str, segment: str, department_key: str | None = None) -> Cell:
        """The figure of one part (a weekday, a size, a tool) in the period the page speaks of."""
        key = (department_key or self.department.key, self.kind, self.start, metric_id)
        return self.published.part(key, segment_kind, segment)

    def current(self, metric_id: str, department_key: str | None = None) -> Cell:
        """The figure of the period the page speaks of."""
        return self.cell(metric_id, self.kind, self.start, department_key)

    def current_row(self, metric_id: str, department_key: str | None = None) -> Row:
        """The same as a row, with its published change since the period before."""
        return self.judged_row(self.current(metric_id, department_key))

    def judged_row(self, cell: Cell) -> Row:
        """A figure under the name of its metric, with its published change since the period before."""
        metric = self.metric(cell.metric_id)
        change = self.published.verdicts.change(cell)
        # The coverage has a column of its own beside these.
        notes = tuple(remarks(cell, self.periods, self.language, with_coverage=False))
        return Row(metric.name, cell, notes, metric, change)


def month_labels(days: Sequence[date], language: Language) -> dict[date, str]:
    """The first of these days in each month with the name of the month, for axes."""
    labels: dict[date, str] = {}
    seen: set[tuple[int, int]] = set()
    for day in days:
        if (day.year, day.month) not in seen:
            seen.add((day.year, day.month))
            labels[day] = language.form.short_month(day)
    return labels
