"""Who comes back: two tenures of one person, with one employee number and the old or a new account.

A tenure is what the other modules call a person: a number of its own, never on the rolls with another at once. Here
the people's frame is told that two of them are the same human being. Tenures that ended before the first day exist
in the files alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from pipelines.simulator.ward.organisation import EMPLOYMENT_NAMES, PERMANENT, REAPPOINTED
from pipelines.simulator.ward.streams import Purpose, stream
from pipelines.simulator.ward.workdays import Calendar

LEAST_GAP_DAYS = 28
RETURNING_SHARE = 0.0006  # of everyone in the frame, within the span
FORMER_SHARE = 0.004  # of everyone in the frame: hired before, years ago
IDENTITY = ("employee_number", "display_name", "family_name", "given_name")
ACCOUNT = ("entra_id", "upn", "mail", "box_id", "box_login")
STAFF_SCHEMA = {"employee_number": pl.String, "address": pl.String, "joined_on": pl.Date, "left_on": pl.Date}


@dataclass(frozen=True)
class Tenures:
    """The people with returns entered, and the earlier tenures that only the files know."""

    people: pl.DataFrame
    former: pl.DataFrame  # columns of staff.csv


def link_tenures(seed: int, people: pl.DataFrame, calendar: Calendar) -> Tenures:
    """Make some joiners of the span the return of a leaver of the span, others that of someone from before it."""
    rng = stream(seed, Purpose.CAREERS, 1)
    joiners = people.filter(pl.col("joined_on") > calendar.first_day)
    pairs = [*_retired(people, calendar), *_returning(rng, people, joiners)]
    taken = {number for pair in pairs for number in pair}
    for position, (earlier, later) in enumerate(pairs):
        # The retired keep their account overnight; of the others every second gets a new one.
        people = _same_person(people, earlier, later, with_account=position % 2 == 0)
    free = [number for number in joiners["person_no"].to_list() if number not in taken]
    wanted = min(len(free), max(2, round(FORMER_SHARE * len(people))))
    chosen = sorted(rng.choice(free, size=wanted, replace=False).tolist()) if free else []
    return Tenures(people, _former(people, chosen, calendar))


def _retired(people: pl.DataFrame, calendar: Calendar) -> list[tuple[int, int]]:
    """One permanent leaver of 31 March, reappointed the next day."""
    eve = calendar.turn - timedelta(days=1)
    leavers = people.filter(
        pl.col("left_on") == eve, pl.col("employment_type") == EMPLOYMENT_NAMES[PERMANENT], pl.col("is_licensed")
    )["person_no"]
    comers = people.filter(
        pl.col("joined_on") == calendar.turn, pl.col("employment_type") == EMPLOYMENT_NAMES[REAPPOINTED]
    )["person_no"]
    return list(zip(leavers.to_list(), comers.to_list(), strict=False))[:1]


def _returning(rng: np.random.Generator, people: pl.DataFrame, joiners: pl.DataFrame) -> list[tuple[int, int]]:
    """Leavers who come back after weeks or months in the same kind of employment."""
    is_usual = pl.col("employment_type") != EMPLOYMENT_NAMES[REAPPOINTED]
    leavers = people.filter(pl.col("left_on").is_not_null(), is_usual, pl.col("is_licensed"))
    order = rng.permutation(len(leavers))
    wanted = max(1, round(RETURNING_SHARE * len(people)))
    used: set[int] = set()
    pairs: list[tuple[int, int]] = []
    for row in leavers[order].iter_rows(named=True):
        later = joiners.filter(
            pl.col("joined_on") >= row["left_on"] + timedelta(days=LEAST_GAP_DAYS),
            pl.col("employment_type") == row["employment_type"],
            pl.col("is_licensed"),
        )["person_no"].to_list()
        open_to = [number for number in later if number not in used and number != row["person_no"]]
        if open_to and row["person_no"] not in used and len(pairs) < wanted:
            pair = (row["person_no"], open_to[int(rng.integers(0, len(open_to)))])
            used.update(pair)
            pairs.append(pair)
    return pairs


def _same_person(people: pl.DataFrame, earlier: int, later: int, *, with_account: bool) -> pl.DataFrame:
    """The later tenure takes name and number of the earlier, and its account or an address made from the name."""
    before, after = people.row(earlier, named=True), people.row(later, named=True)
    taken = {name: before[name] for name in (*IDENTITY, *(ACCOUNT if with_account else ()))}
    if not with_account:
        address = _renumbered(before["upn"], after["upn"])
        taken |= {"upn": address, "mail": address, "box_login": address}
    is_later = pl.col("person_no") == later
    return people.with_columns(
        pl.when(is_later).then(pl.lit(value)).otherwise(name).alias(name) for name, value in taken.items()
    )


def _renumbered(address: str, numbered_like: str) -> str:
    """hanako.sato0412@..., taro.ito0777@... -> hanako.sato0777@..."""
    name = address.partition("@")[0].rstrip("0123456789")
    local, _, domain = numbered_like.partition("@")
    return f"{name}{local.removeprefix(local.rstrip('0123456789'))}@{domain}"


def _former(people: pl.DataFrame, chosen: list[int], calendar: Calendar) -> pl.DataFrame:
    """Years ago, from 1 April to 31 March or 30 September; every second with another address than today."""
    rows = []
    for position, number in enumerate(chosen):
        row = people.row(number, named=True)
        local, _, domain = row["upn"].partition("@")
        address = f"{local}0@{domain}" if position % 2 else row["mail"]  # five digits: nobody else's
        year = calendar.first_day.year - 3 - position % 2
        left = date(year + 1, 3, 31) if position % 3 else date(year + 1, 9, 30)
        rows.append((row["employee_number"], address, date(year, 4, 1), left))
    return pl.DataFrame(rows, schema=STAFF_SCHEMA, orient="row")
