"""What must happen to the figures when the people change: twice as many, one more, none of them known by that name."""

from __future__ import annotations

import duckdb
import polars as pl

from tests.metamorphic.test_every_metric import BY_WHOLE_PEOPLE
from tests.metamorphic.warehouses import IDENTIFIERS, LANDED, Marts, beside, columns_of, marts_after


def _keyed_anew(con: duckdb.DuckDBPyConnection) -> None:
    """As if the secret of the pseudonyms were another."""
    for table in LANDED:
        for name in columns_of(table):
            if name in IDENTIFIERS:
                con.execute(f"update raw.{table} set {name} = md5({name}) where {name} is not null")


def test_everybody_twice_doubles_counts_and_keeps_rates(before: Marts, doubled: Marts) -> None:
    cells = beside(before, doubled).filter(~pl.col("metric_id").is_in(BY_WHOLE_PEOPLE))
    for name in ("numerator", "denominator", "group_people"):
        doubled = (pl.col(f"{name}_after") - 2 * pl.col(name)).abs() < 1e-5
        both_unknown = pl.col(name).is_null() & pl.col(f"{name}_after").is_null()
        wrong = cells.filter(
            ~(doubled | both_unknown).fill_null(value=False), pl.col("metric_id") != "external_partners"
        )
        assert wrong.is_empty(), (name, wrong.select("metric_id", "period_kind", name, f"{name}_after"))
    for name in ("rate", "coverage_share"):
        kept = (pl.col(name) - pl.col(f"{name}_after")).abs() < 1e-6
        wrong = cells.filter(~kept.fill_null(pl.col(name).is_null() & pl.col(f"{name}_after").is_null()))
        assert wrong.is_empty(), (name, wrong.select("metric_id", "period_kind", name, f"{name}_after"))
    narrower = cells.filter(pl.col("rate").is_between(0.01, 0.99), pl.col("value_kind") == "share")
    width = pl.col("interval_high") - pl.col("interval_low")
    width_after = pl.col("interval_high_after") - pl.col("interval_low_after")
    assert narrower.select((width_after < width).all()).item()
    assert len(narrower) > 500


def test_other_keys_for_everybody_change_no_mart(before: Marts) -> None:
    after = marts_after(_keyed_anew)
    assert before.keys() == after.keys()
    changed = [name for name in before if not before[name].equals(after[name])]
    assert not changed
