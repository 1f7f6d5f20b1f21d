"""The published comparisons: changes from one period to another and differences from what the staffing would give.

Each has its word beside it, and how many were examined stands in a table of its own. A comparison is shown only where
all figures in it are. What does not belong here: how figures are compared (sql/), the words and the correction
(judging.py), which figures may be seen (privacy/disclosure.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl
from duckdb import DuckDBPyConnection as Connection

from pipelines.warehouse.increment.incremental_copy import (
    PERIOD,
    clear_range,
    copy_stale_since,
    range_condition,
    record_copy,
)
from pipelines.warehouse.publish import judging

CHANGES, EXPECTED, FAMILIES = "department_changes", "department_expected", "judged_families"
RULES = "staging.stg_run__judging_rules"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Where in its mart (`c`) the judgement finds what it rests on.

    `headline` is the condition of the figures in the family of the headline; `further` are columns the mart has not.
    """

    mart: str
    estimate: str
    compared_with: str
    people: str
    periods: tuple[str, ...]
    headline: str
    further: Mapping[str, str] = field(default_factory=dict)


# One family at every level, over all departments; every other metric is a family of its own.
HEADLINE = "headline"
_DAY_RATES = "c.metric_id in ('chat_day_rate', 'meeting_day_rate', 'telework_capable_day_rate', 'box_day_rate')"
_HABITS = "c.metric_id = 'habit_share' and c.segment in ('chat', 'meeting', 'telework', 'box')"
_COMPARED = {
    CHANGES: Comparison(
        mart="rpt_department_changes",
        estimate="change",
        compared_with="other_rate",
        people="least_people_count",
        periods=("period_start", "other_start"),
        headline=_DAY_RATES,
    ),
    EXPECTED: Comparison(
        mart="rpt_department_expected",
        estimate="difference",
        compared_with="expected_rate",
        people="people_count",
        periods=("period_start",),
        headline=f"{_DAY_RATES} or {_HABITS}",
        further={"comparison": "'expected'", "not_comparable_because": "cast(null as varchar)"},
    ),
}
# Published table -> its mart.
MARTS = {name: one.mart for name, one in _COMPARED.items()}
_SOURCES = (*(f"marts.{mart}" for mart in MARTS.values()), "marts.dim_department", RULES)
# People without a department are none that could be compared.
_NO_DEPARTMENT = "NONE"
# Reasons that tell nothing of the people of a hidden figure.
_OF_THE_CALENDAR = ("too_few_known_days", "too_few_working_days", "weeks_unequal")
_FIGURE = ("department_key", "period_kind", "period_start", "segment_kind", "segment", "metric_id")
_EQUAL_DAYS_DIGITS = 3  # a tenth of a point, as the figures themselves
COMMENTS = {
    (CHANGES, "verdict"): "flat, rose, fell, cannot_tell or not_comparable; NULL = hidden, or below 10 people",
    (CHANGES, "adjusted_p"): "Benjamini-Hochberg within its family (judged_families); NULL = not examined",
    (CHANGES, "is_hidden"): "one of the two figures is hidden",
    (EXPECTED, "verdict"): "same, higher, lower or cannot_tell; NULL = hidden, or below 10 people",
    (EXPECTED, "adjusted_p"): "Benjamini-Hochberg within its family (judged_families); NULL = not examined",
    (EXPECTED, "is_hidden"): "the figure is hidden",
    (FAMILIES, "department_level"): "全庁, 部, 課 or 係",
    (FAMILIES, "period_kind"): "week, month or fiscal_year",
    (FAMILIES, "period_start"): "Monday of the week, first day of the month, 1 April",
    (FAMILIES, "comparison"): "previous, year_before, april; expected = the difference from what the staffing gives",
    (FAMILIES, "family"): "headline = the day rates of the headline tools (expected: their habits too), or a metric",
    (FAMILIES, "examined_count"): "figures of which something could be told",
    (FAMILIES, "found_count"): "of those, figures that stand out: rose or fell, higher or lower",
    (FAMILIES, "is_final"): "no figure of the family can change any more",
}


def comparisons_since(con: Connection, alias: str) -> date | None:
    """The first day from which the comparisons have to be made again for their own sake; None if they stand."""
    days = [copy_stale_since(con, alias, source) for source in _SOURCES]
    return min((day for day in days if day is not None), default=None)


def write_comparisons(con: Connection, alias: str, since: date, tag: str) -> None:
    """Make the rows from `since` on of the three tables; the published metrics must be there already.

    No family holds two periods, so those of some periods can be judged without the others.
    """
    rules = judging.Rules.from_rows(con.sql(f"from {RULES}").pl())
    changed = range_condition(PERIOD, since)
    changes = judging.judge_changes(_with_reasons(_rows(con, alias, CHANGES, changed)), rules)
    expected = judging.judge_differences(_rows(con, alias, EXPECTED, changed), rules)
    families = pl.concat([judging.families(changes), judging.families(expected)])
    _put(con, f"{alias}.{CHANGES}", _shown_changes(changes).sort(*_FIGURE, "comparison"), changed)
    _put(con, f"{alias}.{EXPECTED}", _shown_differences(expected).sort(_FIGURE), changed)
    _put(con, f"{alias}.{FAMILIES}", families.sort(judging.FAMILY), changed)
    for source in _SOURCES:
        record_copy(con, alias, source, tag)


def _rows(con: Connection, alias: str, name: str, changed: str | None) -> pl.DataFrame:
    """The rows of the mart of `name` with what judging needs; hidden unless every figure in them is shown."""
    one = _COMPARED[name]
    shown = " and ".join(
        f"exists (select 1 from {alias}.department_metrics as m where {_shown(day)})" for day in one.periods
    )
    further = {
        "family": f"case when {one.headline} then '{HEADLINE}' else c.metric_id end",
        "unit": "case when x.value_kind = 'share' then 'share' else 'amount' end",
        "estimate": f"c.{one.estimate}",
        "low": f"c.{one.estimate}_low",
        "high": f"c.{one.estimate}_high",
        "compared_with": f"c.{one.compared_with}",
        "people": f"c.{one.people}",
        "acting_people": "c.acting_people_count",
        "is_equal_days": "coalesce(t.family = 'equal_days', false)",
        "is_hidden": f"not ({shown})",
        **one.further,
    }
    return con.sql(
        f"""
        select c.*, d.department_level, {", ".join(f"{value} as {column}" for column, value in further.items())}
        from marts.{one.mart} as c
        inner join marts.dim_department as d on c.department_key = d.department_key
        inner join marts.dim_metric as x on c.metric_id = x.metric_id
        left join staging.stg_run__tool_metrics as t on c.metric_id = t.metric_id
        where c.department_key <> '{_NO_DEPARTMENT}' and {changed or "true"}
        """
    ).pl()


def _shown(day: str) -> str:
    """The condition that `m` is the shown figure of `c` in the period that begins on `day`."""
    same = (f"m.{column} = c.{day if column == 'period_start' else column}" for column in _FIGURE)
    return " and ".join(["not m.is_hidden", *same])


def _with_reasons(changes: pl.DataFrame) -> pl.DataFrame:
    """Of a hidden figure only such a reason as holds for everybody."""
    may_be_told = ~pl.col("is_hidden") | pl.col("not_comparable_because").is_in(_OF_THE_CALENDAR)
    return changes.with_columns(not_comparable_because=pl.when(may_be_told).then(pl.col("not_comparable_because")))


def _shown_changes(judged: pl.DataFrame) -> pl.DataFrame:
    is_told = ~pl.col("is_hidden")
    is_compared = is_told & pl.col("not_comparable_because").is_null()
    figures = ("change", "change_low", "change_high", "change_detectable")
    return judged.select(
        *_FIGURE, "comparison", "other_start",
        pl.when(is_told).then(_rounded("other_rate")).alias("other_rate"),
        *(pl.when(is_compared).then(_rounded(name)).alias(name) for name in figures),
        "verdict", "adjusted_p", "known_share", "other_known_share", "not_comparable_because", "is_final", "is_hidden",
    )  # fmt: skip


def _shown_differences(judged: pl.DataFrame) -> pl.DataFrame:
    figures = ("expected_rate", "difference", "difference_low", "difference_high", "difference_detectable")
    return judged.select(
        *_FIGURE,
        *(pl.when(~pl.col("is_hidden")).then(pl.col(name)).alias(name) for name in figures),
        "verdict", "adjusted_p", "is_final", "is_hidden",
    )  # fmt: skip


def _rounded(name: str) -> pl.Expr:
    return pl.when("is_equal_days").then(pl.col(name).round(_EQUAL_DAYS_DIGITS)).otherwise(pl.col(name))


def _put(con: Connection, table: str, frame: pl.DataFrame, changed: str | None) -> None:
    _, target = clear_range(con, table, changed)
    con.register("frame", frame)
    con.execute(f"{target} select * from frame")
    con.unregister("frame")
