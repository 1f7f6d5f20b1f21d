"""The page about telework and seats: rates with both denominators, the range by 部, weekdays, seats."""

from __future__ import annotations

from math import ceil
from pathlib import Path

import duckdb
import pytest

from pipelines.pages.charts import bar_charts
from pipelines.pages.site.write import render_site
from pipelines.pages.wording.language import language
from tests.pages.page_reader import PageReader
from tests.pages.published_fixture import FixtureOptions, write_published
from tests.pages.site.test_site import Parts, Rows, figure_of

MONTH = ("ALL", "month", "2026-06-01")


@pytest.fixture(scope="module")
def page(site: Path) -> PageReader:
    return PageReader.of(site / "telework.html")


def percent(value: object) -> str:
    return f"{float(str(value)) * 100:.1f}％"


def test_the_answer_names_both_denominators_and_the_coverage(page: PageReader, rows: Rows) -> None:
    whole, capable = rows[(*MONTH, "telework_reach")], rows[(*MONTH, "telework_capable_reach")]
    assert (
        f"令和8年6月に1日以上テレワークをした職員は、全職員の少なくとも{percent(whole['rate'])}（{whole['denominator']:,.0f}人中"
    ) in page.text
    assert f"テレワーク可能な職員の少なくとも{percent(capable['rate'])}（" in page.text
    coverage = rows[(*MONTH, "telework_coverage")]["rate"]
    assert f"勤務場所が分かったのは延べ人日の{percent(coverage)}です。" in page.text


def test_every_rate_stands_with_fraction_interval_and_upper_bound(page: PageReader) -> None:
    rates = ("telework_reach", "telework_capable_reach", "telework_day_rate", "telework_capable_day_rate")
    for metric_id in (*rates, "telework_weekly_1_share", "telework_weekly_2_share", "telework_weekly_3_share"):
        shown = {value.field for value in page.values if value.row == (*MONTH, metric_id) and not value.part}
        assert shown >= {
            "rate",
            "numerator",
            "denominator",
            "interval_low",
            "interval_high",
            "bound_high",
            "coverage_share",
        }


def test_weekdays_are_stacked_from_zero_and_every_part_is_the_published_one(site: Path, parts: Parts) -> None:
    figure = figure_of(site, "telework.html", "classes-month")
    assert figure["layout"]["barmode"] == "stack"
    assert figure["layout"]["yaxis"]["range"] == [0, 1]
    names = ("remote", "mixed", "office", "mobile", "unknown")
    for name, trace in zip(names, figure["data"], strict=True):
        published = [
            parts[(*MONTH, "telework_class_share", f"weekday_class:{day}_{name}")]["rate"] for day in range(1, 6)
        ]
        assert trace["y"] == [pytest.approx(rate, abs=1e-6) for rate in published]
    fills = {(trace["marker"]["color"], str(trace["marker"].get("pattern"))) for trace in figure["data"]}
    assert len(fills) == 5


def test_departments_stand_in_official_order_between_what_is_known_and_what_may_be(
    page: PageReader, rows: Rows
) -> None:
    shown = [
        value
        for value in page.values
        if "who-month-title" in value.inside and value.row[1:] == (*MONTH[1:], "telework_capable_day_rate")
    ]
    keys = list(dict.fromkeys(value.row[0] for value in shown))
    assert keys == ["ALL", *(f"{number:02d}00" for number in range(1, 20))]
    whole = rows[(*MONTH, "telework_capable_day_rate")]
    low, high = (f"{float(str(whole[name])) * 100:.0f}％" for name in ("rate", "bound_high"))
    assert f"テレワークは少なくとも{low}、多くて{high}です" in page.named["who-month-title"]


def test_seats_are_drawn_between_their_bounds_with_the_headcount(site: Path, rows: Rows) -> None:
    figure = figure_of(site, "telework.html", "seats-month")
    known, possible, headcount, labels = figure["data"]
    published = [
        (row["value"], ceil(row["bound_high"]), row["n"])
        for (department, kind, start, metric), row in sorted(rows.items())
        if (kind, start, metric) == (*MONTH[1:], "seats_office_max") and department.endswith("00")
    ]
    drawn = list(zip(known["x"], possible["x"], headcount["x"], strict=True))
    assert drawn == [(low, pytest.approx(high - low), people) for low, high, people in published]
    assert [text.strip() for text in labels["text"]] == [f"{high}席" for _, high, _ in published]
    assert figure["layout"]["xaxis"]["range"][0] == 0


def test_use_on_both_kinds_of_day_is_told_without_a_word(page: PageReader, parts: Parts) -> None:
    remote, office = (
        percent(parts[(*MONTH, "chat_day_rate", f"place:{place}")]["rate"]) for place in ("remote", "office")
    )
    assert f"同じ職員の庁外の日と庁内の日：チャットは庁外の日{remote}、庁内の日{office}" in page.text


def test_a_week_has_neither_weekdays_nor_seats_and_says_so(page: PageReader) -> None:
    assert "曜日の内訳と座席は、月と年度累計で示します。" in page.text
    ids = {attributes.get("id") for _, attributes in page.tags}
    assert {"chart-seats-month", "chart-seats-fiscal-year", "chart-rates-week"} <= ids
    assert "chart-seats-week" not in ids


def test_without_weekday_parts_the_rate_of_each_weekday_is_drawn(tmp_path: Path) -> None:
    path = write_published(tmp_path / "p.duckdb", FixtureOptions(sections=2))
    with duckdb.connect(str(path)) as connection:
        connection.execute("delete from department_metrics where segment_kind = 'weekday_class'")
    render_site(path, tmp_path / "site")
    assert len(figure_of(tmp_path / "site", "telework.html", "weekdays-month")["data"][0]["x"]) == 5


def test_a_part_too_small_for_its_figure_has_none() -> None:
    layer = bar_charts.Layer("庁外", "#12436d", "#ffffff", (0.5, 0.02, None))
    figure = bar_charts.stacked_shares(["月", "火", "水"], [layer], language("ja").texts["chart"])
    assert list(figure.data[0].text) == ["50.0％", "", ""]
    assert list(figure.data[0].y) == [0.5, 0.02, None]
