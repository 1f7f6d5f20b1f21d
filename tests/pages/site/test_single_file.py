"""One page as one file: it opens from anywhere, asks for nothing, says what the page says and leads nowhere else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from pipelines.errors import KatsuyoError
from pipelines.pages.site.single_file import write_single_file
from tests.pages.chromium import Visit
from tests.pages.page_reader import PageReader
from tests.pages.site.test_policy import policy_of

NAMES = ("index.html", "en/index.html", "dept-1900.html", "data.html")
# What a mail of 10 MB can carry once base64 has made it a third larger.
MAIL_BYTES = 7_300_000


@pytest.fixture(scope="module")
def files(site: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("mail")
    return {name: write_single_file(site, name, folder / name.replace("/", "-")) for name in NAMES}


@pytest.mark.parametrize("name", ["en/index.html", "data.html"])
def test_it_opens_alone_draws_its_charts_and_asks_for_nothing(
    browser: Browser, files: dict[str, Path], name: str
) -> None:
    with Visit(browser, files[name]) as visit:
        page = visit.drawn()
        assert visit.said == []
        assert [url for url in visit.asked if not url.startswith("data:")] == [files[name].as_uri()]
        charts = page.locator("[data-figure]:visible")
        assert charts.count() == charts.filter(has=page.locator("svg.main-svg")).count()
        assert charts.count() + page.locator("svg.lines").count() > 0
        assert page.locator("h1").evaluate("(item) => getComputedStyle(item).fontWeight") == "700"


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_the_page_says(site: Path, files: dict[str, Path], name: str) -> None:
    alone, page = PageReader.of(files[name]), PageReader.of(site / name)
    assert alone.values == page.values
    assert alone.headings == page.headings
    assert [link for link in alone.links if not link.startswith(("#", "data:"))] == []
    assert files[name].stat().st_size < MAIL_BYTES


def test_its_policy_allows_its_own_scripts_and_no_file(files: dict[str, Path]) -> None:
    text = files["data.html"].read_text(encoding="utf-8")
    policy = policy_of(text)
    assert len(policy["script-src"]) == 2 == len(re.findall("<script>", text))
    for directive in ("script-src", "style-src"):
        assert all(source.startswith("'sha256-") for source in policy[directive])


def test_a_page_that_does_not_exist_is_named_with_those_that_do(site: Path, tmp_path: Path) -> None:
    for name in ("dept-9999.html", "../site/index.html", str(site / "index.html")):
        with pytest.raises(KatsuyoError, match=r"name one of data\.html, en/data\.html"):
            write_single_file(site, name, tmp_path / "mail.html")
    with pytest.raises(KatsuyoError, match="no name for a file"):
        write_single_file(site, "index.html", tmp_path / "nowhere" / "mail.html")
    assert list(tmp_path.iterdir()) == []
