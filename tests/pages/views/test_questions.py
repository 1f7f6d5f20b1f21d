"""The five questions of pipelines/pages/README.md: each answer is the published figure, where the index leads to."""

from __future__ import annotations

from datetime import date
from math import ceil
from pathlib import Path

import pytest

from pipelines.pages.figures.queries import Published
from tests.pages.page_reader import PageReader
from tests.pages.site.test_site import Rows

MONTH = ("month", "2026-06-01")
JUNE = ("month", date(2026, 6, 1))


@pytest.fixture(scope="module")
def index(site: Path) -> PageReader:
    return PageReader.of(site / "index.html")


def page_after(index: PageReader, site: Path, name: str) -> PageReader:
    assert name in index.links
    return PageReader.of(site / name)


def test_does_any_department_telework_less_than_its_staffing_would_give(
    index: PageReader, published: Published
) -> None:
    """The words in the table behind the picture, one click away, are the published ones."""
    lower = [
        section.name
        for section in published.sections()
        if (told := published.verdicts.difference(published.cell(section.key, *JUNE, "telework_capable_day_rate")))
        and told.verdict == "lower"
    ]
    rows = [
        scope for scope in index.scopes if "table-mix" in scope.inside and scope.row[3] == "telework_capable_day_rate"
    ]
    assert lower
    assert [row.text.split("テレワーク")[0].strip() for row in rows if "低い 見込み" in row.text] == lower


def test_did_web_meetings_rise_since_april(index: PageReader, published: Published) -> None:
    change = published.verdicts.change(published.cell("ALL", *JUNE, "meeting_day_rate"), "april")
    assert change is not None
    assert change.change is not None
    words = {"rose": "↑上昇", "flat": "＝横ばい", "fell": "↓低下", "cannot_tell": "？判断できない"}
    panel = "".join(index.named["panel-meeting"].split())
    told = panel.partition("4月と比べて")[2]
    assert told.startswith(words[change.verdict or ""])
    assert f"{'+' if change.change > 0 else '−'}{abs(change.change) * 100:.1f}ポイント" in told


def test_how_many_seats_a_department_needs(index: PageReader, site: Path, rows: Rows) -> None:
    seats = rows[("1300", *MONTH, "seats_office_max")]
    page = page_after(index, site, "telework.html")
    row = next(
        scope
        for scope in page.scopes
        if "table-seats-month" in scope.inside and scope.row == ("1300", *MONTH, "seats_office_max")
    )
    assert f"{ceil(seats['bound_high']):,}席{seats['value']:,.0f}人" in "".join(row.text.split())


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
