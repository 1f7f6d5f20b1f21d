"""When a figure of the marts and the plain one beside it (`_plain`) are the same."""

from __future__ import annotations

import polars as pl

DIGITS = 5.0001e-7  # half of the last digit that is kept there, while the plain figures are not rounded
BOUNDS = 2 * DIGITS  # a quotient of what is rounded, rounded again
RATES = 1e-7  # minutes and chances are rounded there before they are divided
ENDS = 1e-5  # of intervals: the quantiles of t are a table there, and exact here


def differing(joined: pl.DataFrame, column: str, tolerance: float) -> pl.DataFrame:
    """The rows in which they are not; large numbers, those of minutes squared, may differ by as small a part."""
    one, other = pl.col(column).cast(pl.Float64), pl.col(f"{column}_plain").cast(pl.Float64)
    room = pl.max_horizontal(pl.lit(1.0), other.abs() / 1000) * tolerance
    agrees = ((one - other).abs() <= room) | (one.is_null() & other.is_null())
    return joined.filter(~agrees.fill_null(value=False))
