"""The two languages say the same: same texts, same forms, same pages, and each leads to its twin."""

from __future__ import annotations

import inspect
import re
import string
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from pipelines.pages.figures.cells import Metric
from pipelines.pages.figures.queries import Published
from pipelines.pages.site.write import css_string
from pipelines.pages.wording import format_en, format_ja
from pipelines.pages.wording.language import LANGUAGES, Language, language
from tests.pages.fixture_parts import EMPLOYMENT_TYPES
from tests.pages.page_reader import PageReader

JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uff00-\uffef\u3000-\u303f]")


@pytest.fixture(scope="module")
def en() -> Language:
    return language("en")


def texts_of(branch: dict, path: str = "") -> Iterator[tuple[str, str]]:
    for key, value in branch.items():
        if isinstance(value, dict):
            yield from texts_of(value, f"{path}{key}.")
        else:
            yield path + key, value


def fields_of(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_language_has_the_same_texts_with_the_same_fields() -> None:
    first, *others = [dict(texts_of(language(code).texts)) for code in LANGUAGES]
    for other in others:
        assert set(other) == set(first)
        assert {key: fields_of(text) for key, text in other.items()} == {
            key: fields_of(text) for key, text in first.items()
        }


def test_no_text_is_left_in_the_other_language() -> None:
    english = dict(texts_of(language("en").texts))
    assert {key: text for key, text in english.items() if JAPANESE.search(text)} == {}


def public(module: ModuleType) -> dict[str, str]:
    """Names and signatures of what a format module offers."""
    functions = inspect.getmembers(module, lambda item: inspect.isfunction(item) and not item.__name__.startswith("_"))
    return {name: str(inspect.signature(function)) for name, function in functions}


def test_the_forms_of_both_languages_are_one_interface() -> None:
    assert public(format_en) == public(format_ja)
    for name in ("WEEKDAYS", "PERCENT", "RANGE", "BRACKETS"):
        assert len(getattr(format_en, name)) == len(getattr(format_ja, name))


def test_english_forms_of_numbers() -> None:
    blank = ("", "", "", "", "")
    assert format_en.percent(0.783) == "78.3%"
    assert format_en.interval(0.772, 0.7934) == "77.2–79.3%"
    assert format_en.signed_points(-0.021) == "−2.1 points"
    assert format_en.people(1) == "1 person"
    assert format_en.people(4683.5) == "4,683.5 people"
    assert format_en.metric_value(Metric("c", "", "files", "count", *blank), 1203) == "1,203 files"
    assert format_en.signed_value(Metric("c", "", "files", "count", *blank), -53) == "−53 files"


def test_english_forms_of_dates() -> None:
    day = date(2026, 7, 3)
    assert format_en.full_date(day) == "3 July 2026"
    assert format_en.date_with_weekday(day) == "Fri 3 July"
    assert format_en.slash_date(day) == "3 Jul"
    assert format_en.era_month(day) == "July 2026"
    assert format_en.date_range(date(2026, 2, 16), date(2026, 2, 16)) == "16 February"
    assert format_en.date_range(date(2026, 2, 16), date(2026, 2, 22)) == "16–22 February"
    assert format_en.date_range(date(2026, 1, 30), date(2026, 2, 2)) == "30 January – 2 February"
    assert format_en.date_range(date(2025, 12, 30), date(2026, 1, 2)) == "30 December 2025 – 2 January 2026"
    assert format_en.years([date(2025, 12, 22), date(2026, 1, 5)]) == "2025–2026"


def test_english_lists_end_with_and() -> None:
    assert format_en.listed(["chat"]) == "chat"
    assert format_en.listed(["chat", "web meetings", "Box"]) == "chat, web meetings and Box"


@pytest.mark.parametrize(
    ("count", "text"), [(1, "1 day missing"), (2, "2 days missing"), ("1,200", "1,200 days missing")]
)
def test_one_day_is_not_days(count: object, text: str, en: Language) -> None:
    assert en.say("mark.gap_days", count=count) == text


@pytest.mark.parametrize("name", ["index.html", "dept-0500.html", "dept-1900.html", "data.html"])
def test_a_page_leads_to_its_twin_and_back(site: Path, name: str) -> None:
    def links(page: Path) -> dict[str, Path]:
        tags = PageReader.of(page).tags
        found = [attributes for tag, attributes in tags if tag == "a" and "hreflang" in attributes]
        assert all(attributes["lang"] == attributes["hreflang"] for attributes in found)
        return {
            attributes["hreflang"] or "": (page.parent / (attributes["href"] or "")).resolve() for attributes in found
        }

    japanese, english = (site / name).resolve(), (site / "en" / name).resolve()
    assert links(japanese) == {"en": english}
    assert links(english) == {"ja": japanese}


def test_english_pages_hold_no_japanese_but_names(site: Path, published: Published) -> None:
    """In texts, attributes, charts and print margins alike; chart labels break long names over lines."""
    organisation = published.publication.organisation_name
    names = {unit.name for unit in published.departments} | {
        organisation,
        css_string(organisation).strip('"'),
        published.publication.simulated_note,
        language("ja").texts["site"]["language"],
        # Employment types carry the names that the organisation gave them.
        *EMPLOYMENT_TYPES,
    }
    for page in (site / "en").glob("*.html"):
        text = page.read_text(encoding="utf-8").replace("\\u003cbr\\u003e", "")
        for name in sorted(names, key=len, reverse=True):
            text = text.replace(name, "")
        found = JAPANESE.search(text)
        assert found is None, (page.name, text[max(0, found.start() - 80) : found.start() + 80] if found else "")
