"""What each page shows, as plain values for its template: the whole organisation, one 部, definitions and data.

What does not belong here: HTML (templates/), files (site/), the making of the parts (headline_panels.py, sections.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipelines.pages.figures.periods import PeriodKind, Periods
from pipelines.pages.figures.queries import Department, Published
from pipelines.pages.figures.subjects import SUBJECTS
from pipelines.pages.views import sections
from pipelines.pages.views.chart import Chart
from pipelines.pages.views.context import Context
from pipelines.pages.views.data_page import data_sections
from pipelines.pages.views.external_page import FIGURES as EXCHANGE_FIGURES
from pipelines.pages.views.external_page import external_page, sizes
from pipelines.pages.views.habits import habits, phones
from pipelines.pages.views.headline_panels import panel_view
from pipelines.pages.views.largest_changes import largest_changes
from pipelines.pages.views.organisations import AS_WAS, Organisation, in_todays_organisation, organisations
from pipelines.pages.views.seats import seats, weekday_seats
from pipelines.pages.views.telework_page import telework_page, weekday_rates
from pipelines.pages.wording.language import Language

INDEX_FILE, DATA_FILE = "index.html", "data.html"
TELEWORK_FILE, EXTERNAL_FILE = "telework.html", "external.html"
# What the switch offers, the period shown first in front.
KINDS: tuple[PeriodKind, ...] = ("month", "week", "fiscal_year")


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
        _telework(published, periods, language),
        _external(published, periods, language),
        _data(published, periods, language),
    ]


def page_file(department: Department) -> str:
    """dept-0100.html; characters of a code that do not belong into a file name are written as their number."""
    safe = "".join(c if c.isascii() and c.isalnum() else f"_{ord(c):x}" for c in department.key)
    return f"dept-{safe}.html"


def _index(published: Published, periods: Periods, language: Language) -> Page:
    contexts = _contexts(published, periods, language, published.root())
    views = [panel_view(context) for context in contexts]
    values = _frame(contexts[0]) | {
        "views": views,
        "largest_changes": [largest_changes(context) for context in contexts],
        "organisations": organisations(contexts[0]),
        "today_keys": {section.key for section in in_todays_organisation(published).sections()},
        "all_rows": sections.all_rows(contexts[0]),
    }
    return Page(INDEX_FILE, "index.html.j2", values, [chart for view in views for chart in view.charts])


def _department(published: Published, periods: Periods, language: Language, section: Department) -> Page:
    contexts = _contexts(published, periods, language, section)
    context = contexts[0]
    views = [panel_view(one) for one in contexts]
    units = published.units(section)
    people, external = sections.people_section(context), sections.external_section(context)
    current = [unit for unit in units if context.existed_in(unit, context.month)]
    unit_charts = sections.unit_charts(context, current) if current else []
    values = _frame(context) | {
        "views": views,
        "units": current,
        "unit_charts": unit_charts,
        "unit_metrics": [context.metric(subject.reach) for subject in SUBJECTS],
        "unit_rows": sections.unit_rows(context, current),
        "organisations": [Organisation(AS_WAS, sections.heats(context, units, "unit"))] if units else [],
        "people": people,
        "external": external,
        "all_rows": sections.all_rows(context),
    }
    extra, extra_charts = _department_parts(context)
    values |= extra
    charts = [*(chart for view in views for chart in view.charts), *unit_charts, people.chart, *external.charts]
    charts += extra_charts
    return Page(page_file(section), "department.html.j2", values, charts)


def _department_parts(context: Context) -> tuple[dict[str, Any], list[Chart]]:
    """Habit, phones, seats, weekdays and sizes of one 部, and their charts."""
    habit, phone = habits(context), phones(context)
    needed, at_desk, by_weekday = seats(context, []), weekday_seats(context), weekday_rates(context)
    by_size = sizes(context)
    values = {
        "habits": habit,
        "phones": phone,
        "seats": needed,
        "weekday_seats": at_desk if needed else None,
        "weekdays": by_weekday if needed else None,
        "sizes": by_size,
        "exchange": [context.current_row(metric_id) for metric_id in EXCHANGE_FIGURES],
    }
    drawn = [habit.habit, habit.tiers, phone, by_size, *((at_desk, by_weekday) if needed else ())]
    return values, [part.chart for part in drawn if part]


def _contexts(published: Published, periods: Periods, language: Language, department: Department) -> list[Context]:
    return [Context(published, periods, language, department, kind) for kind in KINDS]


def _telework(published: Published, periods: Periods, language: Language) -> Page:
    contexts = _contexts(published, periods, language, published.root())
    values = _frame(contexts[0]) | telework_page(contexts)
    charts = [*(chart for view in values["views"] for chart in view.charts), values["people"].chart]
    return Page(TELEWORK_FILE, "telework.html.j2", values, charts)


def _external(published: Published, periods: Periods, language: Language) -> Page:
    contexts = _contexts(published, periods, language, published.root())
    values = _frame(contexts[0]) | external_page(contexts)
    charts = [*(chart for view in values["views"] for chart in view.charts), *values["trend"].charts]
    return Page(EXTERNAL_FILE, "external.html.j2", values, charts)


def _data(published: Published, periods: Periods, language: Language) -> Page:
    context = Context(published, periods, language, published.root())
    values = _frame(context) | data_sections(context)
    return Page(DATA_FILE, "data.html.j2", values, [values["status"].chart] if values["status"] else [])


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
        "telework_file": TELEWORK_FILE,
        "external_file": EXTERNAL_FILE,
        "today_keys": None,
    }
