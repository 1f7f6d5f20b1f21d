"""Paper beside the sheets of every page (test_every_page.py): headings are repeated, series told apart in grey."""

from __future__ import annotations

import json
import re
from itertools import combinations
from pathlib import Path

from playwright.sync_api import Browser

from pipelines.pages.charts.style import PAPER
from tests.pages.charts.test_charts import contrast
from tests.pages.chromium import Visit
from tests.pages.paper import plain, printed


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
        with printed(page, tmp_path, landscape=False) as paper:
            sheets = paper.sheets
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
