"""Every metric of the marts equals the one worked out from the world's truth: all departments and periods."""

from __future__ import annotations

import polars as pl
import pytest

from tests.differential.plain_habit import HABIT
from tests.differential.plain_metrics import COMPARED
from tests.e2e.conftest import FIRST, LAST, Ward
from tests.e2e.metric_truth import NOT_IN_THE_TRUTH, differences, told_and_true

# What needs twelve weeks, of which this ward has five.
JUDGED = ("habit_share", "tier_share", "funnel_habitual")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cells(ward: Ward) -> pl.DataFrame:
    return told_and_true(ward.home / "warehouse.duckdb", ward.root / "ward" / "truth.duckdb", FIRST, LAST)


@pytest.mark.parametrize("metric_id", sorted({*COMPARED} - {*NOT_IN_THE_TRUTH}))
def test_the_metric_is_the_truth(cells: pl.DataFrame, metric_id: str) -> None:
    mine = cells.filter(pl.col("metric_id") == metric_id)
    wrong = differences(mine)
    assert wrong.is_empty(), f"{len(wrong)} of {len(mine)} cells differ: {wrong.head(10)}"
    assert mine.select((pl.col("value") > 0).sum()).item() > 30


@pytest.mark.parametrize("metric_id", sorted({*HABIT} - {*JUDGED}))
def test_the_first_weeks_of_a_habit_are_the_truth(cells: pl.DataFrame, metric_id: str) -> None:
    mine = cells.filter(pl.col("metric_id") == metric_id)
    wrong = differences(mine)
    assert wrong.is_empty(), f"{len(wrong)} of {len(mine)} cells differ: {wrong.head(10)}"
    assert mine.select((pl.col("value") > 0).sum()).item() > 30


@pytest.mark.parametrize("metric_id", JUDGED)
def test_nobody_is_judged_before_twelve_weeks(cells: pl.DataFrame, metric_id: str) -> None:
    """Neither by the truth: tests/warehouse/test_habit_truth.py has wards of more weeks."""
    mine = cells.filter(pl.col("metric_id") == metric_id)
    assert differences(mine).is_empty()
    assert mine["value"].null_count() == len(mine) > 30
