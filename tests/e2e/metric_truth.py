"""The long table of metrics beside the same metrics worked out from the truth of the ward, cell by cell.

The truth goes through the plain implementation of tests/differential, which knows no SQL of the pipeline.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from tests.differential.plain_book import KEY
from tests.differential.plain_habit import HABIT, habit_metrics
from tests.differential.plain_metrics import all_metrics, plain_figures
from tests.differential.plain_raw import calendar_of
from tests.differential.plain_truth import read_truth
from tests.differential.plain_use import SPLITS

# Which items are a partner's is drawn when events are written, so the plan does not know it.
# Nobody in these wards has a licence for Copilot: test_copilot_truth.py has a ward of its own.
NOT_IN_THE_TRUTH = ("partner_folder_actions", "copilot_reach")
IS_TOLD_BY_THE_TRUTH = ~pl.col("metric_id").is_in(NOT_IN_THE_TRUTH) & ~(
    # Of Box the truth says who used it on a day, not how much.
    (pl.col("metric_id") == "top_decile_share") & (pl.col("segment") == "box")
)
# Both sides are rounded to six digits, DuckDB's halves away from zero and those of polars to the even digit, and rates
# are quotients of what was rounded. One person more or less in a department of 6,000 moves a rate by a hundred times
# as much.
TOLERANCE = 1.5e-6
FIGURES = ("numerator", "denominator", "rate", "value")  # tests/differential has what stands beside them


def told_and_true(warehouse: Path, truth: Path, first: date, last: date) -> pl.DataFrame:
    """Each cell as the marts say and as the truth says (`_true`); what only one side has is null on the other."""
    with duckdb.connect(str(warehouse), read_only=True) as con:
        marts = con.sql("select * from marts.rpt_department_metrics").pl()
        told = pl.concat([plain_figures(marts), marts.filter(pl.col("metric_id").is_in(HABIT))])
        told = told.filter(IS_TOLD_BY_THE_TRUTH)
        # Employment types and waves stand in the ward's files alone: tests/differential compares them.
        told = told.filter(~pl.col("segment_kind").is_in(SPLITS))
        calendar = calendar_of(con)
    # The pipeline asks for one report day more than the world has: periods that hold it have no truth.
    told = told.filter(pl.col("period_start") >= first)
    kinds = told["period_kind"].unique().to_list()
    facts = read_truth(truth, calendar, first, last)
    true = pl.concat([all_metrics(facts), habit_metrics(facts)], how="diagonal").filter(
        pl.col("period_kind").is_in(kinds), pl.col("period_start") >= first, IS_TOLD_BY_THE_TRUTH
    )
    true = true.filter(~pl.col("segment_kind").is_in(SPLITS))
    return told.with_columns(is_told=True).join(
        true.with_columns(is_true=True), on=KEY, how="full", suffix="_true", coalesce=True
    )


def differences(cells: pl.DataFrame) -> pl.DataFrame:
    """The cells of which one side knows nothing, or in which a figure differs."""
    agrees = pl.col("is_told") & pl.col("is_true")
    for column in FIGURES:
        one, other = pl.col(column), pl.col(f"{column}_true")
        same = ((one - other).abs() <= TOLERANCE).fill_null(one.is_null() & other.is_null())
        agrees &= same
    figures = [name for column in FIGURES for name in (column, f"{column}_true")]
    return cells.filter(~agrees.fill_null(value=False)).select(*KEY, *figures).sort(KEY)
