"""The picture of departments: the day rate of each with its interval, and what its staffing would give beside it.

In official order, the words being the published verdicts; of 課 the interval alone. What does not belong here: which
department stands out among all (standing_out.py), the table behind the picture (the template).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.pages.charts.drawings import Axis, Mark, axes, mark
from pipelines.pages.figures.cells import Cell
from pipelines.pages.figures.queries import ROOT, Department
from pipelines.pages.figures.subjects import SUBJECTS, Subject
from pipelines.pages.figures.verdicts import DIFFERENCE_VERDICTS, STANDING_OUT, Difference
from pipelines.pages.views.context import Context, Row
from pipelines.pages.views.verdict_words import Judged, judged_difference

# An interval that reaches far beyond the dots would squeeze them together: it runs out at the edge.
LONGEST_WHISKER = 0.12
# A figure, its difference from the staffing, and whether that is told in words.
_Judgeable = tuple[Cell, Difference | None, bool]


@dataclass(frozen=True)
class Place:
    """One department and tool; `mark` is None where there is no figure to draw."""

    subject: Subject
    row: Row
    judged: Judged
    mark: Mark | None

    with_words: bool

    @property
    def style(self) -> str:
        """How the dot looks: filled, open, diamond; grey where nothing is expected, plain for 課."""
        if not self.with_words:
            return "plain"
        if self.judged.verdict in STANDING_OUT:
            return "apart"
        return {"same": "same", "cannot_tell": "open"}.get(self.judged.verdict, "bare")


@dataclass(frozen=True)
class PictureRow:
    department: Department
    places: list[Place]


@dataclass(frozen=True)
class MixPicture:
    """`with_words` is off for 課; `has_apart` and `has_bare` say which marks are used."""

    title: str
    tools: list[tuple[Subject, str, Axis]]
    rows: list[PictureRow]
    with_words: bool
    has_apart: bool
    has_bare: bool


def mix_picture(context: Context, members: Sequence[Department], *, with_words: bool) -> MixPicture | None:
    """None where no member has a figure."""
    lived = [unit for unit in members if context.existed(unit)]
    cells = {(unit.key, one.key): context.current(one.day_rate, unit.key) for unit in lived for one in SUBJECTS}
    if not any(cell.state == "shown" for cell in cells.values()):
        return None
    verdicts = context.published.verdicts
    differences = {key: verdicts.difference(cell) if with_words else None for key, cell in cells.items()}
    margin = verdicts.margin("difference_margin")
    wholes = [context.current(subject.day_rate, ROOT) for subject in SUBJECTS]
    extents = [
        _extent([(cells[unit.key, subject.key], differences[unit.key, subject.key]) for unit in lived], whole, margin)
        for subject, whole in zip(SUBJECTS, wholes, strict=True)
    ]
    drawn = axes(extents, [whole.value if whole.state == "shown" else None for whole in wholes])
    rows = [
        PictureRow(
            unit,
            [
                _place(
                    context,
                    subject,
                    axis,
                    (cells[unit.key, subject.key], differences[unit.key, subject.key], with_words),
                )
                for subject, axis in zip(SUBJECTS, drawn, strict=True)
            ],
        )
        for unit in lived
    ]
    counts = Counter(place.judged.verdict for row in rows for place in row.places if place.judged.verdict)
    say = context.language.say
    return MixPicture(
        title=_title(context, counts) if with_words else say("mix.title_units", count=len(rows)),
        tools=[(subject, _label(context, subject), axis) for subject, axis in zip(SUBJECTS, drawn, strict=True)],
        rows=rows,
        with_words=with_words,
        has_apart=any(counts[verdict] for verdict in STANDING_OUT),
        has_bare=any(place.mark and place.style == "bare" for row in rows for place in row.places),
    )


def _label(context: Context, subject: Subject) -> str:
    """The name of the tool; of telework the figures are what is known, so at least so many."""
    label = context.language.say(f"subject.{subject.key}.label")
    return context.language.say("mix.at_least", tool=label) if subject.is_at_least else label


def _extent(figures: Sequence[tuple[Cell, Difference | None]], whole: Cell, margin: float) -> tuple[float, float]:
    """From where to where an axis has to reach."""
    ends: list[float] = [whole.value] if whole.state == "shown" and whole.value is not None else []
    for cell, difference in figures:
        if cell.state != "shown" or cell.value is None:
            continue
        low, high = cell.interval_low, cell.interval_high
        ends.append(cell.value if low is None else max(low, cell.value - LONGEST_WHISKER))
        ends.append(cell.value if high is None else min(high, cell.value + LONGEST_WHISKER))
        if difference and difference.expected is not None:
            ends += [difference.expected - margin, difference.expected + margin]
    return (max(min(ends), 0.0), min(max(ends), 1.0)) if ends else (0.0, 1.0)


def _place(context: Context, subject: Subject, axis: Axis, judged: _Judgeable) -> Place:
    cell, difference, with_words = judged
    row = context.row("", cell)
    words = judged_difference(context, cell, difference)
    if cell.state != "shown" or cell.value is None:
        return Place(subject, row, words, None, with_words)
    expected = difference.expected if difference and words.verdict else None
    margin = context.published.verdicts.margin("difference_margin")
    drawn = mark(axis.scale, cell.value, (cell.interval_low, cell.interval_high), expected, margin)
    return Place(subject, row, words, drawn, with_words)


def _title(context: Context, counts: Counter[str]) -> str:
    """The finding: how many stand apart, and of how many what is said."""
    say = context.language.say
    total, apart = sum(counts.values()), sum(counts[verdict] for verdict in STANDING_OUT)
    if not total:
        return say("mix.title_none")
    parts = say("head.and").join(
        say("mix.count", word=say(f"verdict.{verdict}"), count=counts[verdict])
        for verdict in DIFFERENCE_VERDICTS
        if counts[verdict]
    )
    return say("mix.title_apart" if apart else "mix.title_alike", total=total, apart=apart, counts=parts)
