"""The five questions of pipelines/pages/README.md: each answer is the published figure, where the index leads to."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.pages.figures.queries import Published
from tests.pages.page_reader import PageReader
from tests.pages.site.test_site import Rows

MONTH = ("month", "2026-06-01")


def percent(value: object) -> str:
    return f"{float(str(value)) * 100:.1f}％"


@pytest.fixture(scope="module")
def index(site: Path) -> PageReader:
    return PageReader.of(site / "index.html")


def page_after(index: PageReader, site: Path, name: str) -> PageReader:
    assert name in index.links
    return PageReader.of(site / name)


def test_which_department_teleworks_least_among_those_who_can(
    index: PageReader, site: Path, rows: Rows, published: Published
) -> None:
    rates = {
        department: row["rate"]
        for (department, kind, start, metric), row in rows.items()
        if (kind, start, metric) == (*MONTH, "telework_capable_reach") and department.endswith("00")
    }
    least = min(rates, key=lambda department: rates[department])
    page = page_after(index, site, "telework.html")
    ranked = [value for value in page.values if "table-least-month" in value.inside and value.field == "rate"]
    # The whole organisation stands above the departments.
    assert [value.row[0] for value in ranked[:2]] == ["ALL", least]
    assert ranked[1].text == percent(rates[least])
    name = next(section.name for section in published.sections() if section.key == least)
    assert f"が最も低いのは{name}の{percent(rates[least])}" in page.text


def test_did_web_meetings_rise_since_april(index: PageReader, rows: Rows) -> None:
    june, april = (rows[("ALL", "month", start, "meeting_reach")] for start in ("2026-06-01", "2026-04-01"))
    verdict = "上昇" if june["interval_low"] > april["interval_high"] else "変化は読み取れません"
    difference = (june["rate"] - april["rate"]) * 100
    panel = "".join(index.named["panel-meeting"].split())
    change = panel.partition("4月からの変化")[2]
    assert change.startswith(f"{'+' if difference > 0 else '−'}{abs(difference):.1f}ポイント{verdict}")
    assert percent(april["rate"]) in change


def test_how_many_seats_a_department_needs(index: PageReader, site: Path, rows: Rows) -> None:
    seats = rows[("1300", *MONTH, "seats_office_p95")]
    page = page_after(index, site, "telework.html")
    headcount = rows[("1300", *MONTH, "seats_per_headcount")]
    shown = {
        (value.row[3], value.field): value.text.replace(",", "")
        for value in page.values
        if "table-seats-month" in value.inside and value.row[:3] == ("1300", *MONTH)
    }
    for metric, row, name in (
        ("seats_office_p95", seats, "value"),
        ("seats_office_p95", seats, "bound_high"),
        ("seats_per_headcount", headcount, "denominator"),
    ):
        assert float(shown[metric, name]) == pytest.approx(row[name], abs=0.051)


def test_how_many_large_files_went_out_last_month(index: PageReader, site: Path, rows: Rows) -> None:
    large = rows[("ALL", *MONTH, "beyond_mail_files")]["numerator"]
    assert (
        f"令和8年6月に庁外と受け渡した、メールでは送れなかった大きさ（7.3MB超）のファイルは{large:,.0f}件です。"
        in page_after(index, site, "external.html").text
    )


def test_is_yesterday_included(index: PageReader, site: Path) -> None:
    """The fixture is of 6 July with data up to 3 July."""
    assert "昨日（7月5日）のデータは、まだ含まれていません。" in index.text
    assert "最新のデータは7月3日（金）です。" in page_after(index, site, "data.html").text
