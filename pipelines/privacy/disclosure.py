"""Which cells of the published table may be seen: the primary rule, as pure functions on frames.

A cell is hidden when it speaks about fewer people than `min_group`, and when a share says everyone or nobody in a group
of fewer than twice as many. The whole organisation is never hidden, but a segment of it is like any other, and so is
what speaks of the few with a Copilot licence. A segment that is hidden alone, or with too few others, could be had by
taking the shown ones from the whole: then one more of them is hidden. Cells that could be worked out from other
departments or months are not this module's concern yet.
"""

from __future__ import annotations

import polars as pl

SMALL_GROUP = "small_group"
EVERYONE_OR_NOBODY = "everyone_or_nobody"
PROTECTS_ANOTHER = "protects_another"
_NEARLY = 1e-9
_FAMILY = ["department_key", "period_kind", "period_start", "segment_kind", "metric_id"]
_FIGURES = (
    *("numerator", "rate", "interval_low", "interval_high", "value", "bound_low", "bound_high", "n", "left_out_people"),
)
# What the judgement rests on, and what nobody needs after it.
JUDGED_BY = (*_FAMILY, "segment", "denominator", "rate", "value_kind", "measure", "group_people")
DROPPED = (
    *("group_people", "value_kind", "measure"),
    # The sums over people stay in the warehouse: what is published is their result, the interval.
    *("people_count", "acting_people_count", "largest_share", "sum_nn", "sum_nd", "sum_dd"),
)
_CELL = ["department_key", "period_kind", "period_start", "segment_kind", "segment"]


def hide_small_cells(cells: pl.DataFrame, min_group: int, root: str = "ALL") -> pl.DataFrame:
    """The cells with is_hidden and hidden_reason, and without the figures that must not be seen.

    `cells` has the columns of marts.rpt_department_metrics. Of a hidden cell value, numerator, rate, interval, bounds
    and n are null; the denominator stays where both it and the group reach `min_group`. `group_people`, which only this
    rule needs, `value_kind` and `measure`, which dim_metric repeats, and the sums over people are dropped.
    """
    return without_hidden_figures(judge_cells(cells, min_group, root))


def safe_cells_condition(min_group: int) -> str:
    """Safe cells, which no rule suppresses, as a condition in SQL: most cells, so they are never read into memory.

    They are whole departments of so many people that no rule below hides them or anything else because of them.
    """
    return f"segment_kind = 'all' and measure <> 'telework' and group_people >= {2 * min_group}"


def judge_cells(cells: pl.DataFrame, min_group: int, root: str = "ALL") -> pl.DataFrame:
    """The cells with hidden_reason, hides_denominator and hides_coverage. Only the columns JUDGED_BY are needed."""
    judged = _protect_segments(cells.with_columns(hidden_reason=_reason(min_group, root)), min_group)
    is_hidden = pl.col("hidden_reason").is_not_null()
    may_show_denominator = ~is_hidden | ((pl.col("group_people") >= min_group) & (pl.col("denominator") >= min_group))
    return judged.with_columns(
        hides_denominator=~may_show_denominator.fill_null(value=False), hides_coverage=_tells_hidden_coverage(judged)
    )


def without_hidden_figures(judged: pl.DataFrame) -> pl.DataFrame:
    """Whole cells as they were judged, fit to be shown."""
    is_hidden = pl.col("hidden_reason").is_not_null()
    return (
        judged.with_columns(
            *(pl.when(~is_hidden).then(pl.col(name)).alias(name) for name in _FIGURES),
            pl.when(~pl.col("hides_denominator")).then(pl.col("denominator")).alias("denominator"),
            pl.when(~pl.col("hides_coverage")).then(pl.col("coverage_share")).alias("coverage_share"),
            is_hidden=is_hidden,
        )
        .drop("hides_denominator", "hides_coverage", *DROPPED)
        .select(pl.exclude("is_hidden", "hidden_reason"), "is_hidden", "hidden_reason")
    )


def _reason(min_group: int, root: str) -> pl.Expr:
    is_extreme = (pl.col("value_kind") == "share") & ((pl.col("rate") <= _NEARLY) | (pl.col("rate") >= 1 - _NEARLY))
    is_of_everybody = pl.col("measure") != "copilot"  # its group are people with a licence, maybe a handful
    return (
        pl.when((pl.col("department_key") == root) & (pl.col("segment_kind") == "all") & is_of_everybody)
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
    # Comparing cells with one another is the dearest part of publishing, and in most families none is hidden.
    # In order of name: of two segments of one size the same is hidden whatever order the rows came in.
    segments = numbered.filter(pl.col("segment_kind") != "all")
    families = segments.filter(is_hidden).select(_FAMILY).unique()
    segments = segments.join(families, on=_FAMILY, how="semi", nulls_equal=True).sort("segment")
    chosen = segments.filter(~is_hidden & is_needed & is_smallest)["_row"]
    return numbered.with_columns(
        hidden_reason=pl.when(pl.col("_row").is_in(chosen.implode()))
        .then(pl.lit(PROTECTS_ANOTHER))
        .otherwise(pl.col("hidden_reason"))
    ).drop("_row")


def _tells_hidden_coverage(judged: pl.DataFrame) -> pl.Series:
    """The coverage of telework is itself a rate about people: where the metric is hidden, its copies are too."""
    is_hidden = pl.col("hidden_reason").is_not_null()
    telework = judged.with_row_index("_row").filter(pl.col("measure") == "telework")
    hidden_coverage = telework.filter(is_hidden & (pl.col("metric_id") == "telework_coverage"))
    copies = telework.join(hidden_coverage, on=_CELL, how="semi", nulls_equal=True)
    told = pl.concat([telework.filter(is_hidden)["_row"], copies["_row"]])
    return judged.select(pl.int_range(pl.len()).is_in(told.cast(pl.Int64).implode())).to_series()
