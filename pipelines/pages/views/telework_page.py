"""The page about telework and seats: the official rates, the range by 部, weekdays, what people do there, seats.

What does not belong here: seats (seats.py), people per day (sections.py), drawing (line_charts.py, bar_charts.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.pages.charts import bar_charts, line_charts
from pipelines.pages.charts.parts import Bar
from pipelines.pages.charts.style import FIELD, INK, MAIN, MID, PAPER, QUIET
from pipelines.pages.figures.cells import Cell, Metric
from pipelines.pages.views import findings
from pipelines.pages.views.answer_notes import answer_notes
from pipelines.pages.views.chart import Chart, bar_labels, chart_of
from pipelines.pages.views.context import Context, Row
from pipelines.pages.views.seats import WEEKDAYS, Seats, WeekdaySeats, seats, weekday_seats
from pipelines.pages.views.sections import people_section
from pipelines.pages.views.telework_range import TeleworkRange, telework_range

REACH, CAPABLE_REACH = "telework_reach", "telework_capable_reach"
DAYS, WEEKLY = "telework_day_rate", "telework_weekly_1_share"
RATES = (
    *(REACH, CAPABLE_REACH, DAYS, "telework_capable_day_rate"),
    *(WEEKLY, "telework_weekly_2_share", "telework_weekly_3_share"),
)
COVERAGE = "telework_coverage"
CLASSES = "telework_class_share"
# From the bottom of the bar: what the page is about first, then the office, then what is not known. Each with its fill,
# the colour of the figures in it and its hatching: five fills are not told apart on a grey printer.
LAYERS = (
    ("remote", MAIN, PAPER, ""),
    ("mixed", MAIN, INK, "/"),
    ("office", FIELD, INK, ""),
    ("mobile", QUIET, INK, "x"),
    ("unknown", MID, INK, "."),
)
ACTIVITIES = ("chat_day_rate", "meeting_day_rate")


@dataclass(frozen=True)
class Part:
    """A chart and the rows of the table behind it."""

    chart: Chart
    rows: list[Row]


@dataclass(frozen=True)
class Classes:
    """Where people worked: one row per weekday, one column per class."""

    chart: Chart
    names: list[str]
    metric: Metric
    rows: list[tuple[str, list[Row]]]


@dataclass(frozen=True)
class TeleworkView:
    """One period; weeks have neither weekdays nor seats."""

    context: Context
    answer: str
    more: str
    notes: list[str]
    rates: Part
    table: list[Row]
    ranges: TeleworkRange | None
    places: Part
    weekdays: Part | None
    classes: Classes | None
    seats: Seats | None
    weekday_seats: WeekdaySeats | None

    @property
    def charts(self) -> list[Chart]:
        parts = (self.rates, self.places, self.weekdays, self.classes, self.seats, self.weekday_seats)
        return [part.chart for part in parts if part is not None and part.chart is not None]


def telework_page(contexts: Sequence[Context]) -> dict[str, Any]:
    """`contexts` are those of 全庁, one for each kind of period, the month first."""
    return {"views": [_view(context) for context in contexts], "people": people_section(contexts[0])}


def _view(context: Context) -> TeleworkView:
    lived = [unit for unit in context.published.sections() if context.existed(unit)]
    classes = _classes(context)
    return TeleworkView(
        context=context,
        answer=_answer(context),
        more=_more(context),
        notes=answer_notes(context),
        rates=_rates(context),
        table=[context.current_row(metric_id) for metric_id in (*RATES, COVERAGE)],
        ranges=telework_range(context, lived),
        places=_places(context),
        weekdays=None if classes else weekday_rates(context),
        classes=classes,
        seats=seats(context, lived, with_chart=True),
        weekday_seats=weekday_seats(context),
    )


def _figure(context: Context, metric_id: str) -> str:
    return findings.figure_text(context.metric(metric_id), context.current(metric_id), context.language)


def _answer(context: Context) -> str:
    parts = {"reach": context.current(REACH), "capable": context.current(CAPABLE_REACH)}
    number = context.language.form.number
    return context.language.say(
        "telework.answer",
        period=context.period_name,
        **{name: findings.value_text(cell, context.language) for name, cell in parts.items()},
        **{
            f"{name}_of": ""
            if cell.state != "shown" or cell.numerator is None or cell.denominator is None
            else context.language.say(
                "telework.of", numerator=number(cell.numerator), denominator=number(cell.denominator)
            )
            for name, cell in parts.items()
        },
    )


def _more(context: Context) -> str:
    return context.language.say(
        "telework.answer_more",
        days=_figure(context, DAYS),
        weekly=_figure(context, WEEKLY),
        coverage=_figure(context, COVERAGE),
    )


def _rates(context: Context) -> Part:
    rows = [context.current_row(metric_id) for metric_id in RATES]
    bars = [_bar(context, row.label, row.cell) for row in rows]
    figure = line_charts.department_bars(bars, context.language.texts["chart"], name_width=14)
    title = context.language.say(
        "telework.rates_finding",
        reach=_figure(context, REACH),
        capable=_figure(context, CAPABLE_REACH),
        weekly=_figure(context, WEEKLY),
    )
    kind = context.language.say("telework.rates_kind", period=context.period_name)
    return Part(chart_of(context, f"rates-{context.slug}", title, kind, figure, values=bar_labels(bars)), rows)


def _places(context: Context) -> Part:
    """Chat and meetings on days in the office and on days of telework, side by side."""
    language = context.language
    rows, bars, words = [], [], []
    for metric_id in ACTIVITIES:
        office, remote = (context.part(metric_id, "place", place) for place in ("office", "remote"))
        for place, cell, colour in (("office", office, MID), ("remote", remote, MAIN)):
            label = language.say(f"places.{metric_id}_{place}")
            rows.append(context.row(label, cell))
            bars.append(_bar(context, label, cell, colour))
        words.append(
            language.say(
                "places.both",
                what=language.say(f"places.{metric_id}"),
                office=findings.value_text(office, language),
                remote=findings.value_text(remote, language),
            )
        )
    title = language.say("places.finding", clauses=language.say("head.and").join(words))
    figure = line_charts.department_bars(bars, language.texts["chart"], name_width=11)
    kind = language.say("places.kind", period=context.period_name)
    return Part(chart_of(context, f"places-{context.slug}", title, kind, figure, values=bar_labels(bars)), rows)


def weekday_rates(context: Context) -> Part | None:
    """The telework rate of each weekday; weeks have none."""
    language = context.language
    rows = [context.row(weekday_name(context, day), context.part(DAYS, "weekday", day)) for day in WEEKDAYS]
    if all(row.cell.is_empty for row in rows):
        return None
    bars = [_bar(context, row.label, row.cell) for row in rows]
    figure = line_charts.department_bars(bars, language.texts["chart"], name_width=5)
    kind = language.say("telework.weekday_kind", period=context.period_name)
    title = context.language.say("telework.weekday_title")
    return Part(chart_of(context, f"weekdays-{context.slug}", title, kind, figure, values=bar_labels(bars)), rows)


def _classes(context: Context) -> Classes | None:
    """Office, telework, both, phone only, unknown: the parts of each weekday."""
    language = context.language
    names = [language.say(f"place_class.{name}") for name, *_ in LAYERS]
    rows = [
        (
            weekday_name(context, day),
            [context.row("", context.part(CLASSES, "weekday_class", f"{day}_{name}")) for name, *_ in LAYERS],
        )
        for day in WEEKDAYS
    ]
    if all(row.cell.is_empty for _, cells in rows for row in cells):
        return None
    layers = [
        bar_charts.Layer(name, colour, label, tuple(_share(cells[place].cell) for _, cells in rows), hatching)
        for place, (name, (_, colour, label, hatching)) in enumerate(zip(names, LAYERS, strict=True))
    ]
    figure = bar_charts.stacked_shares([day for day, _ in rows], layers, language.texts["chart"])
    title = context.language.say("telework.weekday_title")
    kind = language.say("telework.classes_kind", period=context.period_name)
    values = [(day, language.say("head.and").join(_named(names, cells, context))) for day, cells in rows]
    chart = chart_of(context, f"classes-{context.slug}", title, kind, figure, values=values)
    return Classes(chart, names, context.metric(CLASSES), rows)


def _named(names: Sequence[str], cells: Sequence[Row], context: Context) -> list[str]:
    return [f"{name} {findings.value_text(row.cell, context.language)}" for name, row in zip(names, cells, strict=True)]


def _share(cell: Cell) -> float | None:
    return cell.value if cell.state == "shown" else None


def weekday_name(context: Context, day: str) -> str:
    return context.language.say("table.weekday", day=context.language.form.WEEKDAYS[int(day) - 1])


def _bar(context: Context, name: str, cell: Cell, colour: str = MAIN) -> Bar:
    return Bar(
        name, _share(cell), findings.value_text(cell, context.language), cell.interval_low, cell.interval_high, colour
    )
