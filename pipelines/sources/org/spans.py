"""Spans of days: merging those that touch, and asking whether a line lies within them. Both ends are included."""

from __future__ import annotations

from datetime import date

import polars as pl

from pipelines.sources.org.schema import LINE

FAR = date(9999, 12, 31)  # stands for an open end
_DAY = pl.duration(days=1)


def reach(who: str) -> pl.Expr:
    """The last day of all spans of `who` that began earlier (columns span_start, span_end; null for the first)."""
    return pl.col("span_end").cum_max().shift(1).over(who, order_by=["span_start", "span_end"])


def spans(table: pl.DataFrame, who: str, start: str, end: str) -> pl.DataFrame:
    """The lines as spans: who, span_start, span_end (never null) and the line."""
    return table.select(who, pl.col(start).alias("span_start"), pl.col(end).fill_null(FAR).alias("span_end"), LINE)


def merged(table: pl.DataFrame, who: str, start: str, end: str) -> pl.DataFrame:
    """who, span_start, span_end: spans that overlap or follow one another without a gap are one."""
    return (
        spans(table, who, start, end)
        .with_columns(reach(who).alias("reach"))
        .with_columns((pl.col("span_start") > pl.col("reach") + _DAY).fill_null(value=True).alias("begins"))
        .with_columns(pl.col("begins").cum_sum().over(who, order_by=["span_start", "span_end"]).alias("island"))
        .group_by(who, "island")
        .agg(pl.col("span_start").min(), pl.col("span_end").max())
        .drop("island")
    )


def overlapping(table: pl.DataFrame, who: str, start: str, end: str) -> pl.DataFrame:
    """The lines that begin before an earlier one of the same `who` has ended."""
    late = spans(table, who, start, end).filter(reach(who) >= pl.col("span_start"))
    return table.join(late.select(LINE), on=LINE, how="semi")


def not_within(table: pl.DataFrame, key: str, start: str, end: str, within: pl.DataFrame) -> pl.DataFrame:
    """The lines that no one of the merged spans `within` of their key covers whole."""
    lines = table.select(LINE, key, a=pl.col(start), z=pl.col(end).fill_null(FAR))
    covered = lines.join(within.rename({within.columns[0]: key}), on=key).filter(
        pl.col("span_start") <= pl.col("a"), pl.col("span_end") >= pl.col("z")
    )
    return table.join(covered, on=LINE, how="anti")


def apart_from(table: pl.DataFrame, key: str, start: str, end: str, others: pl.DataFrame) -> pl.DataFrame:
    """The lines that share no day with any span of their key among `others`."""
    lines = table.select(LINE, key, a=pl.col(start), z=pl.col(end).fill_null(FAR))
    touching = lines.join(others, on=key).filter(pl.col("span_start") <= pl.col("z"), pl.col("span_end") >= pl.col("a"))
    return table.join(touching, on=LINE, how="anti")


def shared(table: pl.DataFrame, what: str, who: str, start: str, end: str) -> pl.DataFrame:
    """The lines whose `what` is that of another `who` on one of their days, the lines of both."""
    lines = table.select(LINE, what, who, a=pl.col(start), z=pl.col(end).fill_null(FAR)).drop_nulls(what)
    both = lines.join(lines, on=what, suffix="_other").filter(
        pl.col(who) != pl.col(f"{who}_other"), pl.col("a") <= pl.col("z_other"), pl.col("a_other") <= pl.col("z")
    )
    return table.join(both.select(LINE).unique(), on=LINE, how="semi")
