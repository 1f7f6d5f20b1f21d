"""The page about the data themselves: state of each dataset, hidden figures and why, definition of each metric.

What does not belong here: figures about use. This page answers "can I trust the number, and is yesterday in it?"
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from pipelines.pages.charts import line_charts
from pipelines.pages.figures.measures import Dataset
from pipelines.pages.figures.periods import ranges
from pipelines.pages.figures.queries import PeopleBasis
from pipelines.pages.views.chart import Chart, figure_json
from pipelines.pages.views.context import Context, month_labels

_CODES = {"missing": 0, "provisional": 1, "final": 2}
RANGES_LISTED = 12


@dataclass(frozen=True)
class DatasetState:
    name: str
    newest: date | None
    newest_final: date | None
    gaps: str
    pending: str
    provisional: str
    has_gaps: bool


@dataclass(frozen=True)
class StatusSection:
    answer: list[str]
    chart: Chart
    datasets: list[DatasetState]


@dataclass(frozen=True)
class BasisSection:
    """Since when departments are time-correct, in sentences, and the span that is only assumed."""

    basis: PeopleBasis
    sentences: list[str]


@dataclass(frozen=True)
class HiddenCount:
    """How many cells of one metric are hidden for one reason, by period kind."""

    metric_name: str
    reason: str
    counts: dict[str, int]


def data_sections(context: Context) -> dict[str, Any]:
    return {
        "status": _status(context),
        "basis": _basis(context),
        "hidden": _hidden(context),
        "metrics": context.metrics(),
    }


def _status(context: Context) -> StatusSection | None:
    status = context.published.status
    if status.is_empty():
        return None
    keys: list[Dataset] = sorted({*status.select("source", "dataset").rows(), *context.published.switched_off})
    states = [_dataset_state(context, status, key) for key in keys]
    span = context.published.publication
    days = [span.first_date + timedelta(days=n) for n in range((span.last_date - span.first_date).days + 1)]
    language = context.language
    kind = language.say("data.status_kind")
    answer = _answer(context, states)
    figure = line_charts.status_strip(
        [state.name for state in states],
        days,
        [_codes(status, key, days) for key in keys],
        month_labels(days, language),
    )
    chart = Chart(
        slug="status",
        title=answer[0],
        kind=kind,
        figure=figure_json(figure),
        alternative=language.say("data.status_alternative", answer=answer[0], kind=kind),
        height=int(figure.layout.height),
        size="wide",
    )
    return StatusSection(answer, chart, states)


def _answer(context: Context, states: list[DatasetState]) -> list[str]:
    language, form = context.language, context.language.form
    span = context.published.publication
    with_gaps = [state.name for state in states if state.has_gaps]
    sentences = [
        language.say(
            "data.answer_gaps" if with_gaps else "data.answer_ok",
            span=form.date_range(span.first_date, span.last_date),
            names=form.listed(with_gaps),
        )
    ]
    if context.published.switched_off:
        names = [context.published.dataset_name(*key, language.code) for key in context.published.switched_off]
        sentences.append(language.say("data.answer_switched_off", names=form.listed(names)))
    newest = [state.newest for state in states if state.newest]
    if newest:
        sentences.insert(0, language.say("data.answer_newest", date=form.date_with_weekday(max(newest))))
    return sentences


def _basis(context: Context) -> BasisSection | None:
    basis, language, form = context.published.basis, context.language, context.language.form
    if basis is None:
        return None
    first, since = context.published.publication.first_date, basis.time_correct_since
    sentences = [language.say(f"basis.{basis.department_source}", date=form.date_with_weekday(since))]
    if basis.is_assumed_before:
        span = form.date_range(first, since - timedelta(days=1))
        sentences.append(language.say("basis.assumed", span=span, date=form.short_date(since)))
    else:
        sentences.append(language.say("basis.all_known"))
    return BasisSection(basis, sentences)


def _dataset_state(context: Context, status: pl.DataFrame, key: Dataset) -> DatasetState:
    source, dataset = key
    periods = context.periods
    finals = status.filter(
        (pl.col("source") == source) & (pl.col("dataset") == dataset) & (pl.col("report_status") == "final")
    )["activity_date"]
    newest_final = finals.max()
    return DatasetState(
        name=context.published.dataset_name(source, dataset, context.language.code),
        newest=periods.newest.get(key),
        newest_final=newest_final if isinstance(newest_final, date) else None,
        gaps=_days_text(context, periods.gaps(key)),
        pending=_pending(context, key),
        provisional=_days_text(context, periods.provisional.get(key, ())),
        has_gaps=bool(periods.gaps(key)),
    )


def _pending(context: Context, key: Dataset) -> str:
    """The days that are still to come, or that none will."""
    since, first = context.published.switched_off.get(key), context.published.publication.first_date
    if since is None:
        return _days_text(context, context.periods.pending(key))
    form = context.language.form
    return context.language.say("data.switched_off", date=form.date_with_weekday(max(since, first)))


def _days_text(context: Context, days: Collection[date]) -> str:
    """How many days and which; the oldest of very many stretches are counted but not named."""
    language = context.language
    if not days:
        return language.say("data.none")
    runs = [context.language.form.date_range(first, last) for first, last in ranges(days)]
    key = "data.gap_list" if len(runs) <= RANGES_LISTED else "data.gap_list_newest"
    return language.say(key, count=len(days), ranges=language.say("head.and").join(runs[-RANGES_LISTED:]))


def _codes(status: pl.DataFrame, key: Dataset, days: list[date]) -> list[int]:
    """One code per day; a day the status does not name is missing."""
    source, dataset = key
    rows = status.filter((pl.col("source") == source) & (pl.col("dataset") == dataset))
    known = dict(zip(rows["activity_date"], rows["report_status"], strict=True))
    return [_CODES.get(known.get(day, "missing"), 0) for day in days]


def _hidden(context: Context) -> list[HiddenCount]:
    """In the order of the metrics on the pages."""
    language = context.language
    other = language.say("mark.hidden_reason_other")
    counted: dict[tuple[str, str], dict[str, int]] = {}
    for metric_id, kind, reason, count in context.published.hidden_counts.iter_rows():
        counted.setdefault((metric_id, reason), {})[kind] = count
    order = {metric.metric_id: place for place, metric in enumerate(context.metrics())}
    return [
        HiddenCount(
            metric_name=context.metric(metric_id).name,
            reason=language.find(f"mark.hidden_reason_{reason}", other),
            counts=counts,
        )
        for (metric_id, reason), counts in sorted(counted.items(), key=lambda item: order.get(item[0][0], len(order)))
    ]
