"""The largest changes since the period before: 部 and subjects whose two intervals do not touch, largest first.

What does not belong here: the sentence about the whole organisation (headline_panels.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.pages.figures.cells import Metric
from pipelines.pages.figures.queries import Department
from pipelines.pages.figures.subjects import SUBJECTS
from pipelines.pages.views.context import Context, Row

MOST_LISTED = 5


@dataclass(frozen=True)
class LargestChange:
    """One subject of one 部; `row` has both figures and their comparison."""

    department: Department
    metric: Metric
    row: Row


@dataclass(frozen=True)
class LargestChanges:
    """`rose` and `fell` are empty where no change can be told from chance."""

    title: str
    finding: str
    rose: list[LargestChange]
    fell: list[LargestChange]


def largest_changes(context: Context) -> LargestChanges:
    """Up to five rises and five falls in the period of the context."""
    language = context.language
    before = language.say(f"view.before.{context.kind}")
    members = [unit for unit in context.published.sections() if context.existed(unit)]
    found = [
        LargestChange(unit, context.metric(subject.reach), context.current_row(subject.reach, unit.key))
        for unit in members
        for subject in SUBJECTS
    ]
    compared = [one for one in found if one.row.change.verdict != "unknown"]
    rose, fell = (
        sorted(
            (one for one in compared if one.row.change.verdict == verdict),
            key=lambda one: -abs(one.row.change.difference or 0.0),
        )
        for verdict in ("rose", "fell")
    )
    key = "largest_changes.finding" if rose or fell else "largest_changes.nothing"
    finding = language.say(
        key if compared else "largest_changes.uncompared",
        period=context.period_name,
        before=before,
        rose=len(rose),
        fell=len(fell),
        departments=len(members),
        subjects=len(SUBJECTS),
        compared=len(compared),
    )
    title = language.say("largest_changes.title", before=before)
    return LargestChanges(title, finding, rose[:MOST_LISTED], fell[:MOST_LISTED])
