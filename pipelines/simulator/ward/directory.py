"""What the Entra directory says about people's departments: the name of the main post, with some people some days late.

The truth of the snapshot-only way is made here too. Which accounts exist on a day belongs to the services.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from pipelines.simulator.ward.organisation import Organisation
from pipelines.simulator.ward.roster import Roster
from pipelines.simulator.ward.streams import Purpose, stream
from pipelines.simulator.ward.workdays import Calendar

PUNCTUAL_SHARE = 0.7
LONGEST_LAG_DAYS = 10
VARIANT_SHARE = 0.06
WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
PLAIN, SPACED, LED, WIDENED, WITH_BUREAU = range(5)


@dataclass(frozen=True)
class Directory:
    """users.department of each day. Arrays over people."""

    organisation: Organisation
    roster: Roster
    calendar: Calendar
    lag: np.ndarray  # days
    variant: np.ndarray  # how the clerk of this person writes the name

    def rows_on(self, number: int) -> tuple[np.ndarray, np.ndarray]:
        """Those on the rolls, and the row of the department shown for each."""
        table = self.roster.department_of
        present = np.flatnonzero(table[number] >= 0)
        seen = np.maximum(number - self.lag[present], 0)
        shown = table[seen, present]
        # A joiner is entered with the account: nothing is shown of a time before that.
        first = np.argmax(table[:, present] >= 0, axis=0)
        return present, np.where(shown >= 0, shown, table[first, present])

    def on(self, day: date) -> pl.DataFrame:
        """Columns person_no, department_code, department_name (the text of the directory)."""
        present, rows = self.rows_on(self.calendar.number(day))
        return pl.DataFrame(
            {
                "person_no": present.astype(np.int32),
                "department_code": self.organisation.codes.gather(rows),
                "department_name": self._texts(rows, self.variant[present], day),
            }
        )

    def _texts(self, rows: np.ndarray, variant: np.ndarray, day: date) -> pl.Series:
        short, parent = self.organisation.names_on(day).to_list(), self.organisation.parent
        # Every 課 has the same 係 names: alone they would tell nothing.
        is_section = (self.organisation.frame["department_level"] == "係").to_list()
        names = [f"{short[parent[row]]}　{name}" if is_section[row] else name for row, name in enumerate(short)]
        above = [name if is_section[row] else short[self.organisation.bureau[row]] for row, name in enumerate(names)]
        spelt = [
            [*names, *(f"{name} " for name in names), *(f"　{name}" for name in names)],
            [*(name.translate(WIDE) for name in names)],
            [name if name == bureau else f"{bureau}　{name}" for name, bureau in zip(names, above, strict=True)],
        ]
        pool = pl.Series("department_name", [text for part in spelt for text in part])
        return pool.gather(rows + variant * len(names))

    def spans(self, people: pl.DataFrame) -> pl.DataFrame:
        """Truth of the snapshot-only way: who was shown in which department, from day to day (both included)."""
        rows = np.full(self.roster.department_of.shape, -1, dtype=np.int64)
        for number in range(self.calendar.count):
            present, shown = self.rows_on(number)
            rows[number, present] = shown
        changes = np.ones(rows.shape, dtype=bool)
        changes[1:] = rows[1:] != rows[:-1]
        person, begin = np.nonzero(changes.T)
        is_last = np.append(person[1:] != person[:-1], True)
        end = np.where(is_last, self.calendar.count, np.append(begin[1:], 0)) - 1
        row = rows[begin, person]
        kept = row >= 0
        person, begin, end, row = person[kept], begin[kept], end[kept], row[kept]
        return pl.DataFrame(
            {
                "employee_number": people["employee_number"].gather(person),
                "entra_id": people["entra_id"].gather(person),
                "department_code": self.organisation.codes.gather(row),
                "valid_from": self.calendar.dates(begin),
                "valid_to": self.calendar.dates(end),
            }
        )


def build_directory(
    seed: int, organisation: Organisation, roster: Roster, calendar: Calendar, *, is_late: bool
) -> Directory:
    """Without lag every text is the exact name of the department of the day."""
    lag, variant = np.zeros(roster.people, dtype=np.int64), np.full(roster.people, PLAIN)
    if is_late:
        rng = stream(seed, Purpose.DIRECTORY)
        late = rng.random(roster.people) >= PUNCTUAL_SHARE
        lag = np.where(late, rng.integers(1, LONGEST_LAG_DAYS + 1, roster.people), 0)
        odd = rng.random(roster.people) < VARIANT_SHARE
        variant = np.where(odd, rng.integers(SPACED, WITH_BUREAU + 1, roster.people), PLAIN)
    return Directory(organisation, roster, calendar, lag, variant)
