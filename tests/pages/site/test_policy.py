"""The policy of the pages: strict as written, obeyed by Chromium, and names from files are text whatever they say."""

from __future__ import annotations

import re
import shutil
from datetime import date
from html import unescape
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Browser

from pipelines.pages.site.policy import with_policy
from pipelines.pages.site.write import render_site
from pipelines.warehouse.models.runner import run_all
from pipelines.warehouse.publish.published_file import PublishOptions, publish
from tests.pages.chromium import Visit
from tests.project import PROJECT
from tests.warehouse import small_ward

SCRIPT = "<script>document.title = 'run'</script>"
IMAGE = '"><img src=x onerror="document.title = \'run\'">'


def policy_of(page: str) -> dict[str, list[str]]:
    found = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', page)
    assert len(found) == 1
    directives = (directive.split() for directive in unescape(found[0]).split(";"))
    return {name: sources for name, *sources in directives}


def test_the_policy_allows_nothing_from_elsewhere_and_nothing_unnamed(site: Path) -> None:
    for file in site.rglob("*.html"):
        page = file.read_text(encoding="utf-8")
        policy = policy_of(page)
        assert policy["default-src"] == ["'none'"]
        assert policy["script-src"] == ["'self'", "file:"]
        assert policy["img-src"] == ["data:"]
        assert {source for source in policy["style-src"] if not source.startswith("'sha256-")} == {"'self'", "file:"}
        assert "unsafe" not in str(policy)
        assert page.index("Content-Security-Policy") < page.index("<style>") < page.index("<script")


def test_a_page_that_holds_everything_need_fetch_nothing() -> None:
    policy = policy_of(with_policy("<head><!--policy--><style>a{}</style><script>1</script>"))
    assert len(policy["script-src"]) == 1
    assert policy["script-src"][0] == "'sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s='"
    assert all(source.startswith("'sha256-") for source in policy["style-src"])


def test_what_a_page_did_not_say_itself_is_refused(browser: Browser, site: Path, tmp_path: Path) -> None:
    """What the policy is for: were a name ever written unescaped, its script would still not run."""
    added = {SCRIPT: "script", "<style>h1 { display: none }</style>": "style", '<p onclick="1">a</p>': "event handler"}
    shutil.copytree(site, tmp_path / "site")
    page_file = tmp_path / "site" / "index.html"
    text = page_file.read_text(encoding="utf-8")
    page_file.write_text(text.replace("</main>", f"{''.join(added)}</main>"), encoding="utf-8")
    with Visit(browser, page_file) as visit:
        page = visit.drawn()
        assert page.title().startswith("全庁")
        assert page.locator("h1").is_visible()
        refused = [said for said in visit.said if "Content Security Policy" in said]
        assert [any(f"inline {kind}" in said for said in refused) for kind in added.values()] == [True] * len(added)


def test_a_department_called_script_is_drawn_as_text(browser: Browser, site: Path) -> None:
    with Visit(browser, site / "external.html") as visit:
        labels = visit.drawn().locator("#chart-departments-month .ytick text").all_text_contents()
        assert any("<script>" in label for label in labels)
        assert visit.said == []
    with Visit(browser, site / "dept-1900.html") as visit:
        page = visit.drawn()
        assert page.locator("h1").inner_text() == "<script>alert(1)</script>　令和8年（2026年）6月"
        assert visit.said == []


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Departments with names that are markup, from the raw tables through models and publishing to the pages."""
    folder = tmp_path_factory.mktemp("hostile")
    with duckdb.connect(str(folder / "warehouse.duckdb")) as con:
        con.execute("set timezone = 'UTC'")
        small_ward.write(con, small_ward.make(seed=3))
        rename = "update raw.org_departments set department_name = ? where department_code = ?"
        con.execute(rename, [SCRIPT, "0100"])
        con.execute(rename, [IMAGE, "0101"])
        run_all(con, PROJECT)
    options = PublishOptions(
        organisation_name=f"みらい区{SCRIPT}",
        as_of_date=date(2026, 4, 17),
        min_group=5,
        mail_limit_bytes=7_300_000,
        telework_pc_ceiling=200,
        release="0.1.0",
    )
    render_site(publish(folder / "warehouse.duckdb", folder / "published", options), folder / "site")
    return folder / "site"


def test_names_that_are_markup_stay_text_from_the_files_to_the_page(browser: Browser, hostile_site: Path) -> None:
    assert SCRIPT not in "".join(page.read_text(encoding="utf-8") for page in hostile_site.rglob("*.html"))
    with Visit(browser, hostile_site / "en" / "dept-0100.html") as visit:
        page = visit.drawn()
        assert page.locator("h1").inner_text() == f"{SCRIPT}, April 2026"
        assert page.title().startswith(SCRIPT)
        assert page.get_by_role("rowheader", name=IMAGE, exact=True).count() > 0
        assert page.locator("main img").count() == 0
        assert visit.said == []
