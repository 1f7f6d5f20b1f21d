"""The pages on paper: Chromium prints, poppler reads. A4 both ways, every word inside the margins and on some sheet."""

from __future__ import annotations

import json
import re
import subprocess
import unicodedata
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Browser, Page

from pipelines.pages.charts.style import PAPER
from tests.pages.charts.test_charts import contrast
from tests.pages.chromium import Visit, program

A4_POINTS = (595, 842)
SIMULATED = "シミュレーションデータです。実在の団体・職員とは関係ありません。"
# Left and right margin of the style sheet, 12 mm, in points, less the empty half of a full-width bracket.
MARGIN_POINTS = 12 / 25.4 * 72 - 5
# The text area of A4 with these margins, in CSS pixels.
AREA_WIDTH = {False: 702, True: 1031}
# More sheets than this means that something stands alone on a sheet or grew without anybody looking.
MOST_SHEETS = {
    ("index.html", False): 7, ("index.html", True): 10,
    ("dept-0500.html", False): 9, ("dept-0500.html", True): 12,
    ("telework.html", False): 7, ("telework.html", True): 10,
    ("external.html", False): 5, ("external.html", True): 7,
    ("data.html", False): 5, ("data.html", True): 6,
    ("en/index.html", False): 7,
}  # fmt: skip

# Every text that a reader of the print sees: not what is hidden, and not plotly's tester outside the page.
PRINTED = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (parent.closest("script, style, noscript, .visually-hidden, .skip, #js-plotly-tester, .hoverlayer")) continue;
    if (parent.checkVisibility({ visibilityProperty: true })) texts.push(walker.currentNode.textContent);
  }
  return texts;
}"""


# Charts enlarged until they look like posters, or too tall for a sheet of A4 landscape with their heading.
SWOLLEN = """() => [...document.querySelectorAll("[data-figure] .main-svg")].filter((drawing) => {
  const box = drawing.getBoundingClientRect();
  return box.width > 1.3 * drawing.viewBox.baseVal.width || box.height > 600;
}).map((drawing) => drawing.closest("[data-figure]").id)"""


@dataclass
class Print:
    """One page printed: its sheets as plain text, its size, its words with their places, and what it should say."""

    sheets: list[str]
    sizes: set[tuple[int, int]]
    words: list[tuple[float, float, str]]
    expected: list[str]


def plain(text: str) -> str:
    """Letters alone: ligatures and wide forms as the plain ones, no blanks."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def printed(page: Page, folder: Path, *, landscape: bool) -> Print:
    file = folder / "page.pdf"
    page.pdf(path=file, format="A4", landscape=landscape)
    poppler = program("pdftotext")
    text = subprocess.run([poppler, "-raw", str(file), "-"], capture_output=True, text=True, check=True).stdout
    boxes = subprocess.run([poppler, "-bbox", str(file), "-"], capture_output=True, text=True, check=True).stdout
    sizes, words = set(), []
    for element in ET.fromstring(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", boxes)).iter():
        if element.tag.endswith("}page"):
            sizes.add((int(float(element.attrib["width"])), int(float(element.attrib["height"]))))
        elif element.tag.endswith("}word"):
            words.append((float(element.attrib["xMin"]), float(element.attrib["xMax"]), element.text or ""))
    page.set_viewport_size({"width": AREA_WIDTH[landscape], "height": 1000})
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    return Print(text.removesuffix("\f").split("\f"), sizes, words, page.evaluate(PRINTED))


def is_printed(text: str, whole: str) -> bool:
    """Whether the text stands on the sheets; one that runs on to the next sheet stands there in two pieces."""
    wanted = plain(text)
    if wanted in whole:
        return True
    longest = next((end for end in range(len(wanted), 0, -1) if wanted[:end] in whole), 0)
    return len(wanted) > 40 and longest > 0 and wanted[longest:] in whole


@pytest.mark.parametrize(("name", "landscape"), MOST_SHEETS)
def test_a_page_prints_whole_on_a4(browser: Browser, site: Path, tmp_path: Path, name: str, landscape: bool) -> None:
    with Visit(browser, site / name, viewport={"width": 1440, "height": 900}) as visit:
        paper = printed(visit.drawn(), tmp_path, landscape=landscape)
        cut = visit.page.evaluate(
            """(width) => [...document.querySelectorAll("main :is(table, .main-svg, p, h2, h3, dl)")].filter(
              (item) => item.getBoundingClientRect().right > width + 1).map((item) => item.outerHTML.slice(0, 99))""",
            AREA_WIDTH[landscape],
        )
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


@pytest.mark.parametrize("name", ["index.html", "dept-0500.html"])
def test_every_sheet_says_what_it_is(browser: Browser, site: Path, tmp_path: Path, name: str) -> None:
    with Visit(browser, site / name) as visit:
        page = visit.drawn()
        title = page.title().split("｜")[0]
        sheets = printed(page, tmp_path, landscape=False).sheets
    for number, sheet in enumerate(sheets, 1):
        text = plain(sheet)
        assert plain(SIMULATED) in text
        assert plain(title) in text
        assert plain("基準日 令和8年（2026年）7月6日") in text
        assert plain(f"{number} / {len(sheets)} 頁") in text
        # Beside the margins: no sheet holds a single line that did not fit on the one before.
        assert len(sheet.splitlines()) > 15


def test_a_table_that_goes_on_repeats_its_headings(browser: Browser, site: Path, tmp_path: Path) -> None:
    with Visit(browser, site / "index.html") as visit:
        page = visit.drawn()
        page.evaluate(
            """() => {
              const body = document.querySelector("#all-title ~ * table tbody");
              for (let count = 0; count < 150; count += 1) {
                const row = body.lastElementChild.cloneNode(true);
                row.firstElementChild.textContent = `追加の行${count}`;
                body.append(row);
              }
            }"""
        )
        sheets = printed(page, tmp_path, landscape=False).sheets
    with_rows = [plain(sheet) for sheet in sheets if "追加の行" in sheet]
    assert len(with_rows) >= 3
    for sheet in with_rows:
        assert plain("指標 値 分子 / 分母") in sheet


def series_of(figure: dict) -> list[tuple[str, str]]:
    """Colour and hatching of the bars that only a legend tells apart; hollow bars count by the colour of the paper."""
    if not figure["layout"].get("showlegend"):
        return []
    fills = []
    for trace in (trace for trace in figure["data"] if trace["type"] == "bar"):
        colour = trace["marker"]["color"]
        hatching = trace["marker"].get("pattern", {}).get("shape", "")
        colours = {colour} if isinstance(colour, str) else set(colour) - {PAPER}
        fills += [(one, hatching) for one in colours]
    return fills


def test_series_named_by_a_legend_are_told_apart_in_grey(site: Path) -> None:
    """A grey printer leaves luminance, of which the contrast ratio is made; labels and dashes need no colour."""
    checked = 0
    for page in site.glob("*.html"):
        for text in re.findall(r'<script type="application/json" id="figure-[^"]+">(.*?)</script>', page.read_text()):
            for (one, hatching), (other, other_hatching) in combinations(series_of(json.loads(text)), 2):
                assert hatching != other_hatching or contrast(one, other) >= 3, (page.name, one, other)
                checked += 1
    assert checked > 0
