"""When the personnel office knows what: dates of orders (発令日), and the files as a clerk would have them on a day.

An order can be made weeks before it takes effect, or after (backdated). What takes effect belongs to assignments.py.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from pipelines.simulator.ward.streams import Purpose, stream

LEADS, LEAD_SHARES = (8, 14, 1, 0, -9), (0.62, 0.2, 0.08, 0.08, 0.02)
FAR_LEADS, FAR_SHARES = (45, 75, -20), (0.5, 0.25, 0.25)
FAR_SHARE = 0.06  # of all orders, where careers are part of the world
LEAVE_LEADS, LEAVE_SHARES = (30, 14, 60, -5), (0.5, 0.3, 0.15, 0.05)
ORGANISATION_LEAD = timedelta(days=8)  # before a change of departments: all of it becomes known at once
ABSENCE_LEAD = timedelta(days=30)


def order_dates(rng: np.random.Generator, starts: pl.Series) -> pl.Series:
    """Date of the personnel order: mostly a week or two before it takes effect, sometimes after (backdated)."""
    return _before(starts, rng.choice(LEADS, size=len(starts), p=LEAD_SHARES))


def far_order_dates(seed: int, orders: pl.DataFrame) -> pl.Series:
    """Some orders long before and some long after; what changes for a person at once is one order.

    `orders` has one row per line of the file, by person and day: person_no, is_main, valid_from, ordered_on, opens_on
    (first day of the department), closes_on. Nobody is ordered into a department that is not decided yet, and all
    leave one that closes by the order that closes it.
    """
    rng = stream(seed, Purpose.CAREERS, 3)
    leads = rng.choice(FAR_LEADS, size=len(orders), p=FAR_SHARES)
    is_far = pl.Series(rng.random(len(orders)) < FAR_SHARE)
    state = ("person_no", "valid_from")
    left = pl.col("closes_on").shift(1).over("person_no", order_by="valid_from")  # of the main post before
    must_leave = orders.filter("is_main").select(
        *state, must_leave=(left == pl.col("valid_from") - pl.duration(days=1)).fill_null(value=False)
    )
    decided = pl.col("opens_on").max().over(state) - ORGANISATION_LEAD
    return (
        orders.with_columns(
            ordered_on=pl.when(is_far).then(_before(orders["valid_from"], leads)).otherwise("ordered_on")
        )
        .with_columns(pl.max_horizontal(pl.col("ordered_on").first().over(state), decided).alias("ordered_on"))
        .join(must_leave, on=state, how="left", maintain_order="left")
        .select(pl.when("must_leave").then(pl.col("valid_from") - ORGANISATION_LEAD).otherwise("ordered_on"))
        .to_series()
        .alias("ordered_on")
    )


def leave_notices(seed: int, left_on: pl.Series, closings: list[date]) -> pl.Series:
    """Day on which the personnel office enters that someone leaves; null for those who stay.

    Sometimes afterwards, but not where departments close on that day: that is decided with the closing.
    """
    rng = stream(seed, Purpose.CAREERS, 4)
    drawn = _before(left_on, rng.choice(LEAVE_LEADS, size=len(left_on), p=LEAVE_SHARES))
    leaving = pl.DataFrame({"left_on": left_on, "drawn": drawn})
    known = pl.col("left_on") + timedelta(days=1) - ORGANISATION_LEAD
    is_closing = pl.col("left_on").is_in(closings)
    return leaving.select(pl.when(is_closing).then(pl.min_horizontal("drawn", known)).otherwise("drawn")).to_series()


def _before(days: pl.Series, leads: np.ndarray) -> pl.Series:
    frame = pl.DataFrame({"day": days, "lead": leads})
    return frame.select(pl.col("day") - pl.duration(days=pl.col("lead"))).to_series()


def assignments_as_of(assignments: pl.DataFrame, tenures: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The lines whose order is made. Each lasts until the next known one of the person, or until a known leaving.

    `assignments` has `person_no` beside the columns of the file, `tenures` has person_no, left_on, notice_on.
    All lines of a person that begin on one day are one order, and replace all that held before.
    """
    known = assignments.filter(pl.col("ordered_on") <= as_of)
    starts = (
        known.select("employee_number", "valid_from")
        .unique()
        .sort("employee_number", "valid_from")
        .with_columns(next_from=pl.col("valid_from").shift(-1).over("employee_number"))
    )
    leaving = tenures.filter(pl.col("notice_on") <= as_of).select("person_no", "left_on")
    return (
        known.join(starts, on=["employee_number", "valid_from"], how="left", maintain_order="left")
        .join(leaving, on="person_no", how="left", maintain_order="left")
        .with_columns(valid_to=pl.min_horizontal(pl.col("next_from") - pl.duration(days=1), "left_on"))
        .select(assignments.columns)
    )


def staff_as_of(staff: pl.DataFrame, assignments: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Who has a post by an order made so far; the last day only if it is known, or the person is known to return.

    `staff` has `person_no` and `notice_on` beside the columns of the file.
    """
    hired = assignments.filter(pl.col("ordered_on") <= as_of)["person_no"].unique()
    known = staff.filter(pl.col("person_no").is_in(hired.implode()))
    returns_on = pl.col("joined_on").shift(-1).over("employee_number", order_by="joined_on")
    return known.with_columns(
        left_on=pl.when((pl.col("notice_on") <= as_of) | returns_on.is_not_null()).then("left_on")
    )


def departments_as_of(lines: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Without what is not decided yet."""
    known = as_of + ORGANISATION_LEAD
    return lines.filter(pl.col("valid_from") <= known).with_columns(
        valid_to=pl.when(pl.col("valid_to") <= known).then("valid_to")
    )


def succession_as_of(succession: pl.DataFrame, as_of: date) -> pl.DataFrame:
    return succession.filter(pl.col("changed_on") <= as_of + ORGANISATION_LEAD)


def absences_as_of(absences: pl.DataFrame, as_of: date) -> pl.DataFrame:
    return absences.filter(pl.col("valid_from") <= as_of + ABSENCE_LEAD)


def training_as_of(training: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Who took part is known afterwards."""
    return training.filter(pl.col("held_on") <= as_of)
