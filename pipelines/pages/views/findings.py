"""Sentences about single figures, computed from them. Comparisons are published verdicts and worded in head.py.

What does not belong here: the words (texts/), the choice of figures (the views), drawing (charts/).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from statistics import median

from pipelines.pages.figures.cells import Cell, Metric
from pipelines.pages.wording.language import Language


def value_text(cell: Cell, language: Language) -> str:
    """The rate, or 秘匿, or 欠測."""
    if cell.state == "hidden":
        return language.say("mark.hidden")
    if cell.value is None:
        return language.say(f"mark.{cell.state}")
    return language.form.percent(cell.value)


def figure_text(metric: Metric, cell: Cell, language: Language) -> str:
    """The figure in the unit of its metric, or 秘匿, or 欠測."""
    if cell.state != "shown" or cell.value is None:
        return language.say(f"mark.{cell.state}")
    return language.form.metric_value(metric, cell.value)


def people_per_day(month: date, days: Sequence[Cell], ceiling: int, language: Language) -> str:
    """How many people teleworked on a working day of the month, against the former number of PCs if there is one."""
    form = language.form
    shown = [day for day in days if day.state == "shown" and day.numerator is not None]
    if not shown:
        return language.say("people_per_day.none", month=form.month(month))
    amounts = [day.numerator or 0.0 for day in shown]
    busiest = max(shown, key=lambda day: day.numerator or 0.0)
    above = sum(amount > ceiling for amount in amounts)
    key = "people_per_day.plain"
    if ceiling:
        key = "people_per_day.below" if not above else "people_per_day.above"
        key = "people_per_day.above_all" if above == len(shown) else key
    return language.say(
        key,
        month=form.month(month),
        days=len(shown),
        above=above,
        ceiling=form.number(ceiling),
        median=form.people(median(amounts)),
        busiest=form.people(max(amounts)),
        busiest_day=form.date_with_weekday(busiest.period_start),
    )


def external(month: date, language: Language, *, outbound: Cell, inbound: Cell, large: Cell, limit_bytes: int) -> str:
    """Files that went out, came in, and were too large for mail, in one month."""
    return language.say(
        "external.finding",
        month=language.form.month(month),
        outbound=count_text(outbound, language),
        inbound=count_text(inbound, language),
        large=count_text(large, language),
        limit=language.form.megabytes(limit_bytes),
    )


def large_files(month: date, large: Cell, language: Language) -> str:
    """Files no mail could have carried, in one month."""
    return language.say("external.large_finding", month=language.form.month(month), large=count_text(large, language))


def count_text(cell: Cell, language: Language) -> str:
    """An amount of files, or 秘匿, or 欠測."""
    if cell.state == "shown" and cell.value is not None:
        return language.say("external.count", count=language.form.number(cell.value))
    return language.say(f"mark.{cell.state}")


def weekly_range(metric: Metric, weeks: Sequence[Cell], language: Language) -> str:
    """Between which amounts the weeks lie, and where the latest one lies."""
    shown = [week for week in weeks if week.state == "shown" and week.value is not None]
    if not shown:
        return language.say("external.no_weeks", name=metric.name)
    return language.say(
        "external.weekly_range",
        name=metric.name,
        lowest=figure_text(metric, min(shown, key=lambda week: week.value or 0.0), language),
        highest=figure_text(metric, max(shown, key=lambda week: week.value or 0.0), language),
        latest=figure_text(metric, shown[-1], language),
        week=language.form.short_date(shown[-1].period_start),
    )


def sizes(period: str, bands: Sequence[Cell], limit: str, language: Language) -> str:
    """How many of the files of known size were larger than mail carries; `bands` begin with what mail carries."""
    amounts = [band.value for band in bands if band.state == "shown" and band.value is not None]
    if len(amounts) < len(bands) or not sum(amounts):
        return language.say("external.no_sizes", period=period)
    large = sum(amounts[1:])
    return language.say(
        "external.sizes",
        period=period,
        limit=limit,
        total=language.form.number(sum(amounts)),
        large=language.form.number(large),
        share=language.form.percent(large / sum(amounts)),
    )


def alternative(title: str, kind: str, values: Sequence[tuple[str, str]], language: Language) -> str:
    """What a chart says to those who do not see it: its finding, its kind and its values."""
    if not values:
        return language.say("alternative.empty", title=title, kind=kind)
    parts = language.say("head.and").join(f"{name} {value}" for name, value in values)
    return language.say("alternative.values", title=title, kind=kind, values=parts)
