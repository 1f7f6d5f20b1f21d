"""The four headline panels, one tool each: habit, day rate with its verdicts, reach at equal days, one fact, target.

What does not belong here: the answer above them (head.py), the picture of departments (mix_picture.py), words (texts/).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pipelines.pages.charts.drawings import LineDrawing, LinePoint, line_drawing
from pipelines.pages.figures.cells import Cell
from pipelines.pages.figures.periods import month_before
from pipelines.pages.figures.subjects import HABIT, SUBJECTS, Subject
from pipelines.pages.figures.targets import Target
from pipelines.pages.figures.verdicts import ComparedWith
from pipelines.pages.views import findings
from pipelines.pages.views.context import Context, Row
from pipelines.pages.views.head import Head, head_of
from pipelines.pages.views.target_words import TargetWords, target_words, targets_of
from pipelines.pages.views.tools import Habit, Tool, habit_of, tool_of
from pipelines.pages.views.verdict_words import Judged, judged_change, judged_difference

MONTHS_SHOWN = 12
# Upper ends of the charts of a 部, which have the day rate only.
TOPS = (0.3, 0.6, 1.0)
OTHER_PERIODS: tuple[ComparedWith, ...] = ("april", "year_before")


@dataclass(frozen=True)
class Month:
    """One line of the table behind a panel."""

    label: str
    habit: Habit
    day: Row


@dataclass(frozen=True)
class Panel:
    """`difference` is None on the page of 全庁; `since` are the changes from April and from a year ago."""

    tool: Tool
    label: str
    change: Judged
    difference: Judged | None
    before: str
    equal: Judged
    equal_people: str
    fact: dict[str, str]
    targets: list[TargetWords]
    drawing: LineDrawing
    months: list[Month]
    since: list[tuple[str, Judged]]


@dataclass(frozen=True)
class PanelView:
    context: Context
    head: Head
    panels: list[Panel]


def panel_view(context: Context) -> PanelView:
    tools = [tool_of(context, subject) for subject in SUBJECTS]
    targets = [(tool, *found) for tool in tools for found in targets_of(context, tool.subject)]
    months = context.periods.months[-MONTHS_SHOWN:]
    months = [month for month in months if month <= context.month and context.existed_in(context.department, month)]
    top = 1.0 if context.is_whole else _top(context, tools, months)
    return PanelView(context, head_of(context, tools, targets), [_panel(context, tool, months, top) for tool in tools])


def _top(context: Context, tools: Sequence[Tool], months: Sequence[date]) -> float:
    """One height for all four, so that telework does not look as large as chat."""
    cells = [context.cell(tool.subject.day_rate, "month", month) for tool in tools for month in months]
    expected = [difference.expected or 0.0 for tool in tools if (difference := tool.difference)]
    most = max([*(cell.value or 0.0 for cell in cells), *expected])
    return next((top for top in TOPS if most <= top), TOPS[-1])


def _panel(context: Context, tool: Tool, months: Sequence[date], top: float) -> Panel:
    language, verdicts = context.language, context.published.verdicts
    cell = tool.day.cell
    table = [
        Month(
            language.form.month(month),
            habit_of(context, tool.subject, month),
            context.row("", context.cell(tool.subject.day_rate, "month", month)),
        )
        for month in months
    ]
    before = tool.change.other_start if tool.change else month_before(context.start)
    since = [(name, verdicts.change(cell, name)) for name in OTHER_PERIODS]
    targets = targets_of(context, tool.subject)
    drawing = (
        _whole_drawing(context, tool, table, targets) if context.is_whole else _own_drawing(context, tool, table, top)
    )
    return Panel(
        tool=tool,
        label=language.say(f"subject.{tool.subject.key}.label"),
        change=judged_change(context, cell, tool.change),
        difference=None if context.is_whole else judged_difference(context, cell, tool.difference),
        before=language.form.month(before),
        equal=judged_change(context, tool.equal.cell, tool.equal.change),
        equal_people=_equal_people(context, tool.equal.cell),
        fact=_fact(context, tool.subject),
        targets=[target_words(what, target, language) for what, target in targets],
        drawing=drawing,
        months=table,
        since=[
            (language.say(f"panel.since_{name}"), judged_change(context, cell, change))
            for name, change in since
            # In May the month before is April.
            if change and not (tool.change and change.other_start == tool.change.other_start)
        ],
    )


def _equal_people(context: Context, cell: Cell) -> str:
    """Whom reach at equal days is about, and how many were left out of it."""
    say, form = context.language.say, context.language.form
    if cell.state != "shown" or cell.people is None:
        return ""
    left_out = cell.left_out_people or 0
    # So few that they are not counted on a page are told without their number.
    is_told = left_out >= context.published.publication.min_group
    key = "panel.left_out" if is_told else "panel.left_out_few" if left_out else "panel.left_out_none"
    return say("panel.equal_people", people=form.people(cell.people), left_out=say(key, people=form.people(left_out)))


def _fact(context: Context, subject: Subject) -> dict[str, str]:
    """One more figure of the tool: its name, the figure, what it is made of."""
    language, form = context.language, context.language.form
    cell = context.current(subject.fact)
    texts = f"fact.{subject.key}"
    label = language.say(f"{texts}.label")
    value = cell.bound_high if subject.is_at_least else cell.value
    if cell.state != "shown" or value is None:
        return {"label": label, "value": findings.value_text(cell, language), "of": ""}
    said = {
        "value": form.percent(value) if context.metric(subject.fact).is_percent else form.number(round(value)),
        "numerator": form.number(round(cell.numerator or 0)),
        "denominator": form.number(round(cell.denominator or 0)),
        "limit": form.megabytes(context.published.publication.mail_limit_bytes),
    }
    return {"label": label, "value": language.say(f"{texts}.value", **said), "of": language.say(f"{texts}.of", **said)}


def _whole_drawing(
    context: Context, tool: Tool, table: Sequence[Month], targets: Sequence[tuple[str, Target]]
) -> LineDrawing:
    """Habit and day rate; dashed between months that are not compared."""
    language, form = context.language, context.language.form
    habit = [
        LinePoint(
            month.habit.value if month.habit.state == "shown" else None,
            _is_compared(context, _habit_cell(context, tool, month)),
            not month.habit.is_provisional,
        )
        for month in table
    ]
    day = [_day_point(context, month.day.cell) for month in table]
    # A target of the habit of all staff is none of those who can telework.
    aims = [
        target.target_value
        for what, target in targets
        if what == "day" or (what == "habit" and not tool.subject.is_at_least)
    ]
    last = {
        "habit": tool.habit.value if tool.habit.state == "shown" else None,
        "day": tool.day.cell.value if tool.day.cell.state == "shown" else None,
    }
    labels = {
        name: language.say(f"panel.line_{name}", value=form.whole_percent(value)) if value is not None else ""
        for name, value in last.items()
    }
    return line_drawing(
        [("quiet", labels["day"], day), ("main", labels["habit"], habit)],
        _month_ticks(context, table),
        top=1.0,
        percent=form.PERCENT,
        target=(aims[0], language.say("panel.line_target", value=form.whole_percent(aims[0]))) if aims else None,
        alternative=_alternative(context, tool, labels.values()),
    )


def _habit_cell(context: Context, tool: Tool, month: Month) -> Cell:
    key = (context.department.key, "month", month.day.cell.period_start, HABIT)
    return context.published.part(key, "tool", tool.subject.key)


def _own_drawing(context: Context, tool: Tool, table: Sequence[Month], top: float) -> LineDrawing:
    """The day rate of a 部 and what its staffing would give."""
    language, form = context.language, context.language.form
    cells = [month.day.cell for month in table]
    differences = [context.published.verdicts.difference(cell) for cell in cells]
    value = tool.day.cell.value if tool.day.cell.state == "shown" else None
    expected = tool.difference.expected if tool.difference else None
    own = language.say("panel.line_own", value=form.whole_percent(value)) if value is not None else ""
    other = language.say("panel.line_expected", value=form.whole_percent(expected)) if expected is not None else ""
    return line_drawing(
        [
            ("expected", other, [LinePoint(one.expected if one else None) for one in differences]),
            ("main", own, [_day_point(context, cell) for cell in cells]),
        ],
        _month_ticks(context, table),
        top=top,
        percent=form.PERCENT,
        alternative=_alternative(context, tool, (own, other)),
    )


def _day_point(context: Context, cell: Cell) -> LinePoint:
    value = cell.value if cell.state == "shown" else None
    return LinePoint(value, _is_compared(context, cell), not cell.is_provisional)


def _is_compared(context: Context, cell: Cell) -> bool:
    change = context.published.verdicts.change(cell)
    return change is not None and change.because is None


def _month_ticks(context: Context, table: Sequence[Month]) -> list[str]:
    """The first and the last month by name, those between by number."""
    return [
        context.language.form.short_month(month.day.cell.period_start)
        if place in (0, len(table) - 1)
        else str(month.day.cell.period_start.month)
        for place, month in enumerate(table)
    ]


def _alternative(context: Context, tool: Tool, labels: Iterable[str]) -> str:
    say = context.language.say
    parts = say("head.and").join(label for label in labels if label)
    return say("panel.alternative", name=say(f"subject.{tool.subject.key}.label"), values=parts)
