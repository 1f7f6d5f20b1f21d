"""What somebody does with the pages in Chromium: keys, switches, addresses, another theme, paper, no script."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import Browser

from tests.pages.chromium import Visit


def test_without_its_assets_a_page_says_so_and_keeps_its_tables(browser: Browser, site: Path, tmp_path: Path) -> None:
    shutil.copytree(site, tmp_path / "site")
    (tmp_path / "site" / "assets" / "plotly.min.js").unlink()
    with Visit(browser, tmp_path / "site" / "external.html") as visit:
        assert "assets フォルダー" in visit.page.locator("#chart-sizes-month").inner_text()
        assert visit.page.locator("#table-sizes-month tbody tr").count() == 4


def test_paper_shows_every_table_and_charts_at_paper_width(browser: Browser, site: Path) -> None:
    with Visit(browser, site / "external.html", viewport={"width": 1440, "height": 900}) as visit:
        page = visit.drawn()
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        tables = page.locator("#appendix details.behind")
        assert tables.count() == 3
        assert all(tables.nth(place).get_attribute("open") is not None for place in range(3))
        drawing = page.locator("#chart-sizes-month svg.main-svg").first
        assert drawing.get_attribute("width") == "336"
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        assert tables.count() == 0
        assert page.locator("details.behind[open]").count() == 0
        assert int(drawing.get_attribute("width") or 0) > 336


def test_without_a_script_panels_and_departments_are_drawn(browser: Browser, site: Path) -> None:
    with Visit(browser, site / "index.html", java_script_enabled=False) as visit:
        page = visit.page
        assert page.locator(".panel svg.lines").count() == 4
        assert page.locator(".panel svg.lines circle").first.is_visible()
        assert page.locator(".mix tbody svg.place").first.is_visible()
        page.locator("#table-chat summary").click()
        assert page.locator("#table-chat tbody tr").count() == 6


def test_the_dark_theme_redraws_the_charts_and_paper_stays_light(browser: Browser, site: Path) -> None:
    with Visit(browser, site / "telework.html", color_scheme="dark") as visit:
        page = visit.drawn()
        line = page.locator("#chart-people .lines path.js-line").last
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


def test_on_a_phone_one_tool_of_the_picture_is_shown_at_a_time_without_a_script(browser: Browser, site: Path) -> None:
    phone = {"width": 390, "height": 844}
    with Visit(browser, site / "index.html", viewport=phone, java_script_enabled=False) as visit:
        page = visit.page

        def tools() -> set[str | None]:
            cells = page.locator(".mix tbody td:visible")
            return {cells.nth(place).get_attribute("data-tool") for place in range(cells.count())}

        assert tools() == {"chat"}
        page.get_by_role("radio", name="Box・外部共有", exact=True).check()
        assert tools() == {"box"}
        page.set_viewport_size({"width": 1440, "height": 900})
        assert tools() == {"chat", "meeting", "telework", "box"}


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
