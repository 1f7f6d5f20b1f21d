"""How the new tools came to the ward: pilot, rollout waves, training sessions, and who had them since when.

What that changes in people's days belongs to behaviour.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from pipelines.simulator.ward.organisation import PERMANENT, Organisation
from pipelines.simulator.ward.roster import Roster
from pipelines.simulator.ward.streams import Purpose, stream
from pipelines.simulator.ward.workdays import Calendar

NEVER = 32_000  # day number of something that does not happen
PILOT_DIVISIONS = 6
PILOT_START = (1, 14)
WAVE_STARTS = ((2, 2), (2, 16), (3, 2), (3, 9), (3, 16))
SESSION_STARTS = (
    (1, 20), (1, 27), (2, 4), (2, 10), (2, 18), (2, 25), (3, 4), (3, 11), (3, 18),
    (4, 22), (5, 13), (5, 20), (5, 27), (6, 3), (6, 10),
)  # fmt: skip
FULL_SIZE = 6_000
TRAINED_SHARE = 1 / 15
TITLES = (
    "情報リーダー研修",
    "管理職マインドセット研修",
    "Web会議とチャットの基本",
    "Boxによる外部とのファイル交換",
    "テレワーク実践研修",
)


@dataclass(frozen=True)
class Adoption:
    """Files, and per person the day number since when (NEVER if not; negative before the first day)."""

    rollout: pl.DataFrame
    training: pl.DataFrame
    exposed_since: np.ndarray  # [person]
    trained_since: np.ndarray  # [person]


def build_adoption(
    seed: int, organisation: Organisation, roster: Roster, people: pl.DataFrame, calendar: Calendar
) -> Adoption:
    rng = stream(seed, Purpose.ADOPTION)
    rollout, started = _rollout(rng, organisation, calendar)
    training, trained_since = _training(rng, organisation, roster, people, calendar)
    # Whoever has had the tools keeps them; a newcomer gets them on the first day, or when the department does.
    candidate = np.maximum(started[roster.department], roster.from_day)
    reached = candidate <= roster.to_day
    exposed_since = np.full(roster.people, NEVER)
    np.minimum.at(exposed_since, roster.person[reached], candidate[reached])
    # Those whose department began before the first day have had them since then.
    first = np.flatnonzero(roster.department_of[0] >= 0)
    already = started[roster.department_of[0, first]]
    exposed_since[first] = np.where(already < 0, already, exposed_since[first])
    return Adoption(rollout, training, exposed_since, trained_since)


def _rollout(
    rng: np.random.Generator, organisation: Organisation, calendar: Calendar
) -> tuple[pl.DataFrame, np.ndarray]:
    """Columns of rollout.csv, and the day number for every department. A 部 itself begins with its first 課."""
    frame, year = organisation.frame, calendar.turn.year
    steady = (frame["department_level"] == "課") & (frame["valid_from"] < date(year, 1, 1))
    divisions = np.flatnonzero(steady.to_numpy())
    order = rng.permutation(divisions)
    pilots = max(1, min(PILOT_DIVISIONS, len(divisions) // 4))
    waves = np.zeros(len(frame), dtype=np.int64)
    waves[order[pilots:]] = 1 + np.arange(len(order) - pilots) * len(WAVE_STARTS) // max(1, len(order) - pilots)
    starts = [calendar.next_working(date(year, month, day)) for month, day in (PILOT_START, *WAVE_STARTS)]
    numbers = np.array([calendar.number(start) for start in starts])
    started = np.where(organisation.division >= 0, numbers[waves[organisation.division]], NEVER)
    for row in np.flatnonzero(organisation.division < 0):
        started[row] = started[organisation.parent == row].min()
    # A department made within the year inherits the tools of its predecessor.
    made = np.flatnonzero((frame["valid_from"] >= date(year, 1, 1)).to_numpy())
    started[made] = started[organisation.predecessor[made]]
    rows = np.concatenate([divisions, made])
    wave = np.concatenate([waves[divisions], np.full(len(made), len(WAVE_STARTS) + 1)])
    begins = [*(starts[number] for number in waves[divisions]), *(frame["valid_from"].gather(made).to_list())]
    table = pl.DataFrame(
        {
            "department_code": organisation.codes.gather(rows),
            "wave": wave.astype(np.int32),
            "wave_kind": pl.Series(["pilot", "rollout"]).gather((wave > 0).astype(np.int64)),
            "starts_on": pl.Series(begins, dtype=pl.Date),
        }
    )
    return table.sort("wave", "department_code"), started


def _training(
    rng: np.random.Generator,
    organisation: Organisation,
    roster: Roster,
    people: pl.DataFrame,
    calendar: Calendar,
) -> tuple[pl.DataFrame, np.ndarray]:
    """Columns of training.csv, and the day after which each person is trained. Every 課 in turn sends someone."""
    staff = int((roster.department_of[0] >= 0).sum())
    sessions = int(np.clip(round(15 * (staff / FULL_SIZE) ** 0.5), 3, 15))
    kept = np.linspace(0, len(SESSION_STARTS) - 1, sessions).round().astype(int)
    dates = [calendar.next_working(date(calendar.turn.year, *SESSION_STARTS[number])) for number in kept]
    dates = [held for held in dates if held <= calendar.last_day]
    seats = max(2, round(staff * TRAINED_SHARE / sessions))
    trained_since = np.full(roster.people, NEVER)
    rows: list[pl.DataFrame] = []
    for session, held in enumerate(dates, start=1):
        number = max(0, calendar.number(held))
        members = _members(
            rng,
            organisation=organisation,
            roster=roster,
            trained_since=trained_since,
            number=number,
            seats=seats,
        )
        trained_since[members] = calendar.number(held + timedelta(days=1))
        title = f"{TITLES[(session - 1) % len(TITLES)]}（第{session}回）"
        rows.append(
            pl.DataFrame({"employee_number": people["employee_number"].gather(np.sort(members))}).select(
                pl.lit(f"T{held:%y}{session:02d}").alias("session_id"),
                pl.lit(held).alias("held_on"),
                pl.lit(title).alias("title"),
                "employee_number",
            )
        )
    return pl.concat(rows) if rows else _no_training(), trained_since


def _members(
    rng: np.random.Generator,
    *,
    organisation: Organisation,
    roster: Roster,
    trained_since: np.ndarray,
    number: int,
    seats: int,
) -> np.ndarray:
    """Permanent staff not yet trained, first those whose 課 has the fewest trained people."""
    department = roster.department_of[number]
    division = np.where(department >= 0, organisation.division[department], -1)
    is_trained = trained_since < NEVER
    trained = np.bincount(division[is_trained & (division >= 0)], minlength=len(organisation.division))
    free = np.flatnonzero((division >= 0) & ~is_trained & (roster.employment == PERMANENT))
    free = rng.permutation(free)
    # Within one session the second candidate of a 課 comes after the first of every other.
    order = np.argsort(division[free], kind="stable")
    sorted_divisions = division[free][order]
    new = np.concatenate([[True], np.diff(sorted_divisions) != 0])
    starts = np.maximum.accumulate(np.where(new, np.arange(len(free)), 0))
    rank = np.arange(len(free)) - starts
    chosen = np.argsort(rank + trained[sorted_divisions], kind="stable")[:seats]
    return free[order[chosen]]


def _no_training() -> pl.DataFrame:
    return pl.DataFrame(
        schema={"session_id": pl.String, "held_on": pl.Date, "title": pl.String, "employee_number": pl.String}
    )
