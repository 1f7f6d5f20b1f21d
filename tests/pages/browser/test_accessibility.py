"""WCAG 2.2 AA as far as a machine can tell: axe-core on every kind of page, the keyboard, charts in words."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from pipelines.pages.wording.language import LANGUAGES, language
from tests.pages.chromium import Visit

AXE = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
# Departments share one template; these hold a hidden section, markup as a name, and an end within the span.
DEPARTMENTS = ("dept-0500.html", "dept-1900.html", "dept-2000.html")
CHARTS = "[data-figure]"
# The colours are those of the style sheet in either language, and take most of the time.
WITHOUT_COLOURS = {"rules": {"color-contrast": {"enabled": False}}}


def kinds(folder: Path) -> list[str]:
    """Every page that is not one of a department, and the chosen departments."""
    others = sorted(page.name for page in folder.glob("*.html") if not page.name.startswith("dept-"))
    return [*others, *DEPARTMENTS]


def violations(page: Page, **options: object) -> list[str]:
    found = page.evaluate("(options) => axe.run(document, options)", {"resultTypes": ["violations"], **options})
    return [
        f"{item['id']}: {item['help']}: {node['html'][:200]}" for item in found["violations"] for node in item["nodes"]
    ]


@pytest.mark.parametrize("code", LANGUAGES)
def test_axe_finds_nothing_on_any_kind_of_page(browser: Browser, site: Path, code: str) -> None:
    folder = site / language(code).folder
    for name in kinds(folder):
        if code != LANGUAGES[0] and name in DEPARTMENTS[1:]:
            continue  # the same words as in the first
        with Visit(browser, folder / name, viewport={"width": 1440, "height": 900}) as visit:
            page = visit.drawn()
            # Not a script of the page: the policy would refuse it.
            page.evaluate(AXE)
            if code != LANGUAGES[0]:
                assert violations(page, **WITHOUT_COLOURS) == [], name
                continue
            assert violations(page) == [], name
            page.emulate_media(color_scheme="dark")
            page.wait_for_function("matchMedia('(prefers-color-scheme: dark)').matches")
            only = {"type": "rule", "values": ["color-contrast"]}
            assert violations(page, runOnly=only) == [], f"{name} in the dark"


@pytest.mark.parametrize("name", ["index.html", "dept-0500.html", "data.html"])
def test_axe_finds_nothing_on_a_phone_with_everything_open(browser: Browser, site: Path, name: str) -> None:
    with Visit(browser, site / name, viewport={"width": 360, "height": 740}) as visit:
        page = visit.drawn()
        page.evaluate("document.querySelectorAll('details').forEach((item) => { item.open = true; })")
        page.evaluate(AXE)
        assert violations(page) == []


# The element in focus: its name for messages, whether it can be seen, and the ring around it.
FOCUS = """() => {
  const item = document.activeElement;
  const box = item.getBoundingClientRect();
  const style = getComputedStyle(item);
  return {
    name: `${item.tagName} ${item.className} ${item.textContent.trim().slice(0, 20)}`,
    isBody: item === document.body,
    isSeen: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    ring: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
    size: [box.width, box.height],
  };
}"""


@pytest.mark.parametrize(("name", "width"), [("index.html", 360), ("index.html", 1440), ("dept-0500.html", 1440)])
def test_every_stop_of_the_keyboard_is_seen_with_a_ring(browser: Browser, site: Path, name: str, width: int) -> None:
    with Visit(browser, site / name, viewport={"width": width, "height": 800}) as visit:
        page = visit.drawn()
        stops = []
        for _ in range(400):
            page.keyboard.press("Tab")
            stop = page.evaluate(FOCUS)
            if stop["isBody"]:
                break
            stops.append(stop)
        # Every link, switch, table and scrolling field there is to reach, in the order of the page, and no trap.
        reachable = page.evaluate(
            "[...document.querySelectorAll('a[href], summary, input, button, select, [tabindex=\"0\"]')].filter("
            "(item) => item.checkVisibility() && (item.type !== 'radio' || item.checked)).length"
        )
        assert len(stops) == reachable > 20
        assert [stop for stop in stops if not stop["isSeen"] or stop["ring"] < 2] == []


def test_the_switches_are_worked_by_arrow_keys(browser: Browser, site: Path) -> None:
    with Visit(browser, site / "index.html", viewport={"width": 360, "height": 740}) as visit:
        page = visit.drawn()
        page.get_by_role("radio", name="チャット", exact=True).focus()
        page.keyboard.press("ArrowRight")
        assert page.locator("#heat-meeting").is_visible()
        assert not page.locator("#heat-chat").is_visible()
        assert page.evaluate("document.activeElement.value") == "heat-meeting"


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_chart_is_said_in_words_and_has_its_table(browser: Browser, site: Path, code: str) -> None:
    folder = site / language(code).folder
    for name in kinds(folder) if code == LANGUAGES[0] else ["index.html", "data.html"]:
        with Visit(browser, folder / name) as visit:
            charts = (
                visit.drawn()
                .locator(CHARTS)
                .evaluate_all(
                    """(charts) => charts.map((chart) => {
                  const section = chart.closest("section");
                  const heading = section.querySelector("h2, h3");
                  const finding = chart.parentElement.querySelector("h3") ?? heading;
                  return {
                    said: chart.getAttribute("aria-label"), finding: finding.textContent, name: chart.id,
                    kind: chart.parentElement.querySelector("figcaption").textContent,
                    tables: section.querySelectorAll("table").length,
                  };
                })"""
                )
            )
        assert charts
        for chart in charts:
            assert chart["kind"] in chart["said"], (name, chart)
            assert chart["tables"] > 0, (name, chart)
            if name != "data.html":
                assert chart["finding"] in chart["said"], (name, chart)
