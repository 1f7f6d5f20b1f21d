"""What the plain figures are worked out from: people, days, departments and exchanges, as frames of a fixed shape.

`plain_raw.py` makes them from raw tables, `plain_truth.py` from the truth of a simulated ward; `plain_metrics.py` turns
either into metrics. None of them knows the SQL of the pipeline or imports any of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import polars as pl

# The data a day may lack, each on its own; their columns in `days` hold missing, provisional or final.
MEASURES = ("teams", "mobile", "mail", "files", "apps", "telework", "box")

UNKNOWN = "不明"  # an employment type or a wave that no file says
HOMES = {
    "person_key": pl.String, "activity_date": pl.Date, "department_key": pl.String, "is_telework_capable": pl.Boolean,
    "employment_type": pl.String, "rollout_wave": pl.String,
}  # fmt: skip
SECONDS = {"person_key": pl.String, "activity_date": pl.Date, "department_key": pl.String}


@dataclass(frozen=True)
class Facts:
    """Every frame is by Tokyo day or label day, `activity_date`.

    calendar: is_working_day, iso_week_start, month_start, fiscal_year_start of every day of every period that holds a
    day of the facts. homes, tree and seconds have all these days; all else has the days of the facts alone.
    days: the columns of the calendar and one per measure; copilot, which is null before the first report and where
    there are no licences.
    departments: department_key of all that exist on the day, ALL among them.
    homes: HOMES, one row per person on the rolls: the department of the main post of the day, and what that post says.
    tree: parent_key of each department, null at the top; without ALL.
    seconds: the departments of posts that are not the main post of the day.
    acts: person_key and what is known of the person that day; null where the day is missing.
    transfers: direction, size_bytes, is_beyond_mail, partner, is_request, department_key (the owner's home and all
    above it). folder_actions: actions_count in folders of partners by department_key, or None where not known.
    tenures: since when a person has been on the rolls without a gap, by person and day.
    licensed_people, box_people: who may use what.
    """

    calendar: pl.DataFrame
    days: pl.DataFrame
    departments: pl.DataFrame
    homes: pl.DataFrame
    tree: pl.DataFrame
    acts: pl.DataFrame
    transfers: pl.DataFrame
    folder_actions: pl.DataFrame | None
    mail_limit_bytes: int
    seconds: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SECONDS))
    tenures: Mapping[tuple[str, date], date] = field(default_factory=dict)
    licensed_people: frozenset[str] = frozenset()
    box_people: frozenset[str] = frozenset()

    @cached_property
    def last_day(self) -> date:
        last = self.days["activity_date"].max()
        assert isinstance(last, date)
        return last

    @cached_property
    def belongs(self) -> pl.DataFrame:
        """Each home of the days of the facts, and again for every department above it."""
        told = self.homes.join(self.days.select("activity_date"), on="activity_date", how="semi")
        return up_the_tree(told, self.tree)


def up_the_tree(leaves: pl.DataFrame, tree: pl.DataFrame) -> pl.DataFrame:
    """Each row again for every department above its department_key on its activity_date, and for ALL."""
    levels, here = [leaves], leaves
    while True:
        above = here.join(tree, on=["department_key", "activity_date"], how="inner")
        here = above.with_columns(department_key="parent_key").drop("parent_key").filter(
            pl.col("department_key").is_not_null()
        )  # fmt: skip
        if here.is_empty():
            break
        levels.append(here)
    return pl.concat([*levels, leaves.with_columns(department_key=pl.lit("ALL"))])
