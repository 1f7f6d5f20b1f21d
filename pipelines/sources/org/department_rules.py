"""Rules of the organisation itself: departments, their tree on every day, and what becomes of them."""

from __future__ import annotations

import polars as pl

from pipelines.sources.org.examination import Examination
from pipelines.sources.org.schema import FILES, LINE
from pipelines.sources.org.spans import FAR, merged, not_within, overlapping

LEVELS = tuple(next(column for column in FILES["departments"].fields if column.name == "department_level").choices)
SHARE_TOLERANCE = 1e-4  # three thirds written as 0.3333


def examine_departments(found: Examination) -> None:
    """One line per code and day, parents that exist on those days, and no more levels than 部, 課 and 係."""
    found.refuse(
        "departments", "overlap", overlapping(found["departments"], "department_code", "valid_from", "valid_to"),
        "describes a department for days that another line describes already", "correct the dates of one of the two",
    )  # fmt: skip
    found.refuse_unknown("departments", "parent_code", "departments", "department_code", "department")
    children = found["departments"].filter(pl.col("parent_code").is_not_null())
    found.refuse(
        "departments", "parent_not_valid",
        not_within(children, "parent_code", "valid_from", "valid_to", department_spans(found)),
        "has a parent that does not exist on all its days", "end it with its parent or write a line with a new parent",
    )  # fmt: skip
    lines = _too_deep(found["departments"])
    found.refuse(
        "departments", "circle", found["departments"].filter(pl.col(LINE).is_in(lines)),
        f"lies more than {len(LEVELS)} levels deep or in a circle", "correct its parent_code",
    )  # fmt: skip


def department_spans(found: Examination) -> pl.DataFrame:
    """department_code, span_start, span_end: the days on which each department exists."""
    return merged(found["departments"], "department_code", "valid_from", "valid_to")


def _too_deep(departments: pl.DataFrame) -> list[int]:
    """Lines whose chain of parents is too long on some day; the tree changes only where a line begins."""
    rows = departments.select(LINE, "department_code", "parent_code", "valid_from", "valid_to").rows()
    deep: set[int] = set()
    for day in departments["valid_from"].unique().sort():
        valid = [row for row in rows if row[3] <= day <= (row[4] or FAR)]
        parents = {code: parent for _, code, parent, _, _ in valid}
        deep |= {line for line, code, *_ in valid if _depth(code, parents) > len(LEVELS)}
    return sorted(deep)


def _depth(code: str | None, parents: dict[str, str | None]) -> int:
    depth = 0
    while code is not None and depth <= len(LEVELS):
        depth += 1
        code = parents.get(code)
    return depth


def examine_succession(found: Examination) -> None:
    """Both departments exist around the day, and the shares of each old one add up to 1."""
    dataset = "department_succession"
    if dataset not in found:
        return
    for column in ("from_department_code", "to_department_code"):
        found.refuse_unknown(dataset, column, "departments", "department_code", "department")
    days = pl.col("changed_on").alias("day"), (pl.col("changed_on") - pl.duration(days=1)).alias("day_before")
    spans = department_spans(found)
    for column, day, what in (
        ("to_department_code", "day", "leads to a department that does not exist on changed_on"),
        ("from_department_code", "day_before", "leads from a department that did not exist the day before changed_on"),
    ):
        dated = found[dataset].with_columns(days)
        wrong = not_within(dated, column, day, day, spans)
        found.refuse(dataset, "department_not_valid", wrong, what, "correct changed_on or the dates in departments.csv")
    group = ["from_department_code", "changed_on"]
    whole = found[dataset].join(found.aside[dataset], on=group, how="anti")  # the others were listed already
    off = (pl.col("share").sum().over(group) - 1).abs() > SHARE_TOLERANCE
    found.refuse(
        dataset, "shares_of_succession", whole.filter(off),
        "belongs to shares that do not add up to 1 for the old department and day", "correct the shares",
    )  # fmt: skip
