"""Which cells of the published table may be seen: the primary rule, as pure functions on frames.

A cell is hidden when it speaks about fewer people than `min_group`, and when a share says everyone or nobody in a group
of fewer than twice as many. The whole organisation is never hidden, but a segment of it is like any other. A segment
that is hidden alone, or with too few others, could be had by taking the shown ones from the whole: then one more of
them is hidden. Cells that could be worked out from other departments or months are not this module's concern yet.
"""

from __future__ import annotations

import polars as pl

SMALL_GROUP = "small_group"
EVERYONE_OR_NOBODY = "everyone_or_nobody"
PROTECTS_ANOTHER = "protects_another"
_NEARLY = 1e-9
_FAMILY = ["department_key", "period_kind", "period_start", "segment_kind", "metric_id"]
_FIGURES = ("numerator", "rate", "rate_low", "rate_high", "value", "bound_low", "bound_high", "n")
_CELL = ["department_key", "period_kind", "period_start", "segment_kind", "segment"]


def hide_small_cells(cells: pl.DataFrame, min_group: int, root: str = "ALL") -> pl.DataFrame:
    """The cells with is_hidden and hidden_reason, and without the figures that must not be seen.

    `cells` has the columns of marts.rpt_department_metrics. Of a hidden cell value, numerator, rate, interval and n are
    null; the denominator stays where both it and the group reach `min_group`. `group_people`, which only this rule
    needs, and `value_kind` and `measure`, which dim_metric repeats, are dropped.
    """
    judged = _protect_segments(cells.with_columns(hidden_reason=_reason(min_group, root)), min_group).with_columns(
        is_hidden=pl.col("hidden_reason").is_not_null()
    )
    may_show_denominator = ~pl.col("is_hidden") | (
        (pl.col("group_people") >= min_group) & (pl.col("denominator") >= min_group)
    )
    return (
        judged.with_columns(
            *(_null_unless(~pl.col("is_hidden"), name) for name in _FIGURES),
            _null_unless(may_show_denominator, "denominator"),
            _null_unless(~_tells_hidden_coverage(), "coverage_share"),
        )
        .drop("group_people", "value_kind", "measure")
        .select(pl.exclude("is_hidden", "hidden_reason"), "is_hidden", "hidden_reason")
    )


def _reason(min_group: int, root: str) -> pl.Expr:
    is_extreme = (pl.col("value_kind") == "share") & ((pl.col("rate") <= _NEARLY) | (pl.col("rate") >= 1 - _NEARLY))
    return (
        pl.when((pl.col("department_key") == root) & (pl.col("segment_kind") == "all"))
        .then(None)
        .when(pl.col("group_people") < min_group)
        .then(pl.lit(SMALL_GROUP))
        .when(is_extreme & (pl.col("group_people") < 2 * min_group))
        .then(pl.lit(EVERYONE_OR_NOBODY))
        .otherwise(None)
    )


def _protect_segments(judged: pl.DataFrame, min_group: int) -> pl.DataFrame:
    """Hide the smallest shown segment where the hidden ones of the same whole are one, or together a small group."""
    is_hidden = pl.col("hidden_reason").is_not_null()
    hidden = is_hidden.sum().over(_FAMILY)
    hidden_people = pl.when(is_hidden).then(pl.col("group_people")).otherwise(0.0).sum().over(_FAMILY).round(6)
    size = pl.when(~is_hidden).then(pl.col("group_people"))
    is_smallest = size.rank("ordinal").over(_FAMILY) == 1
    is_needed = (hidden > 0) & ((hidden == 1) | (hidden_people < min_group))
    numbered = judged.with_row_index("_row")
    # Most rows are of whole departments, and comparing them with one another is the dearest part of publishing.
    # In order of name: of two segments of one size the same is hidden whatever order the rows came in.
    segments = numbered.filter(pl.col("segment_kind") != "all").sort("segment")
    chosen = segments.filter(~is_hidden & is_needed & is_smallest)["_row"]
    return numbered.with_columns(
        hidden_reason=pl.when(pl.col("_row").is_in(chosen.implode()))
        .then(pl.lit(PROTECTS_ANOTHER))
        .otherwise(pl.col("hidden_reason"))
    ).drop("_row")


def _tells_hidden_coverage() -> pl.Expr:
    """The coverage of telework is itself a rate about people: where the metric is hidden, its copies are too."""
    is_hidden_coverage = (pl.col("metric_id") == "telework_coverage") & pl.col("is_hidden")
    return (pl.col("measure") == "telework") & (pl.col("is_hidden") | is_hidden_coverage.any().over(_CELL))


def _null_unless(condition: pl.Expr, name: str) -> pl.Expr:
    return pl.when(condition.fill_null(value=False)).then(pl.col(name)).alias(name)
