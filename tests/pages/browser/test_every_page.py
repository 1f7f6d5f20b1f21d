"""Every kind of page, opened once in Chromium: no word, no network, charts drawn and told, any width, axe, paper.

Each test leaves the page as it found it. What somebody does with a page (keys, switches, addresses) is in
test_browser.py and test_accessibility.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.pages.axe import WITHOUT_COLOURS, violations
from tests.pages.chromium import Visit, two_frames
from tests.pages.paper import AREA_WIDTH, is_printed, plain, printed

# Departments share one template; these hold a hidden section, markup as a name, and an end within the span.
DEPARTMENTS = ("dept-0500.html", "dept-1900.html", "dept-2000.html")
KINDS = ("data.html", "external.html", "index.html", "telework.html")
# In the other language the words of one department are those of all.
PAGES = (*KINDS, *DEPARTMENTS, *(f"en/{name}" for name in (*KINDS, DEPARTMENTS[0])))
# For each page how many charts it has, and how many of them the period shown first has.
CHARTS = {
    "index.html": (0, 0),
    "dept-0500.html": (0, 0),
    "telework.html": (13, 6),
    "external.html": (10, 6),
    "data.html": (1, 1),
}
SCREEN = {"width": 1440, "height": 900}

A4_POINTS = (595, 842)
SIMULATED = "シミュレーションデータです。実在の団体・職員とは関係ありません。"
# Left and right margin of the style sheet, 12 mm, in points, less the empty half of a full-width bracket.
MARGIN_POINTS = 12 / 25.4 * 72 - 5
# More sheets than this means that something stands alone on a sheet or grew without anybody looking.
MOST_SHEETS = {
    ("index.html", False): 9, ("index.html", True): 10,
    ("dept-0500.html", False): 4, ("dept-0500.html", True): 7,
    ("telework.html", False): 7, ("telework.html", True): 10,
    ("external.html", False): 5, ("external.html", True): 7,
    ("data.html", False): 5, ("data.html", True): 6,
    ("en/index.html", False): 11,
}  # fmt: skip
# Charts enlarged until they look like posters, or too tall for a sheet of A4 landscape with their heading.
SWOLLEN = """() => [...document.querySelectorAll("[data-figure] .main-svg")].filter((drawing) => {
  const box = drawing.getBoundingClientRect();
  return box.width > 1.3 * drawing.viewBox.baseVal.width || box.height > 600;
}).map((drawing) => drawing.closest("[data-figure]").id)"""
CUT = """(width) => [...document.querySelectorAll("main :is(table, .main-svg, p, h2, h3, dl)")].filter(
  (item) => item.getBoundingClientRect().right > width + 1).map((item) => item.outerHTML.slice(0, 99))"""
SAID = """(charts) => charts.map((chart) => {
  const section = chart.closest("section");
  const heading = section.querySelector("h2, h3");
  const finding = chart.parentElement.querySelector("h3") ?? heading;
  return {
    said: chart.getAttribute("aria-label"), finding: finding.textContent, name: chart.id,
    kind: chart.parentElement.querySelector("figcaption").textContent,
    tables: section.querySelectorAll("table").length,
  };
})"""


@pytest.fixture(scope="module", params=PAGES)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def visit(browser: Browser, site: Path, name: str) -> Iterator[Visit]:
    """The page, drawn: opening it takes longer than most of what is asked of it."""
    with Visit(browser, site / name, viewport=SCREEN) as visit:
        visit.drawn()
        yield visit


def test_every_kind_of_page_is_among_them(site: Path) -> None:
    assert {path.name for path in site.glob("*.html") if not path.name.startswith("dept-")} == {*KINDS}
    assert all((site / page).is_file() for page in PAGES)


def test_it_opens_from_a_folder_without_a_word_and_without_the_network(visit: Visit, name: str) -> None:
    assert visit.said == []
    assert [url for url in visit.asked if not url.startswith(("file://", "data:"))] == []
    charts = visit.page.locator("[data-figure]")
    shown = [place for place in range(charts.count()) if charts.nth(place).is_visible()]
    if name in CHARTS:
        assert (charts.count(), len(shown)) == CHARTS[name]
    for place in shown:
        assert charts.nth(place).locator("svg.main-svg").count() > 0
        assert charts.nth(place).locator(".lines path, .bars path, .hm image").count() > 0


def test_every_chart_is_said_in_words_and_has_its_table(visit: Visit, name: str) -> None:
    charts = visit.page.locator("[data-figure]").evaluate_all(SAID)
    assert charts or visit.page.locator("svg.lines[role=img]").count() == 4
    for chart in charts:
        assert chart["kind"] in chart["said"], chart
        assert chart["tables"] > 0, chart
        if not name.endswith("data.html"):
            assert chart["finding"] in chart["said"], chart


def test_no_width_needs_sideways_scrolling(visit: Visit) -> None:
    page = visit.page
    were_open = page.locator("details").evaluate_all(
        "(all) => all.map((item) => { const was = item.open; item.open = true; return was; })"
    )
    for width in (1440, 768, 360):
        page.set_viewport_size({"width": width, "height": 800})
        two_frames(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        too_wide = page.evaluate(
            "[...document.querySelectorAll('[data-figure]')].filter("
            "(chart) => chart.clientWidth && "
            "chart.querySelector('svg').getBoundingClientRect().width > chart.clientWidth + 1).length"
        )
        assert too_wide == 0, width
    page.locator("details").evaluate_all("(all, were) => all.forEach((item, n) => { item.open = were[n]; })", were_open)
    page.set_viewport_size(SCREEN)
    two_frames(page)


def test_axe_finds_nothing(visit: Visit, name: str) -> None:
    options = {} if name in CHARTS else WITHOUT_COLOURS
    assert violations(visit.page, **options) == []


@pytest.mark.parametrize("name", CHARTS, indirect=True)
def test_axe_finds_nothing_in_the_dark(visit: Visit) -> None:
    visit.page.emulate_media(color_scheme="dark")
    visit.page.wait_for_function("matchMedia('(prefers-color-scheme: dark)').matches")
    assert violations(visit.page, runOnly={"type": "rule", "values": ["color-contrast"]}) == []
    visit.page.emulate_media(color_scheme="light")
    two_frames(visit.page)


@pytest.mark.parametrize(("name", "landscape"), MOST_SHEETS, indirect=["name"])
def test_it_prints_whole_on_a4(visit: Visit, name: str, tmp_path: Path, landscape: bool) -> None:
    with printed(visit.page, tmp_path, landscape=landscape) as paper:
        cut = visit.page.evaluate(CUT, AREA_WIDTH[landscape])
        swollen = visit.page.evaluate(SWOLLEN)
    assert swollen == []
    wide, high = A4_POINTS
    assert paper.sizes == {(high, wide) if landscape else (wide, high)}
    assert 1 <= len(paper.sheets) <= MOST_SHEETS[name, landscape]
    assert cut == []
    sheet_width = next(iter(paper.sizes))[0]
    outside = [word for word in paper.words if word[0] < MARGIN_POINTS or word[1] > sheet_width - MARGIN_POINTS]
    assert outside == []
    whole = plain("".join(paper.sheets))
    assert [text for text in paper.expected if not is_printed(text, whole)] == []


@pytest.mark.parametrize("name", ["index.html", "dept-0500.html"], indirect=True)
def test_every_sheet_says_what_it_is(visit: Visit, tmp_path: Path) -> None:
    title = visit.page.title().split("｜")[0]
    with printed(visit.page, tmp_path, landscape=False) as paper:
        sheets = paper.sheets
    for number, sheet in enumerate(sheets, 1):
        text = plain(sheet)
        assert plain(SIMULATED) in text
        assert plain(title) in text
        assert plain("基準日 令和8年（2026年）7月6日") in text
        assert plain(f"{number} / {len(sheets)} 頁") in text
        # Beside the margins: no sheet holds a single line that did not fit on the one before.
        assert len(sheet.splitlines()) > 15
