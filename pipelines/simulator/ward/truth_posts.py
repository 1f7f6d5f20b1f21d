"""Truth of where people count: the main post of every day, and which department of today carries on a former one.

truth.py counts the days of the span; a week, a month or a fiscal year that reaches beyond it needs the posts before and
after. Shares of posts are no business of this module.
"""

from __future__ import annotations

import polars as pl

from pipelines.simulator.ward.assignments import KINDS, MAIN
from pipelines.simulator.ward.organisation import Organisation


def main_post_frame(assignments: pl.DataFrame) -> pl.DataFrame:
    """Columns of truth_main_posts: one row per person and stretch of a main post, also outside the span."""
    return (
        assignments.filter(pl.col("post_kind") == KINDS[MAIN])
        .select(
            "employee_number",
            "department_code",
            "employment_type",
            is_telework_capable=pl.col("telework_capable") == 1,
            valid_from="valid_from",
            valid_to="valid_to",
        )
        .sort("employee_number", "valid_from")
    )


def successor_frame(organisation: Organisation) -> pl.DataFrame:
    """Columns of truth_successors: every department that ever was, and the one that carries it on at the end."""
    codes = organisation.codes.to_list()
    return pl.DataFrame(
        {"department_code": codes, "today_code": [_successor(code, organisation) for code in codes]},
        schema={"department_code": pl.String, "today_code": pl.String},
    )


def _successor(code: str, organisation: Organisation) -> str | None:
    """The department itself or what became of it; None once it was divided among several."""
    for on in sorted({step.on for step in organisation.steps}):
        targets = [step.target for step in organisation.steps if step.on == on and step.source == code]
        if len(targets) > 1:
            return None
        code = targets[0] if targets else code
    return code
