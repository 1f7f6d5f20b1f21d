"""The figures of one tool in one month: habit, day rate, reach at equal days, with their published comparisons.

What does not belong here: sentences (head.py), panels (headline_panels.py), pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pipelines.pages.figures.cells import Cell
from pipelines.pages.figures.subjects import HABIT, Subject
from pipelines.pages.figures.verdicts import Change, Difference
from pipelines.pages.views.context import Context, Row
from pipelines.pages.views.remarks import remarks

# Habit of telework is told of those who can: the habitual and the capable, two published counts.
HABITUAL, CAPABLE = "funnel_habitual", "funnel_licensed"


@dataclass(frozen=True)
class Habit:
    """People with a habit among those it is told of; `cells` are the published figures it is made of."""

    cells: tuple[Cell, ...]
    people: float | None
    of_people: float | None
    notes: tuple[str, ...]

    @property
    def state(self) -> str:
        hidden = [cell for cell in self.cells if cell.state != "shown"]
        return hidden[0].state if hidden else "shown" if self.value is not None else "missing"

    @property
    def value(self) -> float | None:
        return self.people / self.of_people if self.people is not None and self.of_people else None

    @property
    def is_provisional(self) -> bool:
        return any(cell.is_provisional for cell in self.cells)


@dataclass(frozen=True)
class Tool:
    """`change` and `difference` are those of the day rate, the figure that is judged."""

    subject: Subject
    name: str
    habit: Habit
    day: Row
    change: Change | None
    difference: Difference | None
    equal: Row


def tool_of(context: Context, subject: Subject) -> Tool:
    day = context.current_row(subject.day_rate)
    return Tool(
        subject=subject,
        name=context.language.say(f"subject.{subject.key}.noun"),
        habit=habit_of(context, subject, context.start),
        day=day,
        change=day.change,
        difference=context.published.verdicts.difference(day.cell),
        equal=context.current_row(subject.equal_days),
    )


def habit_of(context: Context, subject: Subject, start: date) -> Habit:
    """Of all staff who can be judged; of telework of those who can, for whom it is at least so many."""
    ids = (HABITUAL, CAPABLE) if subject.is_at_least else (HABIT,)
    cells = tuple(
        context.published.part((context.department.key, context.kind, start, metric_id), "tool", subject.key)
        for metric_id in ids
    )
    first, last = cells[0], cells[-1]
    of_people = last.numerator if subject.is_at_least else last.denominator
    notes = tuple(dict.fromkeys(note for cell in cells for note in remarks(cell, context.periods, context.language)))
    return Habit(cells, first.numerator, of_people, notes)
