"""The page of a 部: habit and tiers beside 全庁, seats, weekdays, sizes, phones; every sentence follows the figures."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipelines.pages.figures.cells import Cell, compare
from pipelines.pages.site.write import render_site
from pipelines.pages.views import findings
from pipelines.pages.wording.language import Language
from tests.pages.page_reader import PageReader
from tests.pages.published_fixture import FixtureOptions, write_published
from tests.pages.site.test_site import Parts, Rows, figure_of
from tests.pages.views.test_findings import JUNE

PAGE = "dept-0500.html"
MONTH = ("0500", "month", "2026-06-01")
TOOLS = ("chat", "meeting", "telework", "box", "files")


@pytest.fixture(scope="module")
def page(site: Path) -> PageReader:
    return PageReader.of(site / PAGE)


def test_habit_is_drawn_beside_the_whole_organisation(site: Path, parts: Parts) -> None:
    drawn = figure_of(site, PAGE, "habit-share")["data"][0]["x"]
    published = [
        parts[(department, *MONTH[1:], "habit_share", f"tool:{tool}")]["rate"]
        for tool in TOOLS
        for department in ("0500", "ALL")
    ]
    assert drawn == [pytest.approx(rate) for rate in published]


def test_the_way_from_licence_to_habit_stands_in_a_table(page: PageReader, parts: Parts) -> None:
    for tool in TOOLS:
        for step in ("funnel_licensed", "funnel_ever", "funnel_recent", "funnel_habitual"):
            row = (*MONTH, step)
            shown = [value.text for value in page.values if value.row == row and value.part == f"tool:{tool}"]
            assert shown == [f"{parts[(*row, f'tool:{tool}')]['rate'] * 100:.1f}％"]


def test_seats_of_the_department_stand_between_their_bounds(page: PageReader, rows: Rows) -> None:
    seats = rows[(*MONTH, "seats_office_p95")]
    assert f"95％の日に足りる席は{seats['value']:,.1f}".removesuffix(".0") in page.text
    shown = {value.field for value in page.values if value.row == (*MONTH, "seats_office_p95")}
    assert {"value", "bound_high"} <= shown


def test_weekdays_sizes_and_phones_are_drawn_from_zero(site: Path, rows: Rows, parts: Parts) -> None:
    weekdays = figure_of(site, PAGE, "weekdays-month")["data"][0]["x"]
    key = (*MONTH, "telework_day_rate")
    assert weekdays == [pytest.approx(parts[(*key, f"weekday:{day}")]["rate"]) for day in range(1, 6)]
    assert figure_of(site, PAGE, "sizes-month")["layout"]["xaxis"]["range"][0] == 0
    phones = figure_of(site, PAGE, "phones")
    june = rows[(*MONTH, "mobile_reach")]["rate"]
    assert any(value == pytest.approx(june, abs=1e-6) for trace in phones["data"] for value in trace["y"] if value)


def test_before_habit_can_be_judged_the_part_is_not_there(tmp_path: Path) -> None:
    path = write_published(tmp_path / "p.duckdb", FixtureOptions(sections=2))
    with duckdb.connect(str(path)) as connection:
        connection.execute("delete from department_metrics where segment_kind in ('tool', 'tier')")
    render_site(path, tmp_path / "site")
    ids = {attributes.get("id") for _, attributes in PageReader.of(tmp_path / "site" / "dept-0100.html").tags}
    assert "habits-title" not in ids
    assert "seats-title" in ids


def named(name: str, rate: float | None, whole: float, half: float = 0.01) -> findings.Named:
    def cell(value: float | None) -> Cell:
        low, high = (None, None) if value is None else (value - half, value + half)
        return Cell("0500", "month", JUNE, "habit_share", 1.0, 100.0, value, low, high, is_hidden=value is None)

    return findings.Named(name, cell(rate), compare(cell(rate), cell(whole)))


def test_a_department_is_above_or_below_the_whole_only_where_intervals_allow_it(ja: Language) -> None:
    parts = [
        named("チャット", 0.8, 0.7),
        named("Box", 0.5, 0.7),
        named("Web会議", 0.71, 0.7),
        named("ファイル", None, 0.7),
    ]
    assert findings.against_whole("定着率", "6月", parts, ja) == (
        "6月の定着率は、全庁と比べて高いのはチャット（80.0％）、低いのはBox（50.0％）"
    )
    assert "どれも全庁との差を読み取れません" in findings.against_whole("定着率", "6月", parts[2:], ja)
    assert "全庁と比べられません" in findings.against_whole("定着率", "6月", parts[3:], ja)
