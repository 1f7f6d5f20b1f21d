"""The comparisons of the published fixture: every verdict somewhere, by figures that bear it; and its targets.

The words follow from the figures here as they do in the product, by the same margins; there is no correction for many
looks. How the product judges is tested in tests/warehouse/publish.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from pipelines.common.shipped import SQL_DIR

DAY_RATES = ("chat_day_rate", "meeting_day_rate", "telework_capable_day_rate", "box_day_rate")
EQUAL_DAYS = ("chat_reach_equal_days", "meeting_reach_equal_days", "telework_capable_reach_equal_days")
CHANGED = (*DAY_RATES, *EQUAL_DAYS, "box_reach_equal_days", "chat_share", "meeting_minutes", "telework_day_rate")
KEY = ("department_key", "period_kind", "period_start", "segment_kind", "segment", "metric_id")
CHANGE_MARGIN, DIFFERENCE_MARGIN = 0.02, 0.05
# In this month every change of Box crosses a lost start, in this 部 every interval is wide.
NOT_COMPARED_MONTH, WIDE_SECTION = date(2026, 3, 1), "0300"


def verdict_tables(figures: pl.DataFrame, departments: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Table name -> rows; `figures` are the disclosed ones."""
    levels = departments.select("department_key", "department_level").unique()
    changes = pl.concat([_changes(figures, "previous"), _changes(figures, "april")]).sort(*KEY, "comparison")
    expected = _expected(figures, levels)
    families = pl.concat([_families(changes, levels, None), _families(expected, levels, "expected")])
    return {
        "department_changes": changes.drop("is_headline"),
        "department_expected": expected.drop("is_headline"),
        "judged_families": families.sort(pl.all()),
        "judging_rules": pl.read_csv(SQL_DIR / "seeds" / "judging_rules.csv"),
    }


def targets() -> pl.DataFrame:
    """One that is missed, one before its date, one met."""
    chosen = (
        ("habit_share", "chat", date(2026, 6, 30), 0.7, 0.45, "missed", -0.25, 1340),
        ("meeting_day_rate", "all", date(2027, 3, 31), 0.4, 0.22, "before", -0.18, None),
        ("box_day_rate", "all", date(2026, 6, 30), 0.35, 0.41, "met", 0.06, 0),
    )
    names = ("metric_id", "segment", "target_date", "target_value", "value", "verdict", "difference", "people_left")
    return pl.DataFrame(chosen, schema=names, orient="row").with_columns(
        department_key=pl.lit("ALL"),
        owner_role=pl.lit("情報管理課長"),
        note=pl.lit(None, pl.String),
        period_kind=pl.lit("month"),
        period_start=pl.lit(date(2026, 6, 1)),
        people_left=pl.col("people_left").cast(pl.Int64),
    )


def _changes(figures: pl.DataFrame, comparison: str) -> pl.DataFrame:
    """Months against the month before or April: the whole interval decides, 0.6 points wide, in one 部 8."""
    now = figures.filter(
        (pl.col("metric_id").is_in(CHANGED) & (pl.col("segment_kind") == "all")), pl.col("period_kind") == "month"
    )
    before = pl.col("period_start").dt.offset_by("-1mo")
    april = pl.col("period_start").dt.offset_by("-3mo").dt.year()
    other = before if comparison == "previous" else pl.date(april, 4, 1)
    then = now.select(*KEY, other_rate="value", was_hidden="is_hidden", was_final="is_final").rename(
        {"period_start": "other_start"}
    )
    keys = [name for name in KEY if name != "period_start"]
    both = now.with_columns(other_start=other).filter(pl.col("other_start") < pl.col("period_start"))
    both = both.join(then, on=[*keys, "other_start"], how="inner")
    is_wide = pl.col("department_key") == WIDE_SECTION
    half = pl.when(pl.col("metric_id") == "meeting_minutes").then(1.0).when(is_wide).then(0.04).otherwise(0.003)
    is_lost = (pl.col("period_start") == NOT_COMPARED_MONTH) & pl.col("metric_id").str.starts_with("box")
    is_hidden = pl.col("is_hidden") | pl.col("was_hidden")
    margin = (
        pl.when(pl.col("metric_id") == "meeting_minutes").then(0.05 * pl.col("other_rate")).otherwise(CHANGE_MARGIN)
    )
    told = ~is_hidden & ~is_lost & pl.col("value").is_not_null() & pl.col("other_rate").is_not_null()
    change = pl.when(told).then(pl.col("value") - pl.col("other_rate"))
    rows = both.with_columns(
        comparison=pl.lit(comparison),
        change=change,
        change_low=change - half,
        change_high=change + half,
        change_detectable=pl.when(told).then(1.4 * half),
        not_comparable_because=pl.when(is_lost).then(pl.lit("before_start")),
        is_final=pl.col("is_final") & pl.col("was_final"),
        is_hidden=is_hidden,
        known_share=pl.lit(1.0),
        other_known_share=pl.lit(1.0),
        is_headline=pl.col("metric_id").is_in(DAY_RATES),
    )
    word = _word("change", margin, ("flat", "rose", "fell"))
    rows = rows.with_columns(
        verdict=pl.when(is_lost).then(pl.lit("not_comparable")).when(told).then(word),
        adjusted_p=pl.when(told).then(0.01),
        other_rate=pl.when(~is_hidden).then(pl.col("other_rate")),
    )
    return rows.select(
        *KEY, "comparison", "other_start", "other_rate", "change", "change_low", "change_high", "change_detectable",
        "verdict", "adjusted_p", "known_share", "other_known_share", "not_comparable_because", "is_final", "is_hidden",
        "is_headline",
    )  # fmt: skip


def _expected(figures: pl.DataFrame, levels: pl.DataFrame) -> pl.DataFrame:
    """Months and fiscal years: the figure of the whole organisation is what the staffing would give."""
    is_habit = (pl.col("metric_id") == "habit_share") & (pl.col("segment_kind") == "tool")
    is_day_rate = pl.col("metric_id").is_in(DAY_RATES) & (pl.col("segment_kind") == "all")
    rows = figures.filter(is_habit | is_day_rate, pl.col("period_kind").is_in(["month", "fiscal_year"]))
    keys = [name for name in KEY if name != "department_key"]
    whole = rows.filter(pl.col("department_key") == "ALL").select(*keys, expected_rate="value")
    rows = rows.join(levels, on="department_key").filter(pl.col("department_level").is_in(["部", "課"]))
    is_told = ~pl.col("is_hidden") & pl.col("value").is_not_null()
    half = pl.when(pl.col("department_key") == WIDE_SECTION).then(0.08).otherwise(0.01)
    difference = pl.when(is_told).then(pl.col("value") - pl.col("expected_rate"))
    rows = rows.join(whole, on=keys).with_columns(
        difference=difference,
        difference_low=difference - half,
        difference_high=difference + half,
        difference_detectable=pl.when(is_told).then(1.4 * half),
        expected_rate=pl.when(~pl.col("is_hidden")).then(pl.col("expected_rate")),
        adjusted_p=pl.when(is_told).then(0.01),
        comparison=pl.lit("expected"),
        is_headline=pl.lit(value=True),
    )
    word = _word("difference", pl.lit(DIFFERENCE_MARGIN), ("same", "higher", "lower"))
    return rows.with_columns(verdict=pl.when(is_told).then(word)).select(
        *KEY, "comparison", "expected_rate", "difference", "difference_low", "difference_high",
        "difference_detectable", "verdict", "adjusted_p", "is_final", "is_hidden", "is_headline",
    )  # fmt: skip


def _word(name: str, margin: pl.Expr, words: tuple[str, str, str]) -> pl.Expr:
    low, high = pl.col(f"{name}_low"), pl.col(f"{name}_high")
    inside, above, below = map(pl.lit, words)
    return (
        pl.when((low >= -margin) & (high <= margin))
        .then(inside)
        .when(low > 0)
        .then(above)
        .when(high < 0)
        .then(below)
        .otherwise(pl.lit("cannot_tell"))
    )


def _families(rows: pl.DataFrame, levels: pl.DataFrame, comparison: str | None) -> pl.DataFrame:
    told = rows.filter(pl.col("adjusted_p").is_not_null(), pl.col("is_headline")).join(levels, on="department_key")
    if comparison:
        told = told.with_columns(comparison=pl.lit(comparison))
    found = pl.col("verdict").is_in(["rose", "fell", "higher", "lower"])
    return told.group_by("department_level", "period_kind", "period_start", "comparison").agg(
        family=pl.lit("headline").first(),
        examined_count=pl.len().cast(pl.Int64),
        found_count=found.sum().cast(pl.Int64),
        is_final=pl.col("is_final").all(),
    )
