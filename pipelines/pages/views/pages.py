"""What each page shows, as plain values for its template: the whole organisation, one 部, definitions and data.

What does not belong here: HTML (templates/), files (site/), the making of the parts (headline_panels.py, sections.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipelines.pages.figures.periods import PeriodKind, Periods
from pipelines.pages.figures.queries import Department, Published
from pipelines.pages.views import sections
from pipelines.pages.views.chart import Chart
from pipelines.pages.views.context import Context
from pipelines.pages.views.data_page import data_sections
from pipelines.pages.views.external_page import FIGURES as EXCHANGE_FIGURES
from pipelines.pages.views.external_page import SIZES, external_page, size_rows
from pipelines.pages.views.habits import habits
from pipelines.pages.views.headline_panels import panel_view
from pipelines.pages.views.mix_picture import mix_picture
from pipelines.pages.views.organisations import in_todays_organisation, organisations
from pipelines.pages.views.rule_lines import rule_lines
from pipelines.pages.views.seats import seats
from pipelines.pages.views.standing_out import standing_out
from pipelines.pages.views.telework_page import telework_page
from pipelines.pages.views.telework_range import telework_range
from pipelines.pages.views.what_next import what_next
from pipelines.pages.wording.language import Language

INDEX_FILE, DATA_FILE = "index.html", "data.html"
TELEWORK_FILE, EXTERNAL_FILE = "telework.html", "external.html"
# What the switch of the pages about one tool offers, the period shown first in front.
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
    context = Context(published, periods, language, published.root())
    values = _frame(context) | {
        "view": panel_view(context),
        "rules": rule_lines(context),
        "picture": mix_picture(context, published.sections(), with_words=True),
        "standing_out": standing_out(context),
        "steps": what_next(context),
        "organisations": organisations(context),
        "today_keys": {section.key for section in in_todays_organisation(published).sections()},
        "week_table": sections.week_table(context),
        "all_rows": sections.all_rows(context),
    }
    return Page(INDEX_FILE, "index.html.j2", values, [])


def _department(published: Published, periods: Periods, language: Language, section: Department) -> Page:
    context = Context(published, periods, language, section)
    units = [unit for unit in published.units(section) if context.existed(unit)]
    values = _frame(context) | {
        "view": panel_view(context),
        "rules": rule_lines(context),
        "picture": mix_picture(context, units, with_words=False),
        "steps": what_next(context),
        "range": telework_range(context, units),
        "seats": seats(context, units),
        "habits": habits(context),
        "sizes": size_rows(context),
        "size_metric": context.metric(SIZES),
        "exchange": [context.current_row(metric_id) for metric_id in EXCHANGE_FIGURES],
        "week_table": sections.week_table(context),
        "all_rows": sections.all_rows(context),
    }
    return Page(page_file(section), "department.html.j2", values, [])


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
