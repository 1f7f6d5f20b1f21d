"""The people themselves: numbers, names, accounts. And the long leave they take.

Where they work belongs to roster.py; what they do to behaviour.py.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from pipelines.simulator.ward.names import FAMILY_NAMES, GIVEN_NAMES
from pipelines.simulator.ward.organisation import EMPLOYMENT_NAMES, FIXED_TERM, PERMANENT
from pipelines.simulator.ward.roster import BEFORE, Roster
from pipelines.simulator.ward.streams import Purpose, stream, uuid_texts
from pipelines.simulator.ward.workdays import Calendar

DOMAIN = "city.mirai-ku.example"
UNLICENSED_SHARE = 0.05  # of fixed-term staff: crews and kitchens without a PC
MIXED_CASE_SHARE = 0.012  # accounts whose mail or Box login is written with capitals
ABSENT_SHARE = 0.022
ABSENCE_KINDS = ("育児休業", "病気休職", "介護休暇", "自己啓発等休業")
ABSENCE_WEIGHTS = (0.6, 0.28, 0.07, 0.05)
TITLES = ("主事", "主任", "係長", "課長補佐", "課長", "部長")
TITLE_SHARES = (0.42, 0.33, 0.155, 0.05, 0.04, 0.005)


def build_people(seed: int, roster: Roster, calendar: Calendar) -> pl.DataFrame:
    """One row per person ever on the rolls, in order of person_no."""
    rng = stream(seed, Purpose.PEOPLE, 1)
    count = roster.people
    family = rng.integers(0, len(FAMILY_NAMES), count)
    given = rng.integers(0, len(GIVEN_NAMES), count)
    suffix = rng.permutation(max(10_000, count))[:count]  # unique by itself, so the whole address is
    frame = pl.DataFrame(
        {
            "person_no": np.arange(count, dtype=np.int32),
            "employee_number": _employee_numbers(rng, roster.employment),
            "family_name": pl.Series([name for name, _ in FAMILY_NAMES]).gather(family),
            "given_name": pl.Series([name for name, _ in GIVEN_NAMES]).gather(given),
            "family_romaji": pl.Series([romaji for _, romaji in FAMILY_NAMES]).gather(family),
            "given_romaji": pl.Series([romaji for _, romaji in GIVEN_NAMES]).gather(given),
            "suffix": pl.Series(suffix).cast(pl.String).str.zfill(4),
            "employment_type": pl.Series(EMPLOYMENT_NAMES).gather(roster.employment),
            "entra_id": uuid_texts(rng, count, "entra_id"),
            "box_id": _box_ids(rng, count),
            "is_mixed_case": rng.random(count) < MIXED_CASE_SHARE,
            "is_licensed": (roster.employment != FIXED_TERM) | (rng.random(count) >= UNLICENSED_SHARE),
            "job_title": _titles(rng, roster.employment),
            "joined_on": _joined(rng, roster, calendar),
            "left_on": _left(roster, calendar),
        }
    )
    is_new = (pl.col("joined_on") > calendar.first_day) & (pl.col("employment_type") == EMPLOYMENT_NAMES[PERMANENT])
    local = pl.concat_str("given_romaji", pl.lit("."), "family_romaji", "suffix")
    return frame.with_columns(
        display_name=pl.concat_str("family_name", pl.lit(" "), "given_name"),
        upn=pl.concat_str(local, pl.lit(f"@{DOMAIN}")),
    ).select(
        "person_no",
        "employee_number",
        "display_name",
        "family_name",
        "given_name",
        "employment_type",
        "entra_id",
        "upn",
        pl.when("is_mixed_case").then(_capitalised()).otherwise("upn").alias("mail"),
        "box_id",
        pl.when("is_mixed_case").then(_capitalised()).otherwise("upn").alias("box_login"),
        "joined_on",
        "left_on",
        "is_licensed",
        pl.when(is_new)
        .then(pl.lit(TITLES[0]))
        .otherwise("job_title")
        .alias("job_title"),  # graduates begin at the bottom
    )


def _capitalised() -> pl.Expr:
    """Hanako.Sato0412@City.Mirai-Ku.Example: the same account, as some systems write it."""
    return pl.concat_str(
        pl.col("given_romaji").str.to_titlecase(),
        pl.lit("."),
        pl.col("family_romaji").str.to_titlecase(),
        "suffix",
        pl.lit("@City.Mirai-Ku.Example"),
    )


def _employee_numbers(rng: np.random.Generator, employment: np.ndarray) -> pl.Series:
    """Seven digits; the first tells the kind of employment."""
    leading = np.array([1, 7, 4])[employment]
    numbers = leading * 1_000_000 + rng.choice(900_000, size=len(employment), replace=False) + 50_000
    return pl.Series(numbers).cast(pl.String)


def _box_ids(rng: np.random.Generator, count: int) -> pl.Series:
    """Eleven digits."""
    return pl.Series(20_000_000_000 + rng.choice(900_000_000, size=count, replace=False)).cast(pl.String)


def _titles(rng: np.random.Generator, employment: np.ndarray) -> pl.Series:
    drawn = pl.Series(TITLES).gather(rng.choice(len(TITLES), size=len(employment), p=TITLE_SHARES))
    names = pl.Series(["", "会計年度任用職員", "再任用職員"]).gather(employment)
    return drawn.zip_with(pl.Series(employment == PERMANENT), names)


def _joined(rng: np.random.Generator, roster: Roster, calendar: Calendar) -> pl.Series:
    """First day on the rolls: for those already there a 1 April before the first day."""
    first = np.full(roster.people, calendar.count)
    np.minimum.at(first, roster.person, roster.from_day)
    april = latest_april(calendar.first_day)
    years = np.where(
        roster.employment == PERMANENT, rng.integers(0, 33, roster.people), rng.integers(0, 4, roster.people)
    )
    past = pl.Series([date(april.year - back, 4, 1) for back in range(33)]).gather(years)
    return past.zip_with(pl.Series(first == BEFORE), calendar.dates(first))


def latest_april(day: date) -> date:
    """The last 1 April on or before a day."""
    april = date(day.year, 4, 1)
    return april if april <= day else date(day.year - 1, 4, 1)


def _left(roster: Roster, calendar: Calendar) -> pl.Series:
    """Last day on the rolls, null for those still there after the last day."""
    last = np.full(roster.people, BEFORE)
    np.maximum.at(last, roster.person, roster.to_day)
    stays = pl.Series(last >= calendar.count)
    return calendar.dates(last).zip_with(~stays, pl.Series([None], dtype=pl.Date).new_from_index(0, len(stays)))


def build_absences(
    seed: int, roster: Roster, people: pl.DataFrame, calendar: Calendar
) -> tuple[pl.DataFrame, np.ndarray]:
    """Long leave (columns of absences.csv) and a table [day, person] of who is away."""
    rng = stream(seed, Purpose.ABSENCES)
    present = np.flatnonzero(roster.department_of[0] >= 0)
    # More than are away at any time: about half of them begin or end within the span.
    count = max(2, round(1.5 * ABSENT_SHARE * len(present)))
    who = np.sort(rng.choice(present, size=min(count, len(present)), replace=False))
    begins = rng.integers(-200, calendar.count, len(who))
    lengths = rng.choice([35, 60, 120, 180, 365], size=len(who), p=[0.2, 0.2, 0.2, 0.2, 0.2])
    begins = np.where(rng.random(len(who)) < 0.15, np.minimum(begins, 0), begins)
    ends = begins + lengths - 1
    last = np.full(roster.people, BEFORE)
    np.maximum.at(last, roster.person, roster.to_day)
    ends = np.minimum(ends, last[who])  # leave ends with the employment at the latest
    kept = (ends >= begins) & (ends >= 0)
    who, begins, ends = who[kept], begins[kept], ends[kept]
    numbers = np.arange(calendar.count)[:, None]
    is_absent = np.zeros(roster.department_of.shape, dtype=bool)
    is_absent[:, who] = (numbers >= begins) & (numbers <= ends)
    is_open = pl.Series(ends >= calendar.count)
    frame = pl.DataFrame(
        {
            "employee_number": people["employee_number"].gather(who),
            "absence_kind": pl.Series(ABSENCE_KINDS).gather(rng.choice(4, size=len(who), p=ABSENCE_WEIGHTS)),
            "valid_from": calendar.dates(begins),
            "valid_to": calendar.dates(ends),
        }
    ).with_columns(valid_to=pl.when(is_open).then(None).otherwise("valid_to"))
    return frame, is_absent
