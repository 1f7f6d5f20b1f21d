"""Paper beside the sheets of every page (test_every_page.py): headings are repeated, series told apart in grey."""

from __future__ import annotations

import json
import re
from itertools import combinations
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from pipelines.pages.charts.style import PAPER
from tests.pages.charts.test_charts import contrast
from tests.pages.chromium import Visit
from tests.pages.paper import AREA_WIDTH, plain, printed


def test_a_table_that_goes_on_repeats_its_headings(browser: Browser, site: Path, tmp_path: Path) -> None:
    with Visit(browser, site / "index.html") as visit:
        page = visit.drawn()
        page.evaluate(
            """() => {
              const body = document.querySelector("#table-all table tbody");
              for (let count = 0; count < 150; count += 1) {
                const row = body.lastElementChild.cloneNode(true);
                row.firstElementChild.textContent = `追加の行${count}`;
                body.append(row);
              }
            }"""
        )
        with printed(page, tmp_path, landscape=False) as paper:
            sheets = paper.sheets
    with_rows = [plain(sheet) for sheet in sheets if "追加の行" in sheet]
    assert len(with_rows) >= 3
    for sheet in with_rows:
        assert plain("指標 値 分子 / 分母") in sheet


# What a reader of the first sheet must find there, whatever follows.
FIRST_SHEET = (
    *("職員の", "に定着しています。", "1日あたりに使う職員は", "5月", "基準日 令和8年（2026年）7月6日"),
    *("チャット", "Web会議", "テレワーク", "Box・外部共有", "✕ 目標未達", "定着：", "判定："),
    *("職員構成をそろえ", "際立つ", "差が大きいのは任用区分", "次に見るところ", "データの不足"),
)
WIDEST = """() => Math.max(...[...document.querySelectorAll("main *")].filter((item) => item.checkVisibility()
  && !item.closest(".visually-hidden")).map((item) => item.getBoundingClientRect().width))"""
SMALLEST = """() => Math.min(...[...document.querySelectorAll("main *")].filter((item) => item.checkVisibility()
  && [...item.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()))
  .map((item) => parseFloat(getComputedStyle(item).fontSize)))"""


@pytest.mark.parametrize(("name", "words"), [("index.html", FIRST_SHEET), ("en/index.html", ("of staff use", "habit"))])
def test_the_first_sheet_of_the_index_is_complete_and_the_tables_begin_on_the_next(
    browser: Browser, site: Path, tmp_path: Path, name: str, words: tuple[str, ...]
) -> None:
    with Visit(browser, site / name) as visit, printed(visit.drawn(), tmp_path, landscape=False) as paper:
        first, second, *_ = (plain(sheet) for sheet in paper.sheets)
        assert [word for word in words if plain(word) not in first] == []
        title = plain("数値表" if name == "index.html" else "Tables of figures")
        assert title not in first
        assert title in second


@pytest.mark.parametrize("name", ["index.html", "dept-0500.html", "en/dept-0500.html", "telework.html"])
def test_nothing_on_paper_is_wider_than_the_sheet_or_smaller_than_eight_points(
    browser: Browser, site: Path, tmp_path: Path, name: str
) -> None:
    with Visit(browser, site / name) as visit:
        page = visit.drawn()
        assert page.evaluate(SMALLEST) >= 13
        with printed(page, tmp_path, landscape=False) as paper:
            assert page.evaluate(WIDEST) <= AREA_WIDTH[False] + 1
            assert page.evaluate(SMALLEST) >= 8 / 72 * 96 - 0.04
            headings = {plain(text) for text in page.locator("h2, h3").all_inner_texts()}
            ends = [last_line(sheet) for sheet in paper.sheets]
    assert [end for end in ends if end in headings] == []


def last_line(sheet: str) -> str:
    """The last line of a sheet above its margin, which holds two or three lines that every sheet has."""
    lines = [plain(line) for line in sheet.splitlines() if line.strip()]
    margin = next(place for place, line in enumerate(lines) if "0.1.0" in line)
    return lines[-1] if margin < len(lines) // 2 else lines[margin - 3]


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
