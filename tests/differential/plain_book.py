"""The facts of one kind of period beside each other, and the few things every metric does with them.

Rules shared by all: what a day says is rounded to six digits, a period adds up its days; a person's share of a
department over a period is the mean over the days that are known, rounded before it is added up; a period of which no
day is known is null; a department in which nothing happened has zero.
"""

from __future__ import annotations

import polars as pl

from tests.differential.facts import Facts

PERIODS = {
    "day": "activity_date",
    "week": "iso_week_start",
    "month": "month_start",
    "fiscal_year": "fiscal_year_start",
}
CELL = ["department_key", "period_start"]
KEY = ["department_key", "period_kind", "period_start", "segment_kind", "segment", "metric_id"]
FIGURES = ("numerator", "denominator", "value", "group_people")
# What some metrics say for themselves; of the others the period says how much of it is known.
OWN = ("own_coverage", "bound_low", "bound_high")


class Book:
    """The facts of one kind of period, beside each other."""

    def __init__(self, facts: Facts, kind: str, start: str) -> None:
        self.kind = kind
        self.days = facts.days.with_columns(period_start=pl.col(start))
        self.rows = facts.belongs.join(facts.acts, on=["person_key", "activity_date"]).join(
            self.days, on="activity_date"
        )
        self.nodes = facts.departments.join(self.days, on="activity_date")
        self.transfers = facts.transfers
        self.facts = facts
        working = pl.col("is_working_day").any().alias("has_working_day")
        self.cells = self.nodes.group_by(CELL).agg(working)

    def people(self, known: pl.Expr, active: pl.Expr, weight: str = "weight") -> pl.DataFrame:
        """known and active people of each cell; null when no day of it is known."""
        mean = pl.col(weight).mean()
        one = self.rows.filter(known).group_by([*CELL, "person_key"]).agg(
            weight=mean if self.kind == "day" else mean.round(6), active=active.any()
        )  # fmt: skip
        found = one.group_by(CELL).agg(
            known_people=pl.col("weight").sum().round(6),
            active_people=pl.col("weight").filter("active").sum().round(6),
        )
        is_known = self.nodes.group_by(CELL).agg(is_known=known.any())
        names = ("known_people", "active_people")
        return (
            self.cells.join(is_known, on=CELL)
            .join(found, on=CELL, how="left")
            .with_columns(pl.when("is_known").then(pl.col(name).fill_null(0)).alias(name) for name in names)
        )

    def days_added(self, known: pl.Expr, amount: pl.Expr, name: str = "amount") -> pl.DataFrame:
        """The amount of every known day, rounded, added up over the known days; null when none is known."""
        by_day = self.rows.group_by("department_key", "activity_date").agg(amount.sum().round(6).alias(name))
        days = self.nodes.filter(known).join(by_day, on=["department_key", "activity_date"], how="left")
        added = days.group_by(CELL).agg(pl.col(name).fill_null(0).sum().round(6))
        return self.cells.join(added, on=CELL, how="left")

    def headcount(self) -> pl.DataFrame:
        everyone = self.people(pl.lit(value=True), pl.lit(value=True))
        return everyone.select(*CELL, headcount=pl.col("known_people"))

    def metric(
        self,
        metric_id: str,
        table: pl.DataFrame,
        *,
        working_days_only: bool = False,
        segment_kind: str = "all",
        segment: str = "all",
    ) -> pl.DataFrame:
        """`table` has CELL and of FIGURES and OWN what the metric has; a table by segment names its own."""
        if working_days_only:
            table = table.filter("has_working_day")
        given = {"segment_kind": segment_kind, "segment": segment, "metric_id": metric_id, "period_kind": self.kind}
        absent = {name: text for name, text in given.items() if name not in table.columns}
        own = [name for name in OWN if name in table.columns]
        return table.with_columns(
            *(pl.lit(text).alias(name) for name, text in absent.items()),
            *(pl.lit(None).alias(name) for name in FIGURES if name not in table.columns),
        ).select(*KEY, pl.col(*FIGURES, *own).cast(pl.Float64))


def has(measure: str) -> pl.Expr:
    return pl.col(measure) != "missing"


def beside(*tables: pl.DataFrame) -> pl.DataFrame:
    first, *others = tables
    for other in others:
        first = first.join(other.drop("has_working_day", strict=False), on=CELL, how="left")
    return first
