"""How daily and how evenly a tool is used: stickiness of months, the share of the top tenth of months and years.

Each person once, with all of the period, where the person counts.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from tests.differential.facts import Facts
from tests.differential.plain_book import DAY, PART, Book, has
from tests.differential.plain_counted import PERSON
from tests.differential.plain_sums import summed

TOOLS = {"chat": "teams", "meeting": "teams", "box": "box", "telework": "telework", "files": "files"}
ACTIONS = {"chat": "chat_messages_count", "meeting": "meetings_attended_count", "box": "box_actions_count",
           "telework": "telework_actions", "files": "files_count"}  # fmt: skip
INTENSITY = ("stickiness", "top_decile_share")


def with_telework(facts: Facts) -> pl.DataFrame:
    """The acts and their days; telework as an action is a working day with telework."""
    acts = facts.acts.join(facts.days, on="activity_date")
    away = pl.col("telework_class").is_in(["remote", "mixed"]) & pl.col("is_working_day")
    return acts.with_columns(telework_actions=pl.when(pl.col("telework_class").is_not_null()).then(away.cast(pl.Int64)))


def intensity_metrics(facts: Facts) -> Iterable[pl.DataFrame]:
    """No row where nobody counts who used the tool."""
    actions = with_telework(facts).select(*DAY, "telework_actions")
    for kind in ("month", "fiscal_year"):
        book = Book(facts, kind)
        done = book.done.join(actions, on=DAY)
        for tool, measure in TOOLS.items():
            known = done.filter(has(measure)).with_columns(actions=pl.col(ACTIONS[tool]))
            working, active = pl.col("is_working_day"), pl.col("actions") > 0
            people = known.group_by(PERSON).agg(
                actions=pl.col("actions").sum(), known_days=working.sum(), active_days=(working & active).sum()
            )
            here = book.counted(people.filter(pl.col("actions") > 0)).with_columns(
                segment_kind=pl.lit("tool"), segment=pl.lit(tool), period_kind=pl.lit(kind)
            )
            if kind == "month":
                yield _stickiness(here)
            yield _top_tenths(here)


def _stickiness(people: pl.DataFrame) -> pl.DataFrame:
    """Of who used it on a working day: days with use, of the known working days of the same people."""
    cell = ["period_kind", *PART]
    daily = pl.when(pl.col("active_days") > 0).then("known_days").otherwise(0)
    clusters = people.with_columns(n=pl.col("active_days").cast(pl.Float64), d=daily.cast(pl.Float64))
    found = summed(clusters, cell, is_share=False)
    return found.with_columns(group_people="people_count", metric_id=pl.lit("stickiness"))


def _top_tenths(people: pl.DataFrame) -> pl.DataFrame:
    """The cell speaks about the people of the tenth."""
    rows = [
        (*cell, *top_tenth(group["actions"].to_list()))
        for cell, group in people.partition_by(["period_kind", *PART], as_dict=True).items()
    ]
    names = ["period_kind", *PART, "numerator", "denominator", "group_people"]
    table = pl.DataFrame(rows, schema=names, orient="row")
    return table.with_columns(people_count="group_people", metric_id=pl.lit("top_decile_share"))


def top_tenth(actions: list[int]) -> tuple[int, int, int]:
    """Actions of the most active tenth of the people who acted, all actions, and how many people that tenth is.

    A tenth is a whole number of people, rounded up.
    """
    tenth = (len(actions) + 9) // 10
    return sum(sorted(actions, reverse=True)[:tenth]), sum(actions), tenth
