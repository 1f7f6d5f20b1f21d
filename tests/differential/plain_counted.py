"""Who counts where: the one department of a person and period, whatever data have arrived.

The department of most of the person's working days by the calendar, over all days of the whole period, also those
after the facts end. Of several with as many, and where there is no working day, the one whose last day is the latest.
"""

from __future__ import annotations

import polars as pl

from tests.differential.facts import Facts, up_the_tree

PERIODS = {
    "day": "activity_date",
    "week": "iso_week_start",
    "month": "month_start",
    "fiscal_year": "fiscal_year_start",
}
PERSON = ["person_key", "period_start"]


def counted_homes(facts: Facts, kind: str) -> pl.DataFrame:
    """One row per PERSON who is on the rolls on a day of the facts in the period: the home where the person counts.

    department_key, and is_telework_capable, employment_type and rollout_wave of the last day in that department, which
    is activity_date.
    """
    period = pl.col(PERIODS[kind]).alias("period_start")
    told = facts.homes.join(facts.days.select("activity_date", period), on="activity_date").select(PERSON).unique()
    calendar = facts.calendar.select("activity_date", "is_working_day", period)
    calendar = calendar.join(told.select("period_start").unique(), on="period_start", how="semi")
    spent = (
        facts.homes.join(calendar, on="activity_date")
        .sort("activity_date")
        .group_by([*PERSON, "department_key"])
        .agg(
            pl.col("is_working_day").sum().alias("working_days"),
            pl.col("activity_date", "is_telework_capable", "employment_type", "rollout_wave").last(),
        )
    )
    most = spent.sort("working_days", "activity_date").group_by(PERSON).last()
    return most.join(told, on=PERSON, how="semi").drop("working_days")


def counted(facts: Facts, kind: str) -> pl.DataFrame:
    """Each counted home, and again for every department that is above it on the last day in it."""
    return up_the_tree(counted_homes(facts, kind), facts.tree).drop("activity_date")


def secondary_posts(facts: Facts) -> pl.DataFrame:
    """department_key, month_start, people_count: people with a post there that is not their main post."""
    days = facts.days.select("activity_date", "month_start")
    posts = up_the_tree(facts.seconds, facts.tree).join(days, on="activity_date")
    return posts.group_by("department_key", "month_start").agg(people_count=pl.col("person_key").n_unique())
