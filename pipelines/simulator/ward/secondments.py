"""Secondment out of the ward (派遣) and back: away from work here, still on the rolls and in the same post.

Long leave belongs to people.py; a second post elsewhere in the ward belongs to assignments.py.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from pipelines.simulator.ward.organisation import PERMANENT
from pipelines.simulator.ward.roster import Roster
from pipelines.simulator.ward.streams import Purpose, stream
from pipelines.simulator.ward.workdays import Calendar

KIND = "派遣"
SECONDED_SHARE = 0.01
LONG_AGO = -365


def build_secondments(
    seed: int, roster: Roster, people: pl.DataFrame, calendar: Calendar, is_absent: np.ndarray
) -> tuple[pl.DataFrame, np.ndarray]:
    """Columns of absences.csv, and the table [day, person] of who is away for any reason.

    Some come back on the turn, some go then, some go and come back within the span.
    """
    rng = stream(seed, Purpose.CAREERS, 2)
    stays = roster.on_rolls.all(axis=0) & (roster.employment == PERMANENT) & ~is_absent.any(axis=0)
    free = np.flatnonzero(stays)
    wanted = min(len(free), max(3, round(SECONDED_SHARE * len(free))))
    who = np.sort(rng.choice(free, size=wanted, replace=False))
    middle = calendar.number(calendar.turn) if calendar.has_turn else calendar.count // 2
    begins = np.choose(np.arange(wanted) % 3, [LONG_AGO, middle, calendar.count // 4])
    ends = np.choose(np.arange(wanted) % 3, [middle - 1, calendar.count, calendar.count - 1 - calendar.count // 4])
    kept = begins <= ends
    who, begins, ends = who[kept], begins[kept], ends[kept]
    numbers = np.arange(calendar.count)[:, None]
    away = is_absent.copy()
    away[:, who] |= (numbers >= begins) & (numbers <= ends)
    frame = pl.DataFrame(
        {
            "employee_number": people["employee_number"].gather(who),
            "absence_kind": [KIND] * len(who),
            "valid_from": calendar.dates(begins),
            "valid_to": calendar.dates(ends),
        },
        schema_overrides={"absence_kind": pl.String},
    ).with_columns(valid_to=pl.when(pl.Series(ends >= calendar.count)).then(None).otherwise("valid_to"))
    return frame, away
