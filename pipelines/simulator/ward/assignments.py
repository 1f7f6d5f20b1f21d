"""Assignments as the personnel files state them: main posts, concurrent posts, shares, dates, orders.

Made from the occupations of roster.py; the table here is also what truth weighs people by.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from pipelines.simulator.ward.orders import far_order_dates, order_dates
from pipelines.simulator.ward.organisation import EMPLOYMENT_NAMES, PERMANENT, Organisation
from pipelines.simulator.ward.people import latest_april
from pipelines.simulator.ward.roster import BEFORE, Roster
from pipelines.simulator.ward.streams import Purpose, stream
from pipelines.simulator.ward.workdays import Calendar

CONCURRENT_SHARE = 0.03  # of permanent occupations
KINDS = ("主務", "兼務", "併任", "派遣")
MAIN = 0  # the number of the main post among them
SECOND_SHARES = (0.5, 0.2, 0.4)
LEAST_DAYS = 15


@dataclass(frozen=True)
class Stretches:
    """One entry per assignment row: day numbers may lie outside the span (BEFORE, calendar.count)."""

    person: np.ndarray
    department: np.ndarray
    kind: np.ndarray
    share: np.ndarray
    capable: np.ndarray
    from_day: np.ndarray
    to_day: np.ndarray


def build_stretches(seed: int, roster: Roster, organisation: Organisation, calendar: Calendar) -> Stretches:
    """Main posts cut where a second post begins or ends, and the second posts."""
    rng = stream(seed, Purpose.PEOPLE, 2)
    candidates = np.flatnonzero(roster.employment[roster.person] == PERMANENT)
    wanted = min(len(candidates), max(2, round(CONCURRENT_SHARE * len(candidates))))
    chosen = np.sort(rng.choice(candidates, size=wanted, replace=False))
    begin, end = roster.from_day[chosen].copy(), roster.to_day[chosen].copy()
    # Two in five second posts begin or end (or both) within a main post of some length, the others share its dates.
    is_long = np.minimum(end, calendar.count) - np.maximum(begin, 0) >= LEAST_DAYS
    inner_from = np.maximum(begin, 0) + rng.integers(1, LEAST_DAYS // 2, wanted)
    inner_to = np.minimum(end, calendar.count - 1) - rng.integers(1, LEAST_DAYS // 2, wanted)
    begin = np.where(is_long & (rng.random(wanted) < 0.3), inner_from, begin)
    end = np.where(is_long & (rng.random(wanted) < 0.2), inner_to, end)
    share = rng.choice(SECOND_SHARES, size=wanted, p=[0.35, 0.55, 0.1])
    second = Stretches(
        person=roster.person[chosen],
        department=_second_departments(rng, organisation, roster.department[chosen]),
        kind=rng.choice([1, 2, 3], size=wanted, p=[0.8, 0.13, 0.07]),
        share=share,
        capable=roster.capable[chosen] | (rng.random(wanted) < 0.3),
        from_day=begin,
        to_day=end,
    )
    untouched = np.setdiff1d(np.arange(len(roster.person)), chosen)
    parts = [
        second,
        _main(roster, untouched, roster.from_day[untouched], roster.to_day[untouched], np.ones(len(untouched))),
        _main(roster, chosen, roster.from_day[chosen], begin - 1, np.ones(wanted)),
        _main(roster, chosen, begin, end, np.round(1 - share, 6)),
        _main(roster, chosen, end + 1, roster.to_day[chosen], np.ones(wanted)),
    ]
    return _joined(parts)


def _main(roster: Roster, rows: np.ndarray, begin: np.ndarray, end: np.ndarray, share: np.ndarray) -> Stretches:
    """Main posts of these occupations between the given days; empty ones left out."""
    kept = end >= begin
    rows = rows[kept]
    return Stretches(
        person=roster.person[rows],
        department=roster.department[rows],
        kind=np.zeros(len(rows), dtype=np.int64),
        share=share[kept],
        capable=roster.capable[rows],
        from_day=begin[kept],
        to_day=end[kept],
    )


def _second_departments(rng: np.random.Generator, organisation: Organisation, main: np.ndarray) -> np.ndarray:
    """Another department for each, valid all the time."""
    choices = np.flatnonzero(_is_steady(organisation))
    drawn = rng.integers(0, len(choices), len(main))
    clash = organisation.division[choices[drawn]] == organisation.division[main]
    return choices[np.where(clash, (drawn + 1) % len(choices), drawn)]


def _is_steady(organisation: Organisation) -> np.ndarray:
    """課 that are there all the time."""
    frame = organisation.frame
    steady = (
        frame["valid_to"].is_null() & (frame["valid_from"] < date(2020, 1, 1)) & (frame["department_level"] == "課")
    )
    return steady.to_numpy()


def _joined(parts: list[Stretches]) -> Stretches:
    """All parts, by person, first day and kind."""
    names = Stretches.__dataclass_fields__
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    order = np.lexsort((columns["kind"], columns["from_day"], columns["person"]))
    return Stretches(**{name: column[order] for name, column in columns.items()})


def assignment_frame(
    *,
    seed: int,
    stretches: Stretches,
    roster: Roster,
    organisation: Organisation,
    people: pl.DataFrame,
    calendar: Calendar,
    has_far_orders: bool,
) -> pl.DataFrame:
    """Columns of assignments.csv and `person_no`. Posts held since before the first day began on a 1 April."""
    rng = stream(seed, Purpose.PEOPLE, 3)
    april = latest_april(calendar.first_day)
    back = np.where(roster.employment == PERMANENT, rng.integers(0, 3, roster.people), 0)  # the same for all posts
    aprils = pl.Series([date(april.year - years, 4, 1) for years in range(3)]).gather(back[stretches.person])
    is_old = pl.Series(stretches.from_day == BEFORE)
    joined = people["joined_on"].gather(stretches.person)
    early = pl.select(pl.max_horizontal(aprils, joined)).to_series()
    valid_from = early.zip_with(is_old, calendar.dates(np.maximum(stretches.from_day, 0)))
    ordered_on = order_dates(rng, valid_from)
    if has_far_orders:
        orders = {
            "person_no": stretches.person,
            "is_main": stretches.kind == MAIN,
            "valid_from": valid_from,
            "ordered_on": ordered_on,
            "opens_on": organisation.frame["valid_from"].gather(stretches.department),
            "closes_on": organisation.frame["valid_to"].gather(stretches.department),
        }
        ordered_on = far_order_dates(seed, pl.DataFrame(orders))
    is_open = pl.Series(stretches.to_day >= calendar.count)
    return pl.DataFrame(
        {
            "person_no": stretches.person.astype(np.int32),
            "employee_number": people["employee_number"].gather(stretches.person),
            "department_code": organisation.codes.gather(stretches.department),
            "post_kind": pl.Series(KINDS).gather(stretches.kind),
            "share": stretches.share,
            "employment_type": pl.Series(EMPLOYMENT_NAMES).gather(roster.employment[stretches.person]),
            "telework_capable": stretches.capable.astype(np.int8),
            "valid_from": valid_from,
            "valid_to": calendar.dates(stretches.to_day),
            "ordered_on": ordered_on,
        }
    ).with_columns(valid_to=pl.when(is_open).then(None).otherwise("valid_to"))


def former_assignments(former: pl.DataFrame, organisation: Organisation, like: pl.DataFrame) -> pl.DataFrame:
    """One line for each tenure that ended before the first day, in the columns of `like`."""
    codes = organisation.codes.gather(np.flatnonzero(_is_steady(organisation)))
    numbers = np.arange(len(former))
    kinds = like.unique("employee_number", keep="first").select("employee_number", "employment_type")
    return (
        former.join(kinds, on="employee_number", how="left", maintain_order="left")
        .with_columns(
            person_no=pl.lit(None, pl.Int32),
            department_code=codes.gather(numbers % len(codes)),
            post_kind=pl.lit(KINDS[MAIN]),
            share=pl.lit(1.0),
            telework_capable=pl.lit(0, pl.Int8),
            valid_from="joined_on",
            valid_to="left_on",
            ordered_on=pl.col("joined_on") - timedelta(days=14),
        )
        .select(like.columns)
    )
