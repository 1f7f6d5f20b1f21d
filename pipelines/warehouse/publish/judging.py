"""The words for changes and differences: pure functions on frames, by rules that a file sets.

Estimate, interval and standard error come from the models. Here are the steps that no SQL engine offers, p-values and
the correction for many looks at once, and the words, which are stored with the figures so that no page judges by
itself. What does not belong here: which figures are compared and how their intervals are made (sql/), which of them may
be seen (privacy/), how the words are worded (pages/).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl
from scipy.special import stdtr

# A figure that is compared belongs to one family: what is examined together is corrected together.
FAMILY = ("department_level", "period_kind", "period_start", "comparison", "family")
CANNOT_TELL = "cannot_tell"
NOT_COMPARABLE = "not_comparable"
# Inside the margin, above, below.
CHANGE_WORDS = ("flat", "rose", "fell")
DIFFERENCE_WORDS = ("same", "higher", "lower")


@dataclass(frozen=True, slots=True)
class Rules:
    """The rows of judging_rules: margins by unit (share: as it is; amount: part of the value compared with)."""

    change_margins: Mapping[str, float]
    difference_margins: Mapping[str, float]
    least_people: float
    least_acting_people: float
    false_discovery_share: float

    @classmethod
    def from_rows(cls, rows: pl.DataFrame) -> Rules:
        """From rule, unit, rule_value. Raises KeyError where a rule is missing."""
        values = {(rule, unit): value for rule, unit, value in rows.select("rule", "unit", "rule_value").iter_rows()}
        units = ("share", "amount")
        return cls(
            {unit: values["change_margin", unit] for unit in units},
            {unit: values["difference_margin", unit] for unit in units},
            values["least_people_for_word", "people"],
            values["least_acting_people_for_word", "people"],
            values["false_discovery_share", "1"],
        )


def judge_changes(rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """The changes with `adjusted_p` and `verdict`: flat, rose, fell, cannot_tell, not_comparable or nothing.

    Besides FAMILY a row needs: estimate, low, high, standard_error (None below ten people), compared_with (the former
    value), unit (share or amount), people, acting_people, not_comparable_because, is_hidden.
    """
    return _judge(rows, rules, rules.change_margins, CHANGE_WORDS)


def judge_differences(rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """The differences from what is to be expected with `adjusted_p` and `verdict`: same, higher, lower, cannot_tell.

    The columns are those of judge_changes; compared_with is the expected value.
    """
    return _judge(rows, rules, rules.difference_margins, DIFFERENCE_WORDS)


def p_values(estimate: pl.Expr, standard_error: pl.Expr, degrees: pl.Expr) -> pl.Expr:
    """Two-sided p of "there is none": Student's t. An estimate without any error is certain, and 0 is none."""
    t = estimate.abs() / standard_error
    tail = pl.struct(degrees.cast(pl.Float64).alias("degrees"), t.alias("t")).map_batches(
        lambda pair: pl.Series(2 * stdtr(pair.struct["degrees"].to_numpy(), -pair.struct["t"].to_numpy())),
        return_dtype=pl.Float64,
    )
    certain = pl.when(estimate == 0).then(1.0).otherwise(0.0)
    p = pl.when(standard_error > 0).then(tail).otherwise(certain)
    return pl.when(estimate.is_not_null() & standard_error.is_not_null()).then(p)


def adjusted(p: str, family: tuple[str, ...] = FAMILY) -> pl.Expr:
    """Benjamini and Hochberg: the smallest share of false finds at which this p would still count as one.

    The smallest of p x size / rank over it and all larger p of its family; equal p share their highest rank. No p, no
    place in the family.
    """
    rank = pl.col(p).rank("max").over(family)
    size = pl.col(p).count().over(family)
    smallest = (pl.col(p) * size / rank).cum_min(reverse=True).over(family, order_by=p)
    return pl.when(pl.col(p).is_not_null()).then(smallest.clip(upper_bound=1.0))


def families(judged: pl.DataFrame) -> pl.DataFrame:
    """How many figures of each family could get a word, and how many stand out: rose or fell, higher or lower."""
    stands_out = pl.col("verdict").is_in([*CHANGE_WORDS[1:], *DIFFERENCE_WORDS[1:]])
    return (
        judged.filter(pl.col("adjusted_p").is_not_null())
        .group_by(FAMILY)
        .agg(
            examined_count=pl.len().cast(pl.Int64),
            found_count=stands_out.sum().cast(pl.Int64),
            is_final=pl.col("is_final").all(),
        )
        .sort(FAMILY)
    )


def _judge(rows: pl.DataFrame, rules: Rules, margins: Mapping[str, float], words: tuple[str, str, str]) -> pl.DataFrame:
    is_told = ~pl.col("is_hidden") & pl.col("standard_error").is_not_null()
    is_compared = pl.col("not_comparable_because").is_null()
    has_people = (pl.col("people") >= rules.least_people) & (pl.col("acting_people") >= rules.least_acting_people)
    p = p_values(pl.col("estimate"), pl.col("standard_error"), pl.col("people") - 1)
    margin = pl.when(pl.col("unit") == "amount").then(margins["amount"] * pl.col("compared_with").abs())
    examined = rows.with_columns(
        _p=pl.when(is_told & is_compared & has_people).then(p), _margin=margin.otherwise(margins["share"])
    ).with_columns(adjusted_p=adjusted("_p"))
    is_inside = (pl.col("low") >= -pl.col("_margin")) & (pl.col("high") <= pl.col("_margin"))
    is_found = pl.col("adjusted_p") <= rules.false_discovery_share
    inside, above, below = map(pl.lit, words)
    word = (
        pl.when(pl.col("_p").is_null())
        .then(pl.lit(CANNOT_TELL))
        .when(is_inside)
        .then(inside)
        .when(is_found & (pl.col("low") > 0))
        .then(above)
        .when(is_found & (pl.col("high") < 0))
        .then(below)
        .otherwise(pl.lit(CANNOT_TELL))
    )
    return examined.with_columns(
        verdict=pl.when(~is_compared).then(pl.lit(NOT_COMPARABLE)).when(is_told).then(word)
    ).drop("_p", "_margin")
