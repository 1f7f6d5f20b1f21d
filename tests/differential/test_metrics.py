"""The metrics of the marts equal those that a second, plain implementation works out from the same raw tables.

Both read raw.* of an in-memory warehouse and share no code. Numerators, denominators and counts must agree to the last
of their six digits.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import polars as pl
import pytest

from pipelines.warehouse.models.runner import run_all
from pipelines.warehouse.raw.deduplicate import deduplicate_all
from tests.differential import messy_ward
from tests.differential.agreement import BOUNDS, DIGITS, ENDS, RATES, differing
from tests.differential.facts import Facts
from tests.differential.plain_book import KEY
from tests.differential.plain_counted import secondary_posts
from tests.differential.plain_exchange import EXCHANGE
from tests.differential.plain_metrics import COMPARED, DAY_FACTS, all_metrics, day_facts, plain_figures
from tests.differential.plain_raw import read_facts
from tests.project import PROJECT

SEEDS = (3, 2026)
# What the marts say of the people behind a figure, and where they do not: of figures that are no sums over people.
OF_PEOPLE = (
    "people_count", "acting_people_count", "largest_share", "sum_nn", "sum_nd", "sum_dd", "interval_low",
    "interval_high",
)  # fmt: skip
BY_WEEKDAY = ("weekday", "weekday_class")
IS_NO_SUM_OF_PEOPLE = (
    pl.col("segment_kind").is_in([*BY_WEEKDAY, "telework_class"])
    | pl.col("metric_id").str.starts_with("telework_weekly")
    | pl.col("metric_id").str.starts_with("telework_people")
    | pl.col("metric_id").str.starts_with("seats_")
    | pl.col("metric_id").is_in(["telework_coverage", *EXCHANGE])
)


@pytest.fixture(scope="module", params=SEEDS)
def ward(request: pytest.FixtureRequest) -> Iterator[tuple[duckdb.DuckDBPyConnection, Facts]]:
    """The marts, and the facts that the plain implementation starts from."""
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'")
        messy_ward.fill(con, request.param)
        facts = read_facts(con)
        deduplicate_all(con)
        run_all(con, PROJECT)
        yield con, facts


@pytest.fixture(scope="module")
def both(ward: tuple[duckdb.DuckDBPyConnection, Facts]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(what the marts say, what the plain implementation says)."""
    con, facts = ward
    return con.sql("select * from marts.rpt_department_metrics").pl(), all_metrics(facts)


def test_both_have_the_same_cells(both: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    told, expected = plain_figures(both[0]), both[1]
    kinds = told["period_kind"].unique().to_list()
    expected = expected.filter(pl.col("period_kind").is_in(kinds))
    assert set(told["metric_id"]) == set(COMPARED)
    assert told.join(expected, on=KEY, how="anti").is_empty()
    assert expected.join(told, on=KEY, how="anti").is_empty()


@pytest.mark.parametrize(
    ("column", "tolerance"),
    [("numerator", DIGITS), ("denominator", DIGITS), ("people_count", 0), ("acting_people_count", 0),
     ("largest_share", RATES), ("sum_nn", DIGITS), ("sum_nd", DIGITS), ("sum_dd", DIGITS), ("group_people", 0),
     ("rate", RATES), ("value", RATES), ("interval_low", ENDS), ("interval_high", ENDS), ("bound_low", BOUNDS),
     ("bound_high", BOUNDS), ("coverage_share", RATES), ("is_final", 0)],
)  # fmt: skip
def test_every_cell_agrees(both: tuple[pl.DataFrame, pl.DataFrame], column: str, tolerance: float) -> None:
    joined = plain_figures(both[0]).join(both[1], on=KEY, suffix="_plain")
    if column in OF_PEOPLE:
        assert joined.filter(IS_NO_SUM_OF_PEOPLE)[column].null_count() == joined.filter(IS_NO_SUM_OF_PEOPLE).height
        joined = joined.filter(~IS_NO_SUM_OF_PEOPLE)
    if column in ("group_people", "coverage_share"):
        joined = joined.filter(~pl.col("segment_kind").is_in(BY_WEEKDAY))
    wrong = differing(joined, column, tolerance).select(*KEY, column, f"{column}_plain")
    assert wrong.is_empty(), f"{len(wrong)} of {len(joined)} cells differ: {wrong.head(12)}"
    assert joined[column].drop_nulls().n_unique() > 1


def test_secondary_posts_agree(ward: tuple[duckdb.DuckDBPyConnection, Facts]) -> None:
    con, facts = ward
    told = con.sql(
        "select department_key, month_start, secondary_post_people from marts.fct_secondary_posts"
    ).fetchall()
    expected = secondary_posts(facts).select("department_key", "month_start", "people_count").rows()
    assert sorted(told) == sorted(expected)
    assert len(expected) > 5


def test_the_facts_of_days_agree(ward: tuple[duckdb.DuckDBPyConnection, Facts]) -> None:
    con, facts = ward
    told = con.sql("select * from marts.fct_department_days").pl()
    by_column = told.unpivot([*DAY_FACTS.values()], index=["department_key", "activity_date"], variable_name="column")
    expected = day_facts(facts)
    joined = expected.join(by_column, on=["department_key", "activity_date", "column"], how="left")
    agrees = ((pl.col("fact") - pl.col("value")).abs() <= DIGITS) | (
        pl.col("fact").is_null() & pl.col("value").is_null()
    )
    wrong = joined.filter(~agrees.fill_null(value=False))
    assert wrong.is_empty(), f"{len(wrong)} of {len(joined)} facts differ: {wrong.head(12)}"
    assert set(joined.filter(pl.col("fact") > 0)["column"]) == set(DAY_FACTS.values())
    assert joined["fact"].null_count() > 0
