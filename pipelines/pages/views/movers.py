"""What moved most since the period before: 部 and subjects whose two intervals do not touch, largest first.

What does not belong here: the sentence about the whole organisation (panels.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.pages.figures.cells import Metric
from pipelines.pages.figures.queries import Department
from pipelines.pages.figures.subjects import SUBJECTS
from pipelines.pages.views.context import Context, Row

MOST_LISTED = 5


@dataclass(frozen=True)
class Mover:
    department: Department
    metric: Metric
    row: Row


@dataclass(frozen=True)
class Movers:
    """`rose` and `fell` are empty where nothing can be told to have moved."""

    title: str
    finding: str
    rose: list[Mover]
    fell: list[Mover]


def movers(context: Context) -> Movers:
    language = context.language
    before = language.say(f"view.before.{context.kind}")
    members = [unit for unit in context.published.sections() if context.existed(unit)]
    found = [
        Mover(unit, context.metric(subject.reach), context.current_row(subject.reach, unit.key))
        for unit in members
        for subject in SUBJECTS
    ]
    compared = [mover for mover in found if mover.row.change.verdict != "unknown"]
    rose, fell = (
        sorted(
            (mover for mover in compared if mover.row.change.verdict == verdict),
            key=lambda mover: -abs(mover.row.change.difference or 0.0),
        )
        for verdict in ("rose", "fell")
    )
    key = "movers.finding" if rose or fell else "movers.nothing"
    finding = language.say(
        key if compared else "movers.uncompared",
        period=context.period_name,
        before=before,
        rose=len(rose),
        fell=len(fell),
        departments=len(members),
        subjects=len(SUBJECTS),
        compared=len(compared),
    )
    title = language.say("movers.title", before=before)
    return Movers(title, finding, rose[:MOST_LISTED], fell[:MOST_LISTED])
