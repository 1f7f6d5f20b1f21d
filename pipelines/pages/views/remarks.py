"""What has to be said beside a figure: that it is provisional, incomplete, thinly covered, hidden or of few people.

What does not belong here: the words (texts/) and the figures and their marks (figures/).
"""

from __future__ import annotations

from typing import cast

from pipelines.pages.figures.cells import Cell
from pipelines.pages.figures.periods import PeriodKind, Periods
from pipelines.pages.wording.language import Language

USUAL_WORKING_DAYS = 5


def remarks(cell: Cell, periods: Periods, language: Language, *, with_coverage: bool = True) -> list[str]:
    """Short notes in the order of their weight; empty for a final figure of a whole period with good coverage.

    `with_coverage` is off where the coverage stands beside the figure anyway.
    """
    if cell.is_hidden:
        return [language.find(f"mark.hidden_reason_{cell.hidden_reason}", language.say("mark.hidden_reason_other"))]
    kind = cast("PeriodKind", cell.period_kind)
    notes = []
    datasets = periods.measures.datasets_of(cell)
    gaps = periods.gap_days(kind, cell.period_start, datasets)
    pending = periods.pending_days(kind, cell.period_start, datasets)
    if not periods.is_whole(kind, cell.period_start):
        notes.append(language.say("mark.partial"))
    if gaps:
        notes.append(language.say("mark.gap_days", count=len(gaps)))
    if pending:
        notes.append(language.say("mark.pending_days", count=len(pending)))
    if cell.is_provisional:
        notes.append(language.say("mark.provisional"))
    if periods.is_assumed(kind, cell.period_start):
        notes.append(language.say("mark.assumed_department"))
    if cell.is_of_few:
        notes.append(language.say("mark.few_people", count=cell.people))
    if with_coverage and cell.is_thinly_covered and cell.coverage_share is not None:
        notes.append(language.say("mark.low_coverage", value=language.form.percent(cell.coverage_share)))
    working_days = len(periods.working_days_of(kind, cell.period_start))
    if kind == "week" and working_days < USUAL_WORKING_DAYS:
        notes.append(language.say("mark.few_working_days", count=working_days))
    return notes
