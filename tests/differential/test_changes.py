"""The changes that the marts tell equal those worked out from the same people, one after the other, in two wards."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import duckdb
import polars as pl
import pytest

from pipelines.warehouse.models.runner import run_all
from pipelines.warehouse.raw.deduplicate import deduplicate_all
from tests.differential import long_ward, messy_ward
from tests.differential.agreement import ENDS, RATES, differing
from tests.differential.plain_changes import SCHEMA, change_table
from tests.differential.plain_raw import read_facts
from tests.project import PROJECT

FIGURES = ("people_count", "least_people_count", "change", "change_low", "change_high", "change_detectable")
KEY = [name for name in SCHEMA if name not in FIGURES]
WARDS: dict[str, Callable[[duckdb.DuckDBPyConnection, int], None]] = {
    "messy": messy_ward.fill,
    "long": long_ward.fill,  # with an April and months after it
}


@pytest.fixture(scope="module", params=WARDS)
def both(request: pytest.FixtureRequest) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """(what the marts say, what the plain implementation says)."""
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'")
        WARDS[request.param](con, 20)
        facts = read_facts(con)
        deduplicate_all(con)
        run_all(con, PROJECT)
        yield con.sql("select * from marts.rpt_department_changes").pl(), change_table(facts)


def test_both_tell_the_same_changes(both: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    told, expected = both
    assert told.join(expected, on=KEY, how="anti").is_empty()
    assert expected.join(told, on=KEY, how="anti").is_empty()
    assert len(expected) > 80


@pytest.mark.parametrize(
    ("column", "tolerance"), [(name, ENDS if name.startswith("change_") else RATES) for name in FIGURES]
)
def test_every_change_agrees(both: tuple[pl.DataFrame, pl.DataFrame], column: str, tolerance: float) -> None:
    joined = both[0].join(both[1], on=KEY, suffix="_plain")
    wrong = differing(joined, column, tolerance).select(*KEY, column, f"{column}_plain")
    assert wrong.is_empty(), f"{len(wrong)} of {len(joined)} changes differ: {wrong.head(12)}"
    assert joined[column].drop_nulls().n_unique() > 10
