"""Which days, weeks and months the pages show, and how complete each is. All from dim_date, report_status and the span.

A period is *whole* if no working day of it lies outside the published span; a period that is not whole is never
compared with one that is. What does not belong here: figures (cells.py) and the names of periods (format_ja.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import wraps
from typing import Any, Literal

import polars as pl

from pipelines.common.days import days_between, is_year_end
from pipelines.common.periods import month_start, week_start
from pipelines.pages.figures.measures import Dataset, Measures
from pipelines.pages.figures.queries import Publication, Published

PeriodKind = Literal["day", "week", "month", "fiscal_year"]
WEEKS_SHOWN = 26


def _remembered(method: Callable[..., Any]) -> Callable[..., Any]:
    """The pages ask the same of the calendar for tens of thousands of figures: each answer is worked out once."""

    @wraps(method)
    def answer(self: Periods, *asked: Any) -> Any:
        key = (method, *asked)
        if key not in self.answers:
            self.answers[key] = method(self, *asked)
        return self.answers[key]

    return answer


@dataclass(frozen=True)
class Periods:
    """The calendar of one publication. `missing` and `provisional` hold the days of each (source, dataset).

    On days before `assumed_before` the departments of people are assumed, not known.
    """

    publication: Publication
    measures: Measures
    working: dict[date, bool]
    holidays: dict[date, str]
    missing: dict[Dataset, frozenset[date]]
    provisional: dict[Dataset, frozenset[date]]
    newest: dict[Dataset, date | None]
    assumed_before: date | None = None
    months: list[date] = field(default_factory=list)
    weeks: list[date] = field(default_factory=list)
    working_days: list[date] = field(default_factory=list)
    answers: dict[tuple, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, published: Published) -> Periods:
        dates, status = published.dates, published.status
        periods = cls(
            publication=published.publication,
            measures=published.measures,
            working=dict(zip(dates["date_day"], dates["is_working_day"], strict=True)),
            holidays={day: name for day, name in zip(dates["date_day"], dates["holiday_name_ja"], strict=True) if name},
            missing=_days_by_dataset(status, "missing"),
            provisional=_days_by_dataset(status, "provisional"),
            newest={
                (source, dataset): newest
                for source, dataset, newest in status.group_by("source", "dataset")
                .agg(pl.col("activity_date").filter(pl.col("report_status") != "missing").max())
                .sort("source", "dataset")
                .iter_rows()
            },
            assumed_before=_assumed_before(published),
        )
        periods._lay_out()
        return periods

    def _lay_out(self) -> None:
        first, last = self.publication.first_date, self.publication.last_date
        days = days_between(first, last)
        self.working_days.extend(day for day in days if self.is_working(day))
        weeks = sorted({week_start(day) for day in self.working_days})
        self.weeks.extend(weeks[-WEEKS_SHOWN:])
        months = sorted({month_start(day) for day in days})
        whole = [month for month in months if self.is_whole("month", month)]
        self.months.extend(whole or months)

    def is_working(self, day: date) -> bool:
        """From dim_date; days it does not hold count as working on weekdays outside the year-end closing."""
        known = self.working.get(day)
        if known is not None:
            return known
        return day.weekday() < 5 and not is_year_end(day)

    def days_of(self, kind: PeriodKind, start: date) -> list[date]:
        return [start + timedelta(days=n) for n in range((period_end(kind, start) - start).days + 1)]

    @_remembered
    def working_days_of(self, kind: PeriodKind, start: date) -> list[date]:
        """Working days of the whole period, those outside the published span included."""
        return [day for day in self.days_of(kind, start) if self.is_working(day)]

    @_remembered
    def is_whole(self, kind: PeriodKind, start: date) -> bool:
        first, last = self.publication.first_date, self.publication.last_date
        return all(first <= day <= last for day in self.working_days_of(kind, start))

    @_remembered
    def is_assumed(self, kind: PeriodKind, start: date) -> bool:
        """Whether a published day of the period lies before the departments of people are known."""
        first = max(start, self.publication.first_date)
        last = min(period_end(kind, start), self.publication.last_date)
        return self.assumed_before is not None and first <= last and first < self.assumed_before

    @_remembered
    def gaps(self, dataset: Dataset) -> list[date]:
        """Days without a report although a later day has one: something was lost or refused."""
        newest = self.newest.get(dataset)
        return sorted(day for day in self.missing.get(dataset, ()) if newest and day < newest)

    def pending(self, dataset: Dataset) -> list[date]:
        """Days at the end for which the source has not reported yet."""
        return sorted(self.missing.get(dataset, frozenset()) - set(self.gaps(dataset)))

    @_remembered
    def gap_days(self, kind: PeriodKind, start: date, datasets: tuple[Dataset, ...]) -> list[date]:
        """Working days of the period with a gap in one of these datasets."""
        return self._working_days_among(kind, start, [self.gaps(dataset) for dataset in datasets])

    @_remembered
    def pending_days(self, kind: PeriodKind, start: date, datasets: tuple[Dataset, ...]) -> list[date]:
        """Working days of the period for which one of these datasets is still to come."""
        return self._working_days_among(kind, start, [self.pending(dataset) for dataset in datasets])

    def _working_days_among(self, kind: PeriodKind, start: date, days: list[list[date]]) -> list[date]:
        first, last = self.publication.first_date, self.publication.last_date
        wanted = {day for some in days for day in some if first <= day <= last}
        return [day for day in self.working_days_of(kind, start) if day in wanted]

    @property
    def first_shown(self) -> date | None:
        """The first published day of the weeks shown."""
        return max(self.weeks[0], self.publication.first_date) if self.weeks else None

    @property
    def latest_month(self) -> date:
        """The month the headline figures stand for: the newest whole one; if none is whole, the fullest."""
        if self.is_whole("month", self.months[-1]):
            return self.months[-1]
        covered = [month_start(day) for day in self.working_days]
        return max(self.months, key=lambda month: (covered.count(month), month))

    def published_part(self, kind: PeriodKind, start: date) -> tuple[date, date]:
        """First and last published day of the period."""
        span = self.publication
        return max(start, span.first_date), min(period_end(kind, start), span.last_date)

    def provisional_since(self, kind: PeriodKind, start: date, dataset: Dataset) -> date | None:
        """The first published day of the period on which this dataset may still change."""
        first, last = self.published_part(kind, start)
        return min((day for day in self.provisional.get(dataset, ()) if first <= day <= last), default=None)


def period_end(kind: PeriodKind, start: date) -> date:
    if kind == "day":
        return start
    if kind == "week":
        return start + timedelta(days=6)
    if kind == "fiscal_year":
        return date(start.year + 1, start.month, 1) - timedelta(days=1)
    return month_start(month_start(start) + timedelta(days=32)) - timedelta(days=1)


def month_before(start: date) -> date:
    """The first day of the month before."""
    return month_start(start - timedelta(days=1))


def _assumed_before(published: Published) -> date | None:
    basis = published.basis
    return basis.time_correct_since if basis and basis.is_assumed_before else None


def ranges(days: Iterable[date]) -> list[tuple[date, date]]:
    """Runs of consecutive days as (first, last)."""
    runs: list[tuple[date, date]] = []
    for day in sorted(days):
        if runs and day - runs[-1][1] == timedelta(days=1):
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def _days_by_dataset(status: pl.DataFrame, wanted: str) -> dict[Dataset, frozenset[date]]:
    grouped = (
        status.filter(pl.col("report_status") == wanted)
        .group_by("source", "dataset")
        .agg("activity_date")
        .sort("source", "dataset")
    )
    return {(source, dataset): frozenset(days) for source, dataset, days in grouped.iter_rows()}
