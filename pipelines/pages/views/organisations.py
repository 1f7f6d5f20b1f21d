"""Two ways to look at the past: the organisation as it was, and the departments of today with what they carry on.

What does not belong here: how figures are carried over (warehouse/publish/metrics_today.py), the tables themselves
(sections.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipelines.pages.figures.queries import Department, Published
from pipelines.pages.views.context import Context
from pipelines.pages.views.sections import MonthTable, month_tables

AS_WAS, TODAY = "as_was", "today"


@dataclass(frozen=True)
class Organisation:
    """One choice of the switch: its tables, and in a sentence what it means.

    Where both are the same the tables stand in the page once: today's has none, those as it was are `shown_as` both.
    """

    key: str
    tables: list[MonthTable]
    note: str
    shown_as: str = AS_WAS

    @property
    def prefix(self) -> str:
        """Before the names of elements that each organisation has."""
        return "" if self.key == AS_WAS else f"{self.key}-"


def organisations(context: Context) -> list[Organisation]:
    """部 by month: as it was first, then in today's organisation."""
    published = context.published
    today = in_todays_organisation(published)
    shown = [
        month_tables(context, published.sections()),
        month_tables(replace(context, published=today), today.sections()),
    ]
    say = context.language.say
    last = context.language.form.full_date(published.publication.last_date)
    was = say("organisation.was")
    if _figures(shown[0]) == _figures(shown[1]):
        same = say("organisation.same", date=last)
        return [Organisation(AS_WAS, shown[0], was, f"{AS_WAS} {TODAY}"), Organisation(TODAY, [], same)]
    meaning = say("organisation.meaning", date=last)
    return [Organisation(AS_WAS, shown[0], was), Organisation(TODAY, shown[1], meaning, TODAY)]


def in_todays_organisation(published: Published) -> Published:
    """The same file with the months of today's departments, each since the first month in which it carries on any."""
    first_months: dict[str, date] = {}
    for key, _, start, _ in published.today_cells:
        first_months[key] = min(start, first_months.get(key, start))
    departments = tuple(
        replace(unit, first_day=min(unit.first_day, first_months[unit.key]))
        for unit in published.departments
        if unit.key in first_months and _exists_today(unit, published)
    )
    return replace(published, cells=published.today_cells, departments=departments)


def _exists_today(unit: Department, published: Published) -> bool:
    last = published.publication.last_date
    return unit.existed_between(last, last)


def _figures(shown: Sequence[MonthTable]) -> list[tuple]:
    return [
        (table.key, row.department.key, [cell and cell.cell for cell in row.cells])
        for table in shown
        for row in table.rows
    ]
