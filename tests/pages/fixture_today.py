"""The figures of the published fixture in today's organisation: the abolished 部 went to the one before the last.

One more 部 rests, until March, on a part that is hidden. All others are as they were.
"""

from __future__ import annotations

from datetime import date

import polars as pl

CARRIED_ON, HEIR, HIDDEN_UNTIL_APRIL = "2000", "1800", "1700"
BEFORE = pl.col("period_start") < date(2026, 4, 1)
FIGURES = (
    "numerator",
    "denominator",
    "rate",
    "interval_low",
    "interval_high",
    "value",
    "bound_low",
    "bound_high",
    "n",
    "left_out_people",
)
Z = 1.959964


def today_figures(figures: pl.DataFrame, departments: pl.DataFrame) -> pl.DataFrame:
    """From the disclosed figures as they were; without the abolished 部 among them both are the same."""
    ended = departments.filter(pl.col("valid_to").is_not_null())["department_key"]
    was = figures.filter(pl.col("period_kind") == "month", pl.col("segment_kind") == "all")
    same = was.filter(~pl.col("department_key").is_in(ended.implode()))
    if CARRIED_ON not in ended:
        return same
    key = pl.col("department_key")
    is_merged, is_hidden = (key == HEIR) & BEFORE, (key == HIDDEN_UNTIL_APRIL) & BEFORE
    hidden = same.filter(is_hidden).with_columns(
        *(pl.lit(None, same.schema[name]).alias(name) for name in (*FIGURES, "coverage_share")),
        is_hidden=pl.lit(value=True),
        hidden_reason=pl.lit("part_is_hidden"),
    )
    return pl.concat(
        [same.filter(~is_merged & ~is_hidden), hidden.select(same.columns), _merged(was).select(same.columns)]
    ).sort("department_key", "period_start", "metric_id")


def _merged(was: pl.DataFrame) -> pl.DataFrame:
    both = was.filter(pl.col("department_key").is_in([HEIR, CARRIED_ON]), BEFORE)
    keys = ("period_kind", "period_start", "segment_kind", "segment", "metric_id")
    x, n = pl.col("numerator"), pl.col("denominator")
    has_gap = pl.col("numerator").is_null().any()
    sums = both.group_by(keys).agg(
        pl.when(~has_gap).then(x.sum()).alias("numerator"),
        pl.when(~has_gap & n.is_not_null().all()).then(n.sum()).alias("denominator"),
        pl.col("n").sum(),
        pl.col("coverage_share").mean(),
        pl.col("is_final").all(),
        is_share=pl.col("interval_low").is_not_null().all(),
    )
    centre = (x / n + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * ((x / n) * (1 - x / n) / n + Z**2 / (4 * n**2)).sqrt()
    return sums.with_columns(
        department_key=pl.lit(HEIR),
        rate=x / n,
        interval_low=pl.when("is_share").then(centre - half),
        interval_high=pl.when("is_share").then(centre + half),
        value=pl.coalesce(x / n, x),
        bound_low=pl.lit(None, pl.Float64),
        bound_high=pl.lit(None, pl.Float64),
        left_out_people=pl.lit(None, pl.Int64),
        is_hidden=pl.lit(value=False),
        hidden_reason=pl.lit(None, pl.String),
    )
