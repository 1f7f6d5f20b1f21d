"""The index: four panels for month, week and fiscal year, with targets, comparisons and what moved."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines.pages.figures.periods import PeriodKind, Periods
from pipelines.pages.figures.queries import Published, read_published
from pipelines.pages.site.write import render_site
from pipelines.pages.views.context import Context
from pipelines.pages.views.headline_panels import Panel, panel_view
from pipelines.pages.views.largest_changes import largest_changes
from pipelines.pages.wording.language import Language
from tests.pages.page_reader import PageReader
from tests.pages.published_fixture import FixtureOptions, write_published
from tests.pages.site.test_site import Rows, figure_of


@pytest.fixture(scope="module")
def page(site: Path) -> PageReader:
    return PageReader.of(site / "index.html")


def context_of(published: Published, ja: Language, kind: PeriodKind = "month") -> Context:
    return Context(published, Periods.of(published), ja, published.root(), kind)


@pytest.mark.parametrize(
    ("kind", "start", "said"),
    [
        ("month", "2026-06-01", "全庁で令和8年6月に1日以上使った職員の割合は、"),
        ("week", "2026-06-29", "全庁で令和8年6月29日からの週に1日以上使った職員の割合は、"),
        ("fiscal_year", "2026-04-01", "全庁で令和8年度（4月1日〜7月3日）に1日以上使った職員の割合は、"),
    ],
)
def test_each_period_has_its_answer_and_its_four_panels(
    page: PageReader, rows: Rows, kind: str, start: str, said: str
) -> None:
    assert said in page.text
    shown = {(value.row[3], value.field) for value in page.values if value.row[:3] == ("ALL", kind, start)}
    for metric_id in ("chat_reach", "meeting_reach", "telework_reach", "beyond_mail_share"):
        assert {
            (metric_id, name) for name in ("rate", "numerator", "denominator", "interval_low", "interval_high")
        } <= shown
    large = rows[("ALL", kind, start, "beyond_mail_files")]["numerator"]
    assert f"メールでは送れない大きさのファイルは{large:,.0f}件です" in page.text


def test_months_are_drawn_with_their_interval_and_the_target(site: Path, rows: Rows) -> None:
    figure = figure_of(site, "index.html", "chat")
    drawn = {
        day: value
        for trace in figure["data"]
        if trace["mode"] in ("lines+markers", "markers")
        for day, value in zip(trace["x"], trace["y"], strict=True)
        if value is not None
    }
    published = [rows[("ALL", "month", f"2026-{month:02d}-01", "chat_reach")] for month in range(1, 7)]
    assert [drawn[day] for day in sorted(drawn)] == [pytest.approx(row["rate"], abs=1e-6) for row in published]
    band = figure["data"][0]
    assert max(value for value in band["y"] if value is not None) == pytest.approx(
        max(row["interval_high"] for row in published), abs=1e-6
    )
    assert [shape["y0"] for shape in figure["layout"]["shapes"] if shape["type"] == "line"] == [0.9]
    assert "目標90.0％" in [note["text"] for note in figure["layout"]["annotations"]]
    assert not [s for s in figure_of(site, "index.html", "meeting")["layout"].get("shapes", []) if s["type"] == "line"]


@pytest.mark.parametrize(("target", "verdict"), [(0.5, "met"), (0.95, "missed"), (0.782, "cannot_tell")])
def test_a_target_is_met_or_missed_only_where_the_interval_lies_on_one_side(
    published: Published, ja: Language, target: float, verdict: str
) -> None:
    shown = panel_view(context_of(published, ja)).panels[0]
    cell = shown.row.cell
    assert cell.interval_low is not None
    if verdict == "cannot_tell":
        target = cell.interval_low + 1e-6
    values = {name: getattr(shown, name) for name in Panel.__dataclass_fields__} | {"target": target}
    assert Panel(**values).target_verdict == verdict


def test_without_the_same_month_last_year_the_page_says_so(page: PageReader) -> None:
    assert page.text.count("前年同月のデータがありません") == 4


def test_the_same_month_last_year_is_compared_where_it_is_published(tmp_path: Path, ja: Language) -> None:
    options = FixtureOptions(sections=2, first=date(2025, 5, 7), has_gaps=False)
    published = read_published(write_published(tmp_path / "p.duckdb", options))
    shown = panel_view(context_of(published, ja)).panels[0]
    assert shown.year_before is not None
    assert shown.year_before.period_start == date(2025, 6, 1)
    assert shown.against_year.verdict == "rose"
    assert len(shown.history) == 12


def test_changes_are_listed_by_size_and_only_where_intervals_do_not_touch(published: Published, ja: Language) -> None:
    found = largest_changes(context_of(published, ja))
    for listed, verdict in ((found.rose, "rose"), (found.fell, "fell")):
        assert {one.row.change.verdict for one in listed} <= {verdict}
        sizes = [abs(one.row.change.difference or 0.0) for one in listed]
        assert sizes == sorted(sizes, reverse=True)
    assert "累計は前年度の同じ時点と比べていません" in largest_changes(context_of(published, ja, "fiscal_year")).finding


def test_where_nothing_moved_the_page_says_so(tmp_path: Path, ja: Language) -> None:
    path = write_published(tmp_path / "p.duckdb", FixtureOptions(sections=2))
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "update department_metrics set interval_low = 0, interval_high = 1 where interval_low is not null"
        )
    found = largest_changes(context_of(read_published(path), ja))
    assert (found.rose, found.fell) == ([], [])
    assert found.finding == "令和8年6月に前月から動いたと95％区間で読み取れる部はありません（比べられる8件中）"


def test_a_file_without_targets_is_read_and_shows_none(tmp_path: Path) -> None:
    path = write_published(tmp_path / "p.duckdb", FixtureOptions(sections=2))
    with duckdb.connect(str(path)) as connection:
        connection.execute("drop table targets")
    render_site(path, tmp_path / "site")
    assert "目標" not in PageReader.of(tmp_path / "site" / "index.html").text


def test_old_data_and_few_people_are_said_beside_the_figures(tmp_path: Path) -> None:
    path = write_published(tmp_path / "p.duckdb", FixtureOptions(sections=2, last=date(2026, 6, 20), has_gaps=False))
    with duckdb.connect(str(path)) as connection:
        connection.execute("update department_metrics set n = 29 where department_key = '0101' and not is_hidden")
        connection.execute("update department_metrics set n = 30 where department_key = '0102' and not is_hidden")
    render_site(path, tmp_path / "site")
    assert "データは基準日の16日前までです。" in PageReader.of(tmp_path / "site" / "index.html").text
    page = PageReader.of(tmp_path / "site" / "dept-0100.html")
    beside = {unit: [scope.text for scope in page.scopes if scope.row[0] == unit] for unit in ("0101", "0102")}
    assert any("少人数（29人）" in text for text in beside["0101"])
    assert not any("少人数" in text for text in beside["0102"])
