"""What somebody does with the pages in Chromium: keys, switches, addresses, another theme, paper, no script."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import Browser

from tests.pages.chromium import Visit


def test_without_its_assets_a_page_says_so_and_keeps_its_tables(browser: Browser, site: Path, tmp_path: Path) -> None:
    shutil.copytree(site, tmp_path / "site")
    (tmp_path / "site" / "assets" / "plotly.min.js").unlink()
    with Visit(browser, tmp_path / "site" / "index.html") as visit:
        assert "assets フォルダー" in visit.page.locator("#chart-chat").inner_text()
        assert visit.page.locator("#table-chat tbody tr").count() == 6


def test_paper_shows_every_table_and_charts_at_paper_width(browser: Browser, site: Path) -> None:
    with Visit(browser, site / "dept-0500.html", viewport={"width": 1440, "height": 900}) as visit:
        page = visit.drawn()
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        tables = page.locator("#appendix details.behind")
        assert tables.count() == 13
        assert all(tables.nth(place).get_attribute("open") is not None for place in range(13))
        assert page.locator("#chart-chat svg.main-svg").first.get_attribute("width") == "336"
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        assert tables.count() == 0
        assert page.locator(".view:not(.is-off) .panel details.behind").count() == 4
        assert page.locator(".panel details.behind[open]").count() == 0
        assert int(page.locator("#chart-chat svg.main-svg").first.get_attribute("width") or 0) < 336


def test_the_dark_theme_redraws_the_charts_and_paper_stays_light(browser: Browser, site: Path) -> None:
    with Visit(browser, site / "index.html", color_scheme="dark") as visit:
        page = visit.drawn()
        line = page.locator("#chart-chat .lines path.js-line").last
        assert line.evaluate("(path) => getComputedStyle(path).stroke") == "rgb(143, 191, 236)"
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        assert line.evaluate("(path) => getComputedStyle(path).stroke") == "rgb(18, 67, 109)"


def test_the_keyboard_reaches_the_content_the_menu_and_the_tables(browser: Browser, site: Path) -> None:
    with Visit(browser, site / "index.html", viewport={"width": 360, "height": 740}) as visit:
        page = visit.drawn()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        page.locator(".menu summary").focus()
        page.keyboard.press("Enter")
        assert page.locator(".menu a").first.is_visible()
        page.keyboard.press("Escape")
        assert not page.locator(".menu a").first.is_visible()
        page.locator("#table-chat summary").focus()
        page.keyboard.press("Enter")
        assert page.locator("#table-chat table").is_visible()


def test_on_a_phone_one_table_of_departments_is_shown_at_a_time(browser: Browser, site: Path) -> None:
    with Visit(browser, site / "index.html", viewport={"width": 360, "height": 740}) as visit:
        page = visit.drawn()
        assert page.locator("#heat-chat").is_visible()
        assert not page.locator("#heat-box").is_visible()
        page.get_by_label("Box", exact=True).check()
        assert page.locator("#heat-box").is_visible()
        assert not page.locator("#heat-chat").is_visible()
        page.set_viewport_size({"width": 1440, "height": 900})
        assert page.locator("#heat-chat").is_visible()


def test_the_period_is_chosen_by_keyboard_stands_in_the_address_and_is_printed(browser: Browser, site: Path) -> None:
    with Visit(browser, site / "external.html") as visit:
        page = visit.drawn()
        answer = page.locator(".answer:visible")
        assert answer.inner_text().startswith("令和8年6月に")
        page.get_by_label("月", exact=True).focus()
        page.keyboard.press("ArrowRight")
        assert answer.count() == 1
        assert answer.inner_text().startswith("令和8年6月29日からの週に")
        assert page.url.endswith("external.html#period=week")
        page.wait_for_selector("#chart-sizes-week svg.main-svg")
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        assert page.locator("#appendix #table-sizes-week").count() == 1
        assert page.locator("#appendix #table-sizes-month").count() == 0
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")


def test_an_address_with_a_period_opens_it_and_without_a_script_the_month_is_shown(
    browser: Browser, site: Path
) -> None:
    with Visit(browser, site / "external.html") as visit:
        page = visit.drawn()
        page.goto(f"{(site / 'external.html').as_uri()}#period=fiscal_year")
        assert page.locator(".answer:visible").inner_text().startswith("令和8年度（4月1日〜7月3日）に")
        assert page.get_by_label("年度累計").is_checked()
    with Visit(browser, site / "external.html", java_script_enabled=False) as visit:
        assert visit.page.locator(".answer:visible").inner_text().startswith("令和8年6月に")
        assert not visit.page.locator(".views-switch").is_visible()
