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
from tests.differential.facts import Facts
from tests.differential.plain_book import KEY
from tests.differential.plain_metrics import COMPARED, DAY_FACTS, all_metrics, day_facts, plain_figures
from tests.differential.plain_places import PLACES
from tests.differential.plain_raw import read_facts
from tests.project import PROJECT

SEEDS = (3, 2026)
DIGITS = 5e-7  # half of the last digit that is kept
RATES = 1e-12


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
    [("numerator", DIGITS), ("denominator", DIGITS), ("group_people", DIGITS), ("rate", RATES), ("value", RATES),
     ("rate_low", RATES), ("rate_high", RATES), ("coverage_share", RATES), ("is_final", 0)],
)  # fmt: skip
def test_every_cell_agrees(both: tuple[pl.DataFrame, pl.DataFrame], column: str, tolerance: float) -> None:
    joined = plain_figures(both[0]).join(both[1], on=KEY, suffix="_plain")
    one, other = pl.col(column).cast(pl.Float64), pl.col(f"{column}_plain").cast(pl.Float64)
    agrees = ((one - other).abs() <= tolerance) | (one.is_null() & other.is_null())
    wrong = joined.filter(~agrees.fill_null(value=False)).select(*KEY, column, f"{column}_plain")
    assert wrong.is_empty(), f"{len(wrong)} of {len(joined)} cells differ: {wrong.head(12)}"
    assert joined[column].drop_nulls().n_unique() > 1


@pytest.mark.parametrize("column", ["bound_low", "bound_high"])
def test_the_bounds_of_what_rests_on_places_agree(both: tuple[pl.DataFrame, pl.DataFrame], column: str) -> None:
    rests = pl.col("metric_id").is_in(PLACES) | (pl.col("segment_kind") == "weekday")
    joined = plain_figures(both[0]).filter(rests).join(both[1], on=KEY, suffix="_plain")
    one, other = pl.col(column), pl.col(f"{column}_plain")
    agrees = ((one - other).abs() <= DIGITS) | (one.is_null() & other.is_null())
    wrong = joined.filter(~agrees.fill_null(value=False)).select(*KEY, column, f"{column}_plain")
    assert wrong.is_empty(), f"{len(wrong)} of {len(joined)} cells differ: {wrong.head(12)}"
    assert joined["bound_low"].drop_nulls().n_unique() > 1


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
