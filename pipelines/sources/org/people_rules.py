"""Rules of people: who is on the rolls, which posts they hold, and when they are away."""

from __future__ import annotations

import polars as pl

from pipelines.sources.org.department_rules import department_spans
from pipelines.sources.org.examination import Examination
from pipelines.sources.org.schema import LINE
from pipelines.sources.org.spans import FAR, apart_from, merged, not_within, overlapping, reach, shared, spans

MAIN_POST = "主務"
WHO = "employee_number"
_SHARE_TOLERANCE = 1e-6
_DAY = pl.duration(days=1)


def examine_staff(found: Examination) -> None:
    """Nobody twice on one day, no address of two people on one day: it may change hands in between."""
    if "staff" not in found:
        return
    found.refuse(
        "staff", "overlap", overlapping(found["staff"], WHO, "joined_on", "left_on"),
        "lists a person for days that another line lists already", "correct the dates of one of the two",
    )  # fmt: skip
    found.refuse(
        "staff", "shared_address", shared(found["staff"], "address", WHO, "joined_on", "left_on"),
        "gives an address that belongs to another person too on the same days",
        "give every person one of their own, or end the earlier one with left_on",
    )  # fmt: skip


def examine_absences(found: Examination) -> None:
    """Absences of people who are known, one at a time."""
    if "absences" not in found:
        return
    if "staff" in found:
        found.refuse_unknown("absences", WHO, "staff", WHO, "person")
    found.refuse(
        "absences", "overlap", overlapping(found["absences"], WHO, "valid_from", "valid_to"),
        "overlaps another absence of the same person", "correct the dates of one of the two",
    )  # fmt: skip


def examine_assignments(found: Examination) -> None:
    """Posts of people on the rolls in departments of those days: one main post at a time, shares up to 1."""
    dataset = "assignments"
    if dataset not in found:
        return
    found.refuse_unknown(dataset, "department_code", "departments", "department_code", "department")
    found.refuse(
        dataset, "department_not_valid",
        not_within(found[dataset], "department_code", "valid_from", "valid_to", department_spans(found)),
        "names a department that does not exist on all days of the post",
        "end the post with the department, or correct the dates in departments.csv",
    )  # fmt: skip
    found.refuse_unknown(dataset, WHO, "staff", WHO, "person")
    on_rolls = merged(found["staff"], WHO, "joined_on", "left_on")
    found.refuse(
        dataset, "outside_the_rolls", apart_from(found[dataset], WHO, "valid_from", "valid_to", on_rolls),
        "is a post on days when the person is not on the rolls", "correct its dates or those in staff.csv",
    )  # fmt: skip
    main = found[dataset].filter(pl.col("post_kind") == MAIN_POST)
    found.refuse(
        dataset, "overlap", overlapping(main, WHO, "valid_from", "valid_to"),
        "overlaps another main post (主務) of the same person", "end the earlier post or make this one 兼務",
    )  # fmt: skip
    while (over := _over_one(found[dataset])).height:  # each turn refuses a line, so this ends
        found.refuse(
            dataset, "shares_over_one", over, "overlaps other posts: the shares of the person exceed 1",
            "end one post or lower a share",
        )  # fmt: skip
    _note_missing_posts(found)


def _over_one(assignments: pl.DataFrame) -> pl.DataFrame:
    """The line with which the shares of a person first exceed 1."""
    starts = assignments.select(WHO, LINE, "share", at="valid_from")
    ends = assignments.filter(pl.col("valid_to").is_not_null()).select(
        WHO, pl.lit(None, pl.UInt32).alias(LINE), -pl.col("share"), at=pl.col("valid_to") + _DAY
    )
    by_day = (
        pl.concat([starts, ends])
        .group_by(WHO, "at")
        .agg(pl.col("share").sum(), pl.col(LINE).max())
        .with_columns(pl.col("share").cum_sum().over(WHO, order_by="at").alias("total"))
    )
    over = by_day.filter(pl.col("total") > 1 + _SHARE_TOLERANCE).drop_nulls(LINE)
    first = over.filter(pl.col("at") == pl.col("at").min().over(WHO))
    return assignments.join(first.select(LINE), on=LINE, how="semi")


def _note_missing_posts(found: Examination) -> None:
    """Days on the rolls without a main post after the first one, and people without any post. Absences excuse."""
    posts = found["assignments"]
    away = found.tables.get("absences", posts.clear())
    # Whose lines were refused has been told so already.
    refused = pl.concat(
        [table.select(WHO) for name, table in found.aside.items() if name in ("assignments", "absences")]
    )
    staff = found["staff"].join(refused, on=WHO, how="anti")
    on_rolls = spans(staff, WHO, "joined_on", "left_on")
    main = spans(posts.filter(pl.col("post_kind") == MAIN_POST), WHO, "valid_from", "valid_to")
    absent = spans(away, WHO, "valid_from", "valid_to")
    no_line = pl.lit(None, pl.UInt32).alias(LINE)
    # One more span far away makes the days after the last post a gap like any other.
    last = main.select(WHO, pl.lit(FAR).alias("span_start"), pl.lit(FAR).alias("span_end"), no_line).unique()
    order = ["span_start", "span_end"]
    gaps = (
        pl.concat([main, absent.with_columns(no_line), last])
        .with_columns(
            reach(WHO).alias("reach"),
            pl.col(LINE).forward_fill().shift(1).over(WHO, order_by=order).alias("line_before"),
        )
        .filter(pl.col("span_start") > pl.col("reach") + _DAY)
        .select(WHO, gap_start=pl.col("reach") + _DAY, gap_end=pl.col("span_start") - _DAY, **{LINE: "line_before"})
        .drop_nulls(LINE)
        .join(on_rolls.drop(LINE), on=WHO)
        .filter(pl.col("span_start") <= pl.col("gap_end"), pl.col("span_end") >= pl.col("gap_start"))
        .unique(LINE)
    )
    found.note(
        "assignments", "gap", gaps, "ends and leaves the person on the rolls without a main post (主務) for some days",
        "add the next post, an absence, or the last day in staff.csv",
    )  # fmt: skip
    known = pl.concat([spans(table, WHO, "valid_from", "valid_to").drop(LINE) for table in (posts, away)])
    # The files may begin with some day: who had left before it needs no post in them.
    begins = posts.select(pl.col("valid_from").min().fill_null(FAR)).item()
    in_time = staff.filter(pl.col("left_on").fill_null(FAR) >= begins)
    found.note(
        "staff", "without_post", apart_from(in_time, WHO, "joined_on", "left_on", known),
        "lists a person without any post on these days", "add the post to assignments.csv, or the last day here",
    )  # fmt: skip
