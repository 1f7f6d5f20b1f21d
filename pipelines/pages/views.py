"""What each page shows, as plain values for its template: the whole organisation, one 部, definitions and data.

What does not belong here: HTML (templates/), files (site.py), the making of the parts (panels.py, sections.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipelines.pages import panels, sections
from pipelines.pages.context import Chart, Context
from pipelines.pages.data_view import data_sections
from pipelines.pages.language import Language
from pipelines.pages.periods import Periods
from pipelines.pages.queries import Department, Published

INDEX_FILE, DATA_FILE = "index.html", "data.html"


@dataclass(frozen=True)
class Page:
    """A page before it is written: its file, its template, its values and the charts to embed."""

    file_name: str
    template: str
    values: dict[str, Any]
    charts: list[Chart]


def pages(published: Published, language: Language) -> list[Page]:
    """All pages of the site, the index first."""
    periods = Periods.of(published)
    return [
        _index(published, periods, language),
        *(_department(published, periods, language, section) for section in published.sections()),
        _data(published, periods, language),
    ]


def page_file(department: Department) -> str:
    """dept-0100.html; characters of a code that do not belong into a file name are written as their number."""
    safe = "".join(c if c.isascii() and c.isalnum() else f"_{ord(c):x}" for c in department.key)
    return f"dept-{safe}.html"


def _index(published: Published, periods: Periods, language: Language) -> Page:
    context = Context(published, periods, language, published.root())
    shown = panels.panels(context)
    people, external = sections.people_section(context), sections.external_section(context)
    members = published.sections()
    values = _common(context, shown) | {
        "heats": sections.heats(context, members, "section"),
        "people": people,
        "external": external,
        "all_rows": sections.all_rows(context),
    }
    charts = [*(panel.chart for panel in shown), people.chart, *external.charts]
    return Page(INDEX_FILE, "index.html.j2", values, charts)


def _department(published: Published, periods: Periods, language: Language, section: Department) -> Page:
    context = Context(published, periods, language, section)
    shown = panels.panels(context)
    units = published.units(section)
    people, external = sections.people_section(context), sections.external_section(context)
    current = [unit for unit in units if context.existed_in(unit, context.month)]
    unit_charts = sections.unit_charts(context, current) if current else []
    values = _common(context, shown) | {
        "units": current,
        "unit_charts": unit_charts,
        "unit_rows": sections.unit_rows(context, current),
        "heats": sections.heats(context, units, "unit") if units else [],
        "people": people,
        "external": external,
        "all_rows": sections.all_rows(context),
    }
    charts = [*(panel.chart for panel in shown), *unit_charts, people.chart, *external.charts]
    return Page(page_file(section), "department.html.j2", values, charts)


def _data(published: Published, periods: Periods, language: Language) -> Page:
    context = Context(published, periods, language, published.root())
    values = _frame(context) | data_sections(context)
    return Page(DATA_FILE, "data.html.j2", values, [values["status"].chart] if values["status"] else [])


def _common(context: Context, shown: list[panels.Panel]) -> dict[str, Any]:
    return _frame(context) | {
        "panels": shown,
        "answer": panels.answer(context, shown),
        "answer_notes": _answer_notes(context),
    }


def _frame(context: Context) -> dict[str, Any]:
    """What the header and the footer of every page print."""
    return {
        "publication": context.published.publication,
        "context": context,
        "periods": context.periods,
        "department": context.department,
        "sections": [(section, page_file(section)) for section in context.published.sections()],
        "index_file": INDEX_FILE,
        "data_file": DATA_FILE,
    }


def _answer_notes(context: Context) -> list[str]:
    """Under the answer: which days it rests on, whether it is complete, how new the data are."""
    language, form, periods = context.language, context.language.form, context.periods
    notes = []
    working_days = len(periods.working_days_of("month", context.month))
    if periods.is_whole("month", context.month):
        note = language.say("answer_note.working_days", month=form.full_month(context.month), count=working_days)
        before = context.previous_month
        if before:
            days_before = len(periods.working_days_of("month", before))
            key = "previous_working_days" if days_before == working_days else "different_working_days"
            note += language.say(f"answer_note.{key}", month=form.month(before), count=days_before)
        notes.append(note + language.say("answer_note.stop"))
    else:
        span = context.published.publication
        inside = [day for day in periods.days_of("month", context.month) if span.first_date <= day <= span.last_date]
        notes.append(
            language.say(
                "answer_note.partial",
                month=form.full_month(context.month),
                span=form.date_range(inside[0], inside[-1]),
            )
        )
    newest = [day for day in periods.newest.values() if day]
    if newest:
        notes.append(language.say("answer_note.newest", date=form.date_with_weekday(max(newest))))
    if periods.is_assumed("month", context.month) and periods.assumed_before:
        notes.append(language.say("answer_note.assumed", date=form.date_with_weekday(periods.assumed_before)))
    if periods.first_provisional_day:
        notes.append(language.say("answer_note.provisional", date=form.short_date(periods.first_provisional_day)))
    return notes
