"""Habit on the page of a 部: who uses each tool by habit, the way from licence to habit, tiers of chat, phones.

What does not belong here: reach (headline_panels.py). All is told of one month, against 全庁.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.pages.charts import line_charts
from pipelines.pages.charts.parts import Bar
from pipelines.pages.charts.style import BAR, REFERENCE
from pipelines.pages.figures.cells import Metric, compare
from pipelines.pages.figures.queries import ROOT
from pipelines.pages.views import findings
from pipelines.pages.views.chart import Chart, bar_labels, chart_of
from pipelines.pages.views.context import Context, Row
from pipelines.pages.views.history_charts import history_chart, history_rows
from pipelines.pages.views.sections import HEAT_CLASSES, shade

TOOLS = ("chat", "meeting", "telework", "box", "files")
STEPS = ("funnel_licensed", "funnel_ever", "funnel_recent", "funnel_habitual")
TIERS = ("power", "habitual", "novice", "low", "non_user", "too_new")
HABIT, NEW, TIER, PHONES = "habit_share", "too_new_share", "tier_share", "mobile_reach"


@dataclass(frozen=True)
class Pair:
    """A figure of the 部 and the same of 全庁."""

    label: str
    own: Row
    whole: Row


@dataclass(frozen=True)
class Compared:
    chart: Chart
    metric: Metric
    pairs: list[Pair]


@dataclass(frozen=True)
class FunnelRow:
    label: str
    cells: list[tuple[Row, int | None]]


@dataclass(frozen=True)
class Phones:
    finding: str
    chart: Chart
    metric: Metric
    history: list[Row]


@dataclass(frozen=True)
class Habits:
    """None of the parts is there where nothing is published of it, as in the first weeks of the data."""

    habit: Compared | None
    tiers: Compared | None
    steps: list[Metric]
    funnel: list[FunnelRow]
    too_new: Pair


def habits(context: Context) -> Habits:
    language = context.language
    names = {tool: language.say(f"tool.{tool}") for tool in TOOLS}
    return Habits(
        habit=_compared(context, HABIT, "tool", names),
        tiers=_compared(context, TIER, "tier", {tier: language.say(f"tier.{tier}") for tier in TIERS}),
        steps=[context.metric(step) for step in STEPS],
        funnel=_funnel(context, names),
        too_new=_pair(context, NEW, "tool", TOOLS[0], context.metric(NEW).name),
    )


def _pair(context: Context, metric_id: str, segment_kind: str, segment: str, label: str) -> Pair:
    return Pair(
        label,
        context.row(label, context.part(metric_id, segment_kind, segment)),
        context.row(label, context.part(metric_id, segment_kind, segment, ROOT)),
    )


def _compared(context: Context, metric_id: str, segment_kind: str, names: dict[str, str]) -> Compared | None:
    """Bars of the 部 in blue, 全庁 under each in grey."""
    language = context.language
    pairs = [_pair(context, metric_id, segment_kind, segment, name) for segment, name in names.items()]
    if all(pair.own.cell.state == "missing" for pair in pairs):
        return None
    bars = [
        _bar(context, name, row, colour)
        for pair in pairs
        for name, row, colour in (
            (pair.label, pair.own, BAR),
            (language.say("habits.of_whole", name=pair.label), pair.whole, REFERENCE),
        )
    ]
    named = [findings.Named(pair.label, pair.own.cell, compare(pair.own.cell, pair.whole.cell)) for pair in pairs]
    title = findings.against_whole(context.metric(metric_id).name, context.period_name, named, language)
    figure = line_charts.department_bars(bars, language.texts["chart"], name_width=11)
    kind = language.say("habits.kind", name=context.metric(metric_id).name, period=context.period_name)
    chart = chart_of(context, metric_id.replace("_", "-"), title, kind, figure, values=bar_labels(bars))
    return Compared(chart, context.metric(metric_id), pairs)


def _bar(context: Context, name: str, row: Row, colour: str) -> Bar:
    cell = row.cell
    value = cell.value if cell.state == "shown" else None
    return Bar(name, value, findings.value_text(cell, context.language), cell.interval_low, cell.interval_high, colour)


def _funnel(context: Context, names: dict[str, str]) -> list[FunnelRow]:
    step = 1 / HEAT_CLASSES
    rows = []
    for tool, name in names.items():
        cells = [context.row("", context.part(metric_id, "tool", tool)) for metric_id in STEPS]
        if any(row.cell.state != "missing" for row in cells):
            rows.append(FunnelRow(name, [(row, shade(row.cell, step)) for row in cells]))
    return rows


def phones(context: Context) -> Phones:
    language, metric = context.language, context.metric(PHONES)
    own, whole = context.current(PHONES), context.current(PHONES, ROOT)
    finding = findings.against_whole(
        metric.name,
        context.period_name,
        [findings.Named(language.say("phones.people"), own, compare(own, whole))],
        language,
    )
    history = history_rows(context, PHONES)
    chart = history_chart(context, PHONES, history, slug="phones", title=finding, target=None)
    return Phones(finding, chart, metric, history)
