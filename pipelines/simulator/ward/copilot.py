"""Microsoft 365 Copilot in the plan: who holds one of the licences on a day, and who used it on which days.

How many licences there are is a setting of the services, so this is no table of the truth. The report itself belongs to
copilot_report.py.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from pipelines.simulator.ward.app_days import APPS, app_mask, build_app_days

ANY = "any"  # Copilot Chat: on any day with an app


def licence_holders(people: pl.DataFrame, day: date, licences: int) -> pl.DataFrame:
    """Of the rows of `people` those that hold one: permanent staff of that day, scattered over the ward."""
    on_rolls = (pl.col("joined_on") <= day) & (pl.col("left_on").is_null() | (pl.col("left_on") >= day))
    may_have_one = pl.col("is_licensed") & (pl.col("employment_type") != "会計年度任用")
    scattered = pl.col("person_no") * 7919 % 10_007
    return people.filter(on_rolls & may_have_one).sort(scattered, maintain_order=True).head(licences)


def copilot_uses() -> dict[str, pl.Expr]:
    """Each of APPS, and ANY -> whether Copilot was used in it, of rows with person_no, activity_date and app_flags.

    It is at hand on about every third day on which the app itself is used.
    """
    used = {app: (pl.col("app_flags") & pl.lit(app_mask(app=app), pl.UInt32)) > 0 for app in APPS}
    used[ANY] = pl.col("app_flags") > 0
    day = pl.col("activity_date").cast(pl.Int64)
    return {
        app: in_app & ((pl.col("person_no") * 31 + day * 17 + number * 7) % 10 < 3)
        for number, (app, in_app) in enumerate(used.items())
    }


def copilot_days(seed: int, graph_days: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """The truth: one row per employee number and UTC day on which a licence, where there is one, is made use of."""
    rows = graph_days.sort("activity_date", "person_no")  # the order in which apps are drawn
    both = pl.concat([rows, build_app_days(seed, rows, people)], how="horizontal")
    used = both.filter(pl.any_horizontal(copilot_uses().values()))
    return used.join(people.select("person_no", "employee_number"), on="person_no").select(
        "person_no", "employee_number", "activity_date"
    )
