"""From people to a cell: counts, sums of products, and the interval in which every person is one draw.

A cluster is a person in a cell with an n and a d: days of use and known days, messages and all messages, 1 and 1.
"""

from __future__ import annotations

import math

import polars as pl

from tests.differential.plain_student import t_quantile

LEAST_PEOPLE = 10  # fewer have no interval
NOTHING = 1e-9  # part of the sum of squares below which people do not differ at all


def summed(clusters: pl.DataFrame, cell: list[str], *, is_share: bool) -> pl.DataFrame:
    """One row per cell: numerator, denominator, what stands beside them, and the interval.

    `clusters`: the columns of `cell`, person_key, n, d, and maybe possible, the n if all that is not known were so.
    """
    n, d = pl.col("n"), pl.col("d")
    clusters = clusters.filter(d > 0)
    sums = clusters.group_by(cell).agg(
        numerator=n.sum(),
        denominator=d.sum(),
        people_count=pl.len(),
        acting_people_count=(n > 0).sum(),
        largest_share=pl.when(n.sum() > 0).then(n.max() / n.sum()),
        sum_nn=(n * n).sum(),
        sum_nd=(n * d).sum(),
        sum_dd=(d * d).sum(),
        **({"possible": pl.col("possible").sum()} if "possible" in clusters.columns else {}),
    )
    sums = sums.join(spread(clusters, cell), on=cell)
    rate = pl.col("numerator") / pl.col("denominator")
    if "possible" in sums.columns:
        sums = sums.with_columns(bound_low=rate, bound_high=pl.col("possible") / pl.col("denominator")).drop("possible")
    ends = [
        interval(n / d, squares, d, people, is_share=is_share)
        for n, d, squares, people in sums.select("numerator", "denominator", "squares", "people_count").iter_rows()
    ]
    return sums.drop("squares").with_columns(
        pl.Series("interval_low", [low for low, _ in ends], dtype=pl.Float64),
        pl.Series("interval_high", [high for _, high in ends], dtype=pl.Float64),
    )


def spread(clusters: pl.DataFrame, cell: list[str]) -> pl.DataFrame:
    """squares of each cell: how far the n of people are from what the rate of all gives for their d; 0 for noise."""
    rest = pl.col("n") - pl.col("n").sum().over(cell) / pl.col("d").sum().over(cell) * pl.col("d")
    both = clusters.with_columns(rest=rest).group_by(cell).agg(
        squares=(pl.col("rest") ** 2).sum(), floor=NOTHING * (pl.col("n") ** 2).sum()
    )  # fmt: skip
    is_noise = pl.col("squares") <= pl.col("floor")
    return both.select(*cell, squares=pl.when(is_noise).then(0.0).otherwise("squares"))


def interval(
    rate: float, squares: float, total: float, people: int, *, is_share: bool
) -> tuple[float | None, float | None]:
    """The 95 % interval of rate = sum n / sum d (`total`): Wilson's for a share, t on the plain scale for a mean."""
    if people < LEAST_PEOPLE:
        return None, None
    t = t_quantile(0.975, people - 1)
    variance = squares / total**2 * people / (people - 1)
    if not is_share:
        half = t * math.sqrt(variance)
        return rate - half, rate + half
    is_certain = rate in (0, 1) or variance == 0
    n = min(people if is_certain else rate * (1 - rate) / variance, total)
    centre = (rate + t**2 / (2 * n)) / (1 + t**2 / n)
    half = t / (1 + t**2 / n) * math.sqrt(rate * (1 - rate) / n + t**2 / (4 * n**2))
    return max(centre - half, 0.0), min(centre + half, 1.0)
