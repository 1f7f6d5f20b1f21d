"""Habits, tiers, funnel, stickiness and the top tenth equal those worked out person by person, on two seeds."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import polars as pl
import pytest

from pipelines.warehouse.models.runner import run_all
from tests.differential import long_ward
from tests.differential.plain_book import KEY
from tests.differential.plain_habit import HABIT, habit_metrics
from tests.differential.plain_raw import read_facts
from tests.project import PROJECT

DIGITS = 5e-7


@pytest.fixture(scope="module", params=[2, 700])
def both(request: pytest.FixtureRequest) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'")
        long_ward.fill(con, request.param)
        run_all(con, PROJECT)
        told = con.sql("select * from marts.rpt_department_metrics").pl()
        yield told.filter(pl.col("metric_id").is_in(HABIT)), habit_metrics(read_facts(con))


def test_both_have_the_same_cells(both: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    told, plain = both
    assert told.join(plain, on=KEY, how="anti").is_empty()
    assert plain.join(told, on=KEY, how="anti").is_empty()
    assert set(told["metric_id"]) == set(HABIT)


@pytest.mark.parametrize("column", ["numerator", "denominator", "group_people", "people_count", "sum_nn", "sum_dd"])
def test_every_cell_agrees(both: tuple[pl.DataFrame, pl.DataFrame], column: str) -> None:
    cells = both[0].join(both[1], on=KEY, suffix="_plain")
    one, other = pl.col(column), pl.col(f"{column}_plain")
    agrees = ((one - other).abs() <= DIGITS).fill_null(one.is_null() & other.is_null())
    wrong = cells.filter(~agrees).select(*KEY, column, f"{column}_plain")
    assert wrong.is_empty(), f"{len(wrong)} of {len(cells)} cells differ: {wrong.head(12)}"


def test_every_metric_says_something(both: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    known = both[0].filter(pl.col("numerator") > 0)
    assert set(known["metric_id"]) == set(HABIT)
    assert both[0].filter(pl.col("metric_id") == "habit_share")["numerator"].null_count() > 0
