"""The facts of one kind of period beside each other: who counts where, what was done, and which cells are told.

Rules shared by all: a day belongs to the home of that day and all above it, a person's period to the counted department
and all above that (plain_counted.py); a figure of a period of which no day is known is null, of a known one in which
nothing happened 0.
"""

from __future__ import annotations

from functools import cached_property

import polars as pl

from tests.differential.facts import UNKNOWN, Facts, up_the_tree
from tests.differential.plain_counted import PERIODS, PERSON, counted
from tests.differential.plain_sums import summed

DAY = ["person_key", "activity_date"]
CELL = ["department_key", "period_start"]
PART = [*CELL, "segment_kind", "segment"]
KEY = ["department_key", "period_kind", "period_start", "segment_kind", "segment", "metric_id"]
SUMS = ("sum_nn", "sum_nd", "sum_dd")
COUNTS = ("numerator", "denominator", "people_count", "acting_people_count", *SUMS)
FIGURES = (*COUNTS, "value", "group_people", "largest_share", "interval_low", "interval_high", "bound_low",
           "bound_high", "left_out_people", "own_coverage")  # fmt: skip
EVERYBODY = pl.lit(value=True)


class Book:
    """The facts of one kind of period.

    days: those of the facts, with period_start and weekday. done: what each person did on each. rows: done, once for
    the home of the day and once for each department above it. people: who counts in which department of the period.
    transfers, folder_actions: those of days of which Box is known.
    cells: every department that is there on a day of the facts, or in which somebody counts. Employment types are told
    of the whole and of every 部 (bureaus), waves of the whole; neither where no file says any.
    """

    def __init__(self, facts: Facts, kind: str) -> None:
        self.kind = kind
        self.facts = facts
        self.days = _with_period(facts.days, kind)
        self.done = facts.acts.join(self.days, on="activity_date")
        self.people = counted(facts, kind)
        told = self.days.filter(has("box")).select("activity_date", "period_start")
        self.transfers = facts.transfers.join(told, on="activity_date")
        acts = facts.folder_actions
        self.folder_actions = None if acts is None else acts.join(told, on="activity_date")
        there = facts.departments.join(self.days, on="activity_date")
        self.cells = segmented(pl.concat([there.select(CELL), self.people.select(CELL)]).unique(), "all")
        self.bureaus = facts.tree.filter(pl.col("parent_key").is_null())["department_key"].unique().to_list()
        known = {name for name in ("employment_type", "rollout_wave") if (facts.homes[name] != UNKNOWN).any()}
        levels = {"employment_type": ["ALL", *self.bureaus], "rollout_wave": ["ALL"]}
        self._divided = {name: departments if name in known else [] for name, departments in levels.items()}
        self._working = self.days.filter("is_working_day").select("period_start").unique()

    @cached_property
    def rows(self) -> pl.DataFrame:
        return self.facts.belongs.join(self.done, on=DAY)

    def whole(self, known: pl.Expr, *, working: bool = False) -> pl.DataFrame:
        """The cells of whole departments and is_known; with `working` only of periods with a working day."""
        return self._known(self.cells, known, working=working)

    def parts(self, split: str, known: pl.Expr, *, working: bool = False) -> pl.DataFrame:
        """The same of the parts in which somebody counts or has a day, by a column of homes; "all": the whole."""
        if split == "all":
            return self.whole(known, working=working)
        both = (segmented(self.people, split).select(PART), segmented(self.rows, split).select(PART))
        cells = pl.concat(both).unique().filter(pl.col("department_key").is_in(self._divided[split]))
        return self._known(cells, known, working=working)

    def _known(self, cells: pl.DataFrame, known: pl.Expr, *, working: bool) -> pl.DataFrame:
        if working:
            cells = cells.join(self._working, on="period_start", how="semi")
        return cells.join(self.days.group_by("period_start").agg(is_known=known.any()), on="period_start")

    def once(self, known: pl.Expr, active: pl.Expr, *, split: str = "all", people: pl.Expr = EVERYBODY) -> pl.DataFrame:
        """Clusters: d = 1 for who had a known day, n = 1 for who did it on one, wherever the period was spent."""
        found = self.done.filter(known).group_by(PERSON).agg(n=active.any().cast(pl.Float64), d=pl.lit(1.0))
        return self.counted(found, split=split, people=people)

    def counted(self, found: pl.DataFrame, *, split: str = "all", people: pl.Expr = EVERYBODY) -> pl.DataFrame:
        """What was found of PERSON, in every department in which the person counts."""
        where = segmented(self.people.filter(people), split).select(*PART, "person_key")
        return where.join(found, on=PERSON)

    def daily(
        self, known: pl.Expr, n: pl.Expr, d: pl.Expr | None = None, *, possible: pl.Expr | None = None,
        split: str = "all", people: pl.Expr = EVERYBODY,
    ) -> pl.DataFrame:  # fmt: skip
        """Clusters: what each person did on known days, added up by home and above; d counts the days if not given."""
        also = {} if possible is None else {"possible": possible.cast(pl.Float64).sum()}
        days = segmented(self.rows.filter(known, people), split)
        base = pl.len().cast(pl.Float64) if d is None else d.cast(pl.Float64).sum()
        return days.group_by([*PART, "person_key"]).agg(n=n.cast(pl.Float64).sum(), d=base, **also)

    def working_days_so_far(self, split: str = "all", *, people: pl.Expr = EVERYBODY) -> pl.DataFrame:
        """PART, person_key, working_days: on the rolls, on all days of the period that are over, told of or not."""
        over = _with_period(self.facts.calendar, self.kind).filter(
            "is_working_day", pl.col("activity_date") <= self.facts.last_day
        )
        over = over.join(self._working, on="period_start", how="semi")
        over = over.select("activity_date", "period_start", "weekday")
        homes = up_the_tree(self.facts.homes.filter(people).join(over, on="activity_date"), self.facts.tree)
        return segmented(homes, split).group_by([*PART, "person_key"]).agg(working_days=pl.len().cast(pl.Float64))

    def told(
        self, metric_id: str, cells: pl.DataFrame, clusters: pl.DataFrame, *, is_share: bool = True
    ) -> pl.DataFrame:
        """The figures of each cell; group_people is who the cell speaks about, the clusters."""
        found = cells.join(summed(clusters, PART, is_share=is_share), on=PART, how="left").with_columns(
            pl.when("is_known").then(pl.col(name).cast(pl.Float64).fill_null(0)).alias(name) for name in COUNTS
        )
        return self.metric(metric_id, found.with_columns(group_people=pl.col("people_count").fill_null(0)))

    def metric(self, metric_id: str, table: pl.DataFrame) -> pl.DataFrame:
        """`table` has PART and of FIGURES what the metric has."""
        table = table.with_columns(metric_id=pl.lit(metric_id), period_kind=pl.lit(self.kind))
        absent = [pl.lit(None).alias(name) for name in FIGURES if name not in table.columns]
        return table.with_columns(absent).select(*KEY, pl.col(FIGURES).cast(pl.Float64))


def segmented(frame: pl.DataFrame, split: str) -> pl.DataFrame:
    """With segment_kind and segment: all, or the name of a column and what it holds."""
    segment = pl.lit("all") if split == "all" else pl.col(split)
    return frame.with_columns(segment_kind=pl.lit(split), segment=segment)


def _with_period(days: pl.DataFrame, kind: str) -> pl.DataFrame:
    """With period_start, and weekday: 1 = Monday."""
    weekday = pl.col("activity_date").dt.weekday().cast(pl.String)
    return days.with_columns(period_start=pl.col(PERIODS[kind]), weekday=weekday)


def has(measure: str) -> pl.Expr:
    return pl.col(measure) != "missing"
