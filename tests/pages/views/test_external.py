"""The page about external file exchange: its first sentence is the published number, in each period."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipelines.pages.site.write import render_site
from tests.pages.page_reader import PageReader
from tests.pages.published_fixture import FixtureOptions, write_published
from tests.pages.site.test_site import Parts, Rows, figure_of


@pytest.fixture(scope="module")
def page(site: Path) -> PageReader:
    return PageReader.of(site / "external.html")


@pytest.mark.parametrize(
    ("kind", "start", "name"),
    [
        ("month", "2026-06-01", "令和8年6月"),
        ("week", "2026-06-29", "令和8年6月29日からの週"),
        ("fiscal_year", "2026-04-01", "令和8年度（4月1日〜7月3日）"),
    ],
)
def test_the_first_sentence_says_how_many_large_files_there_were(
    page: PageReader, rows: Rows, kind: str, start: str, name: str
) -> None:
    large = rows[("ALL", kind, start, "beyond_mail_files")]["numerator"]
    sentence = f"{name}に庁外と受け渡した、メールでは送れなかった大きさ（7.3MB超）のファイルは{large:,.0f}件です。"
    assert sentence in page.text
    partners = rows[("ALL", kind, start, "external_partners")]["numerator"]
    assert f"相手先はメールのドメインで数えて{partners:,.0f}件です。" in page.text


def test_departments_are_drawn_in_official_order(site: Path, rows: Rows) -> None:
    drawn = figure_of(site, "external.html", "departments-month")["data"][0]["x"]
    published = [
        row["numerator"]
        for (department, kind, start, metric), row in sorted(rows.items())
        if (kind, start, metric) == ("month", "2026-06-01", "beyond_mail_files") and department.endswith("00")
    ]
    assert drawn == published
    assert len(drawn) == 19


def test_sizes_are_drawn_as_published_and_the_limit_stands_on_the_chart(site: Path, parts: Parts) -> None:
    figure = figure_of(site, "external.html", "sizes-month")
    key = ("ALL", "month", "2026-06-01", "external_size_files")
    published = [
        parts[(*key, f"size_band:{band}")]["numerator"] for band in ("up_to_mail", "to_50mb", "to_200mb", "over_200mb")
    ]
    assert figure["data"][0]["x"] == published
    assert figure["layout"]["xaxis"]["range"][0] == 0
    assert figure["layout"]["yaxis"]["ticktext"][1] == "7.3MB超〜50MB"


def test_without_sizes_nothing_is_said_about_them(tmp_path: Path) -> None:
    path = write_published(tmp_path / "p.duckdb", FixtureOptions(sections=2))
    with duckdb.connect(str(path)) as connection:
        connection.execute("delete from department_metrics where segment_kind = 'size_band'")
    render_site(path, tmp_path / "site")
    text = PageReader.of(tmp_path / "site" / "external.html").text
    assert "令和8年6月の大きさ別の数は示せません" in text
    assert "大きさの分かる" not in text
