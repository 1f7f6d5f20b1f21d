"""Since when departments are time-correct and from when they are assumed: both kinds of basis, read from the DOM."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipelines.pages.site.write import render_site
from tests.pages.page_reader import PageReader
from tests.pages.published_fixture import FixtureOptions, write_published

ASSUMED = "所属は推定"
SINCE = date(2026, 4, 15)


def basis_of(page: PageReader) -> dict[str, str]:
    return {
        attributes["data-column"] or "": attributes["data-value"] or ""
        for _, attributes in page.tags
        if "data-column" in attributes
    }


@pytest.fixture(scope="module")
def snapshots_only(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("snapshots")
    options = FixtureOptions(sections=2, departments_known_since=SINCE)
    render_site(write_published(folder / "p.duckdb", options), folder / "site")
    return folder / "site"


def test_with_personnel_files_every_day_is_the_department_of_that_day(site: Path) -> None:
    page = PageReader.of(site / "data.html")
    assert basis_of(page) == {
        "department_source": "personnel",
        "time_correct_since": "2026-01-02",
        "is_assumed_before": "false",
    }
    assert (
        "職員の所属は人事情報のファイル（発令）によります。1月2日（金）以降は、その日の所属に数えています。"
        in page.text
    )
    assert "収録期間のすべての日が、その日の所属です。" in page.text
    for name in ("index.html", "dept-0100.html"):
        assert "推定" not in PageReader.of(site / name).text


def test_with_snapshots_only_the_page_says_since_when_it_is_right_and_what_is_assumed(snapshots_only: Path) -> None:
    page = PageReader.of(snapshots_only / "data.html")
    assert basis_of(page) == {
        "department_source": "directory",
        "time_correct_since": "2026-04-15",
        "is_assumed_before": "true",
    }
    assert "その日の所属に数えられるのは、最初の記録のある4月15日（水）以降です。" in page.text
    assert "記録のない1月2日〜4月14日は、4月15日に記録された所属にそれまでもいたものと仮定しています。" in page.text


@pytest.mark.parametrize("name", ["index.html", "dept-0100.html"])
def test_only_figures_that_reach_before_that_day_are_marked(snapshots_only: Path, name: str) -> None:
    page = PageReader.of(snapshots_only / name)
    marked = {scope.row[1:3] for scope in page.scopes if ASSUMED in scope.text}
    assert {start for kind, start in marked if kind == "week"} == {
        scope.row[2] for scope in page.scopes if scope.row[1] == "week" and scope.row[2] <= "2026-04-13"
    }
    assert ("month", "2026-06-01") not in marked
    assert page.text.count(f"4月{ASSUMED}") == 4 if name == "index.html" else True


def test_charts_that_reach_before_that_day_say_so(snapshots_only: Path) -> None:
    page = PageReader.of(snapshots_only / "external.html")
    said = [attributes["aria-label"] or "" for _, attributes in page.tags if "data-figure" in attributes]
    weekly = [text for text in said if "週ごとの" in text]
    assert weekly
    assert all("4月15日より前の所属は推定" in text for text in weekly)
    assert not any("推定" in text for text in said if "令和8年6月の" in text)
