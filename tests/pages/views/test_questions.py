"""The five questions of pipelines/pages/README.md, clicked to in Chromium: each answer is the published figure."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.pages.chromium import Visit
from tests.pages.site.test_site import Rows

MONTH = ("month", "2026-06-01")


def percent(value: object) -> str:
    return f"{float(str(value)) * 100:.1f}％"


def answer(page: Page) -> str:
    return page.locator(".answer-block").inner_text()


def test_which_department_teleworks_least_among_those_who_can(browser: Browser, site: Path, rows: Rows) -> None:
    published = {
        department: row["rate"]
        for (department, kind, start, metric), row in rows.items()
        if (kind, start, metric) == (*MONTH, "telework_capable_reach") and department.endswith("00")
    }
    least = min(published, key=lambda department: published[department])
    with Visit(browser, site / "index.html") as visit:
        page = visit.drawn()
        page.get_by_role("link", name="テレワーク・座席").click()
        said = answer(page)
        page.locator("#table-least-month summary").click()
        first = page.locator("#table-least-month tbody tr").nth(1)
        name = first.locator("th").inner_text()
        assert first.get_attribute("data-department") == least
        assert first.locator("[data-field=rate]").inner_text() == percent(published[least])
    assert f"が最も低いのは{name}の{percent(published[least])}" in said


def test_did_web_meetings_rise_since_april(browser: Browser, site: Path, rows: Rows) -> None:
    june, april = (rows[("ALL", "month", start, "meeting_reach")] for start in ("2026-06-01", "2026-04-01"))
    verdict = "上昇" if june["rate_low"] > april["rate_high"] else "変化は読み取れません"
    with Visit(browser, site / "index.html") as visit:
        panel = visit.drawn().locator("section[aria-labelledby=panel-meeting]")
        fact = panel.locator("dl.facts > div", has_text="4月からの変化")
        said = fact.inner_text()
    difference = (june["rate"] - april["rate"]) * 100
    assert f"{'+' if difference > 0 else '−'}{abs(difference):.1f}ポイント {verdict}" in said
    assert percent(april["rate"]) in said


def test_how_many_seats_a_department_needs(browser: Browser, site: Path, rows: Rows) -> None:
    seats = rows[("1300", *MONTH, "seats_office_p95")]
    with Visit(browser, site / "index.html") as visit:
        page = visit.drawn()
        page.get_by_role("link", name="テレワーク・座席").click()
        page.locator("#table-seats-month summary").click()
        row = page.locator("#table-seats-month tbody tr", has_text="都市整備部")
        cell = row.locator("[data-metric=seats_office_p95]")
        low, high = (cell.locator(f"[data-field={name}]").inner_text() for name in ("value", "bound_high"))
        headcount = row.locator("[data-field=denominator]").inner_text()
    assert float(low.replace(",", "")) == round(seats["value"], 1)
    assert abs(float(high.replace(",", "")) - seats["bound_high"]) <= 0.051
    published = rows[("1300", *MONTH, "seats_per_headcount")]["denominator"]
    assert float(headcount.replace(",", "")) == round(published, 1)


def test_how_many_large_files_went_out_last_month(browser: Browser, site: Path, rows: Rows) -> None:
    large = rows[("ALL", *MONTH, "beyond_mail_files")]["numerator"]
    with Visit(browser, site / "index.html") as visit:
        page = visit.drawn()
        page.get_by_role("link", name="外部ファイル共有").click()
        sentence = page.locator(".answer:visible").inner_text()
    assert sentence == (
        f"令和8年6月に庁外と受け渡した、メールでは送れなかった大きさ（7.3MB超）のファイルは{large:,.0f}件です。"
    )


def test_is_yesterday_included(browser: Browser, site: Path) -> None:
    """The fixture is of 6 July with data up to 3 July."""
    with Visit(browser, site / "index.html") as visit:
        page = visit.drawn()
        said = answer(page)
        page.get_by_role("link", name="定義・データの状態").click()
        page.wait_for_load_state()
        state = page.locator("main").inner_text()
    assert "昨日（7月5日）のデータは、まだ含まれていません。" in said
    assert "最新のデータは7月3日（金）です。" in state
