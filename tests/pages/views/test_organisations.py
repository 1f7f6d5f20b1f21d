"""The organisation switch of the index: by keyboard, in the address, on paper, and without a script."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from pipelines.pages.figures.queries import Published
from pipelines.pages.site.write import render_site
from pipelines.pages.views.organisations import in_todays_organisation
from pipelines.pages.wording.language import language
from tests.pages.axe import WITHOUT_COLOURS, violations
from tests.pages.chromium import Visit, two_frames
from tests.pages.fixture_today import CARRIED_ON, HEIR, HIDDEN_UNTIL_APRIL
from tests.pages.page_reader import PageReader
from tests.pages.published_fixture import FixtureOptions, write_published

FEBRUARY, APRIL = "2026-02-01", "2026-04-01"
SAME = "当時の組織の値とどちらも同じです"


def shown(page: Page, department: str, start: str = FEBRUARY, metric: str = "chat_day_rate") -> list[str]:
    """What the table that is seen says of a 部."""
    cell = f'[data-metric="{metric}"] [data-department="{department}"] td[data-start="{start}"]:visible'
    return page.locator(cell).all_inner_texts()


def percent(record: dict[str, object]) -> str:
    return f"{float(str(record['rate'])) * 100:.1f}"


def find(records: list[dict[str, object]], department: str, start: str) -> dict[str, object]:
    return next(
        record
        for record in records
        if (record["department_key"], record["period_kind"], str(record["period_start"]), record["metric_id"])
        == (department, "month", start, "chat_day_rate")
        and record["segment_kind"] == "all"
    )


def test_the_keyboard_changes_the_table_the_list_and_the_address(
    browser: Browser,
    site: Path,
    records: list[dict[str, object]],
    today_records: list[dict[str, object]],
) -> None:
    was, today = (percent(find(some, HEIR, FEBRUARY)) for some in (records, today_records))
    assert was != today
    with Visit(browser, site / "index.html", viewport={"width": 1440, "height": 900}) as visit:
        page = visit.drawn()
        page.locator("#table-months summary").click()
        assert shown(page, HEIR) == [was]
        assert len(shown(page, CARRIED_ON)) == 1
        page.get_by_role("radio", name="当時の組織").focus()
        page.keyboard.press("ArrowRight")
        assert page.get_by_role("radio", name="今の組織").is_checked()
        assert shown(page, HEIR) == [today]
        assert shown(page, HIDDEN_UNTIL_APRIL) == ["秘匿"]
        assert shown(page, HIDDEN_UNTIL_APRIL, APRIL) == [percent(find(records, HIDDEN_UNTIL_APRIL, APRIL))]
        assert shown(page, CARRIED_ON) == []
        assert page.url.endswith("index.html#org=today")
        page.locator(".menu summary").click()
        assert page.locator(f'.menu a[href="dept-{HEIR}.html"]').is_visible()
        assert not page.locator(f'.menu a[href="dept-{CARRIED_ON}.html"]').is_visible()
        page.keyboard.press("Escape")
        assert visit.said == []


def test_an_address_opens_todays_organisation_and_paper_shows_what_was_chosen(browser: Browser, site: Path) -> None:
    with Visit(browser, site / f"dept-{HEIR}.html") as visit:
        visit.drawn().get_by_role("link", name="今の組織で見た部別の月次").click()
        page = visit.drawn()
        assert page.url.endswith("index.html#org=today")
        assert page.get_by_role("radio", name="今の組織").is_checked()
        page.emulate_media(media="print")
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        assert shown(page, HIDDEN_UNTIL_APRIL) == ["秘匿"]
        assert shown(page, CARRIED_ON) == []
        assert not page.locator(".organisation-switch").is_visible()
        assert page.get_by_text("業務を引き継いだ元の部署の値").is_visible()
        assert visit.said == []


def test_without_a_script_the_organisation_is_as_it_was(browser: Browser, site: Path) -> None:
    with Visit(browser, site / "index.html", java_script_enabled=False) as visit:
        assert not visit.page.locator(".organisation-switch").is_visible()
        visit.page.locator("#table-months summary").click()
        assert len(shown(visit.page, CARRIED_ON)) == 1


@pytest.mark.parametrize("code", ["ja", "en"])
def test_axe_finds_nothing_in_todays_organisation(browser: Browser, site: Path, code: str) -> None:
    with Visit(browser, site / language(code).folder / "index.html") as visit:
        page = visit.drawn()
        page.locator("#table-months summary").click()
        page.locator('[name="org"][value="today"]').check()
        for width in (1440, 360):
            page.set_viewport_size({"width": width, "height": 800})
            two_frames(page)
            assert page.locator('.halves[data-organisation="today"]').is_visible()
            assert violations(page, **({} if code == "ja" else WITHOUT_COLOURS)) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_page_says_what_today_means_or_that_both_are_the_same(browser: Browser, site: Path, tmp_path: Path) -> None:
    different = PageReader.of(site / "index.html").text
    assert "過去の月の値も、令和8年（2026年）7月3日の組織の部に" in different
    assert SAME not in different
    # Without the abolished 部 nothing was reorganised.
    render_site(write_published(tmp_path / "p.duckdb", FixtureOptions(sections=2)), tmp_path / "site")
    with Visit(browser, tmp_path / "site" / "index.html") as visit:
        page = visit.drawn()
        page.locator("#table-months summary").click()
        before = page.locator(".month-table:visible").all_inner_texts()
        assert not page.get_by_text(SAME).is_visible()
        page.get_by_role("radio", name="今の組織").check()
        assert page.get_by_text(SAME).is_visible()
        assert page.locator(".month-table:visible").all_inner_texts() == before
        assert len(before) == 4


def test_todays_departments_are_those_that_exist_and_carry_on_past_months(published: Published) -> None:
    keys = {section.key for section in published.sections()}
    today = in_todays_organisation(published)
    assert {section.key for section in today.sections()} == keys - {CARRIED_ON}
    assert today.cells != published.cells
