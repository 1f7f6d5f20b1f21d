"""What the plain figures are worked out from: people, days, departments and exchanges, as frames of a fixed shape.

`plain_raw.py` makes them from raw tables, `plain_truth.py` from the truth of a simulated ward; `plain_metrics.py` turns
either into metrics. None of them knows the SQL of the pipeline or imports any of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

# The data a day may lack, each on its own; their columns in `days` hold missing, provisional or final.
MEASURES = ("teams", "mobile", "mail", "files", "apps", "telework", "box")

SEGMENTS = {"person_key": pl.String, "activity_date": pl.Date, "segment_kind": pl.String, "segment": pl.String}


@dataclass(frozen=True)
class Facts:
    """Every frame is by Tokyo day or label day, `activity_date`.

    days: is_working_day, iso_week_start, month_start, fiscal_year_start, one column per measure; copilot, which is null
    before the first report and where there are no licences.
    departments: department_key of all that exist on the day, ALL among them.
    belongs: person_key, department_key (the post's, each ancestor, ALL), weight, telework_capable_weight.
    acts: person_key and what is known of the person that day; null where the day is missing.
    transfers: direction, size_bytes, is_beyond_mail, partner, is_request, department_key (the owner's main post and
    all above it). folder_actions: actions_count in folders of partners by department_key, or None where not known.
    tenures: since when a person has been on the rolls without a gap, by person and day.
    licensed_people, box_people: who may use what.
    segments: segment_kind and segment by person and day, of the main post; empty where no file says them.
    """

    days: pl.DataFrame
    departments: pl.DataFrame
    belongs: pl.DataFrame
    acts: pl.DataFrame
    transfers: pl.DataFrame
    folder_actions: pl.DataFrame | None
    calendar: pl.DataFrame
    mail_limit_bytes: int
    tenures: Mapping[tuple[str, date], date] = field(default_factory=dict)
    licensed_people: frozenset[str] = frozenset()
    box_people: frozenset[str] = frozenset()
    segments: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SEGMENTS))


def up_the_tree(leaves: pl.DataFrame, parents: pl.DataFrame) -> pl.DataFrame:
    """Each row again for every department above its department_key, and for ALL.

    `parents` has department_key, parent_key (null at the top) and activity_date.
    """
    levels, here = [leaves], leaves
    while True:
        above = here.join(parents, on=["department_key", "activity_date"], how="inner")
        here = above.with_columns(department_key="parent_key").drop("parent_key").filter(
            pl.col("department_key").is_not_null()
        )  # fmt: skip
        if here.is_empty():
            break
        levels.append(here)
    return pl.concat([*levels, leaves.with_columns(department_key=pl.lit("ALL"))])
