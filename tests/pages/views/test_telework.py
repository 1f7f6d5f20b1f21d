"""The page about telework and seats: rates with both denominators, weekdays, the least 部, seats against headcount."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipelines.pages.charts import bar_charts
from pipelines.pages.figures.cells import Cell, Metric
from pipelines.pages.site.write import render_site
from pipelines.pages.views import findings
from pipelines.pages.wording.language import Language, language
from tests.pages.page_reader import PageReader
from tests.pages.published_fixture import FixtureOptions, write_published
from tests.pages.site.test_site import Parts, Rows, figure_of
from tests.pages.views.test_findings import JUNE

MONTH = ("ALL", "month", "2026-06-01")
CAPABLE = Metric("telework_capable_reach", "経験率", "％", "share", "", "", "", "", "")


@pytest.fixture(scope="module")
def page(site: Path) -> PageReader:
    return PageReader.of(site / "telework.html")


def percent(value: object) -> str:
    return f"{float(str(value)) * 100:.1f}％"


def test_the_answer_names_both_denominators_and_the_coverage(page: PageReader, rows: Rows) -> None:
    whole, capable = rows[(*MONTH, "telework_reach")], rows[(*MONTH, "telework_capable_reach")]
    assert (
        f"令和8年6月に1日以上テレワークをした職員は、全職員の{percent(whole['rate'])}（{whole['denominator']:,.1f}人中"
    ) in page.text
    assert f"テレワーク可能な職員の{percent(capable['rate'])}（" in page.text
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
    assert len({trace["marker"]["color"] for trace in figure["data"]}) == 5


def test_departments_are_ranked_by_those_who_can_the_least_first(site: Path, page: PageReader, rows: Rows) -> None:
    drawn = figure_of(site, "telework.html", "rank-telework-capable-reach-month")["data"][0]["x"]
    published = [
        row["rate"]
        for (department, kind, start, metric), row in rows.items()
        if (kind, start, metric) == (*MONTH[1:], "telework_capable_reach") and department.endswith("00")
    ]
    assert drawn[1:] == [pytest.approx(rate) for rate in sorted(published)]
    assert drawn[0] == pytest.approx(rows[(*MONTH, "telework_capable_reach")]["rate"])
    assert "が最も低いのは" in page.text
    assert percent(min(published)) in next(text for _, text in page.headings if "最も低いのは" in text)


def test_seats_are_drawn_between_their_bounds_with_the_headcount(site: Path, rows: Rows) -> None:
    figure = figure_of(site, "telework.html", "seats-month")
    known, possible, headcount, _ = figure["data"]
    published = sorted(
        (
            (row["value"], row["bound_high"], rows[(department, *MONTH[1:], "seats_per_headcount")]["denominator"])
            for (department, kind, start, metric), row in rows.items()
            if (kind, start, metric) == (*MONTH[1:], "seats_office_p95") and department.endswith("00")
        ),
        reverse=True,
    )
    assert known["x"] == [low for low, _, _ in published]
    drawn = sorted(zip(known["x"], possible["x"], headcount["x"], strict=True), reverse=True)
    assert drawn == [(low, pytest.approx(high - low), people) for low, high, people in published]
    assert figure["layout"]["xaxis"]["range"][0] == 0


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


def unit(name: str, rate: float | None, half: float = 0.02) -> findings.Named:
    low, high = (None, None) if rate is None else (rate - half, rate + half)
    cell = Cell(name, "month", JUNE, "telework_capable_reach", 1.0, 100.0, rate, low, high, is_hidden=rate is None)
    return findings.Named(name, cell)


def test_the_least_is_told_apart_from_the_next_only_where_the_intervals_allow_it(ja: Language) -> None:
    apart = [unit("土木部", 0.2), unit("総務部", 0.4), unit("議会", None)]
    assert findings.least(CAPABLE, "6月", apart, ja) == "6月の経験率が最も低いのは土木部の20.0％（次は総務部の40.0％）"
    close = findings.least(CAPABLE, "6月", [unit("土木部", 0.39), unit("総務部", 0.4)], ja)
    assert "総務部40.0％との差は95％区間では読み取れません" in close
    assert "2つに満たない" in findings.least(CAPABLE, "6月", [unit("土木部", 0.39), unit("議会", None)], ja)


def test_a_part_too_small_for_its_figure_has_none() -> None:
    layer = bar_charts.Layer("庁外", "#28a197", "#1a1a1a", (0.5, 0.02, None))
    figure = bar_charts.stacked_shares(["月", "火", "水"], [layer], language("ja").texts["chart"])
    assert list(figure.data[0].text) == ["50.0％", "", ""]
    assert list(figure.data[0].y) == [0.5, 0.02, None]
