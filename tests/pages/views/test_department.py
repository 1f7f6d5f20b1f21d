"""The page of a 部: the same head against its staffing, its 課, telework between two ends, seats, steps to habit."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipelines.pages.figures.queries import Published
from pipelines.pages.site.write import render_site
from pipelines.pages.views.headline_panels import panel_view
from pipelines.pages.views.seats import seats
from pipelines.pages.views.telework_range import telework_range
from tests.pages.page_reader import PageReader
from tests.pages.published_fixture import FixtureOptions, write_published
from tests.pages.site.test_site import Parts, Rows
from tests.pages.views.test_verdicts import context_of

PAGE = "dept-0500.html"
MONTH = ("0500", "month", "2026-06-01")
TOOLS = ("chat", "meeting", "telework", "box", "files")


@pytest.fixture(scope="module")
def page(site: Path) -> PageReader:
    return PageReader.of(site / PAGE)


def test_the_expected_value_is_drawn_beside_its_own_on_one_height(published: Published) -> None:
    panels = panel_view(context_of(published, key="0500")).panels
    for panel in panels:
        assert [line.kind for line in panel.drawing.lines] == ["expected", "main"]
        assert panel.difference is not None
        assert panel.difference.word
    assert len({panel.drawing.ticks_y[-1][1] for panel in panels}) == 1


def test_the_way_from_licence_to_habit_stands_in_a_table(page: PageReader, parts: Parts) -> None:
    for tool in TOOLS:
        for step in ("funnel_ever", "funnel_recent"):
            row = (*MONTH, step)
            shown = [
                value.text
                for value in page.values
                if value.row == row and value.part == f"tool:{tool}" and value.field == "rate"
            ]
            assert shown == [f"{parts[(*row, f'tool:{tool}')]['rate'] * 100:.1f}％"]


def test_telework_stands_between_what_is_known_and_what_may_be(published: Published, rows: Rows) -> None:
    context = context_of(published, key="0500")
    told = telework_range(context, published.units(context.department))
    assert told is not None
    row = rows[(*MONTH, "telework_capable_day_rate")]
    low, high = (f"{float(str(row[name])) * 100:.0f}％" for name in ("rate", "bound_high"))
    assert told.title == f"テレワークは少なくとも{low}、多くて{high}です"
    assert [one.department.key for one in told.rows] == ["0500", *(f"050{unit}" for unit in range(1, 6)), "ALL"]


def test_enough_seats_is_the_high_end_in_whole_seats(page: PageReader, published: Published, rows: Rows) -> None:
    row = rows[(*MONTH, "seats_office_max")]
    high = -(-float(str(row["bound_high"])) // 1)
    assert f"{high:,.0f}席あれば、令和8年6月のどの日も足りました" in page.text
    assert "庁舎にいたと分かる人数" in page.named["seats-title"]
    found = seats(context_of(published, key="0500"), [])
    assert found is not None
    assert found.rows[0].seats == high


def test_before_habit_can_be_judged_the_page_says_so(tmp_path: Path) -> None:
    path = write_published(tmp_path / "p.duckdb", FixtureOptions(sections=2))
    with duckdb.connect(str(path)) as connection:
        connection.execute("delete from department_metrics where segment_kind in ('tool', 'tier')")
    render_site(path, tmp_path / "site")
    page = PageReader.of(tmp_path / "site" / "dept-0100.html")
    ids = {attributes.get("id") for _, attributes in page.tags}
    assert "table-habits" not in ids
    assert "seats-title" in ids
    assert "12週分のデータがそろうまで判定できません" in page.text


def test_where_nobody_can_telework_there_is_nobody_to_tell_of(tmp_path: Path) -> None:
    path = write_published(tmp_path / "p.duckdb", FixtureOptions(sections=1))
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "delete from department_metrics where department_key = '0102' and metric_id = 'telework_capable_day_rate'"
        )
    render_site(path, tmp_path / "site")
    page = PageReader.of(tmp_path / "site" / "dept-0100.html")
    shown = [value for value in page.values if value.row[0] == "0102" and value.row[3] == "telework_capable_day_rate"]
    assert {value.text for value in shown if value.field == "rate"} == {"対象なし"}
