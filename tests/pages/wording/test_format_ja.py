"""Numbers and dates as a Japanese reader expects them."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.pages.figures.cells import Metric
from pipelines.pages.wording import format_ja as form


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.04, "0"),
        (120.0, "120"),
        (4683.5, "4,683.5"),
        (4683.4999, "4,683.5"),
        (1_203_000, "1,203,000"),
        (-53, "−53"),
    ],
)
def test_number_has_at_most_one_decimal_and_no_trailing_zero(value: float, text: str) -> None:
    assert form.number(value) == text


@pytest.mark.parametrize(("share", "text"), [(0.783, "78.3％"), (0.0, "0.0％"), (1.0, "100.0％"), (0.04996, "5.0％")])
def test_percent_always_shows_one_decimal(share: float, text: str) -> None:
    assert form.percent(share) == text


@pytest.mark.parametrize(
    ("difference", "text"), [(0.021, "+2.1ポイント"), (-0.021, "−2.1ポイント"), (0.0004, "±0.0ポイント")]
)
def test_points_carry_a_sign_that_fits_the_rounded_value(difference: float, text: str) -> None:
    assert form.signed_points(difference) == text


def test_interval_names_the_unit_once() -> None:
    assert form.interval(0.772, 0.7934) == "77.2〜79.3％"


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 7, 3), "令和8年"),
        (date(2019, 5, 1), "令和元年"),
        (date(2019, 4, 30), "平成31年"),
        (date(1989, 1, 8), "平成元年"),
        (date(1989, 1, 7), "昭和64年"),
    ],
)
def test_era_changes_on_its_day(day: date, year: str) -> None:
    assert form.era_year(day) == year


def test_full_date_shows_era_and_western_year() -> None:
    assert form.full_date(date(2026, 7, 3)) == "令和8年（2026年）7月3日"
    assert form.date_with_weekday(date(2026, 7, 3)) == "7月3日（金）"


def test_date_range_repeats_nothing_that_stays_the_same() -> None:
    assert form.date_range(date(2026, 2, 16), date(2026, 2, 16)) == "2月16日"
    assert form.date_range(date(2026, 2, 16), date(2026, 2, 22)) == "2月16日〜22日"
    assert form.date_range(date(2026, 1, 30), date(2026, 2, 2)) == "1月30日〜2月2日"
    assert form.date_range(date(2025, 12, 30), date(2026, 1, 2)).count("年（") == 2


def test_megabytes_are_decimal() -> None:
    assert form.megabytes(7_300_000) == "7.3MB"
    assert form.megabytes(10_000_000) == "10MB"


def test_list_ends_with_and() -> None:
    assert form.listed(["チャット"]) == "チャット"
    assert form.listed(["チャット", "Box"]) == "チャットとBox"
    assert form.listed(["チャット", "Web会議", "Box"]) == "チャット、Web会議とBox"


def test_metric_value_uses_the_unit_of_the_metric() -> None:
    blank = ("", "", "", "", "")
    assert form.metric_value(Metric("a", "", "％", "share", *blank), 0.5) == "50.0％"
    assert form.metric_value(Metric("b", "", "分", "ratio", *blank), 41.25) == "41.2分"
    assert form.metric_value(Metric("c", "", "件", "count", *blank), 1203) == "1,203件"


def test_years_of_a_table_that_crosses_new_year() -> None:
    assert form.years([date(2026, 1, 5), date(2026, 6, 29)]) == "令和8年（2026年）"
    assert form.years([date(2025, 12, 22), date(2026, 1, 5)]) == "2025〜2026年"
    assert form.years([]) == ""
