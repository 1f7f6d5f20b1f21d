"""A ward's mornings: the clock is set, something may happen, `katsuyo run` runs, and what it ended with is noted.

The ward is small, the services forget as the real ones do. What must come out at the end is asked of the ward's truth
(wrong_cells). Which mornings are played is in test_mornings.py and ninety.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb

from pipelines.common.days import days_between
from tests.e2e.conftest import Ward, morning
from tests.messages.servers import Flow

STAFF, SEED = 60, 77
# A figure of the facts, and the column that tells whether its day is known.
FIGURES = {
    "chat_active_people": "teams_status",
    "meeting_active_people": "teams_status",
    "office_people": "telework_status",
    "remote_people": "telework_status",
    "mixed_people": "telework_status",
    "box_active_people": "box_status",
}
# After so many days every answer is settled.
SETTLED_DAYS = 9


@dataclass(frozen=True)
class Said:
    """How a morning ended: the exit code, and the sentence on standard error, if any."""

    day: date
    code: int
    sentence: str


@dataclass
class Play:
    """A ward from `first` on, whose services were never asked before the first morning."""

    ward: Ward
    flow: Flow
    said: list[Said] = field(default_factory=list)
    told: list[tuple[date, str]] = field(default_factory=list)  # day and subject of every message

    def morning(self, day: date, *, largest_file: int | None = None, **settings: str) -> Said:
        """06:00 in Tokyo on that day, as it comes."""
        settings = {"KATSUYO_WEBHOOK_URL": self.flow.url, **settings}
        before = len(self.flow.bodies)
        done = self.ward.katsuyo("run", now=morning(day), largest_file=largest_file, **settings)
        self.told += [(day, subject) for subject in self.flow.subjects()[before:]]
        sentences = [line for line in done.stderr.splitlines() if line.startswith("katsuyo: ")]
        assert "Traceback" not in done.stderr, done.stderr[-3000:]
        assert len(sentences) == (done.returncode != 0), done.stderr[-3000:]
        said = Said(day, done.returncode, sentences[0].removeprefix("katsuyo: ") if sentences else "")
        self.said.append(said)
        return said

    def fault(self, **fields: Any) -> None:
        self.ward.simulator.faults.add(**{"times": -1, **fields})

    def heal(self) -> None:
        """Nothing is wrong with the services any more."""
        self.ward.simulator.faults.clear()
        self.ward.simulator.configure(withheld_permissions=frozenset(), display_concealed_names=False)

    def withhold(self, *permissions: str) -> None:
        self.ward.simulator.configure(withheld_permissions=frozenset(permissions))

    def conceal(self) -> None:
        self.ward.simulator.configure(display_concealed_names=True)

    def published_at(self) -> int:
        """When the published file was replaced last (ns)."""
        return self.ward.published.stat().st_mtime_ns

    def missing_days(self, figure: str) -> set[date]:
        """Days of the facts of which the figure is not known, up to the newest that should be."""
        status = FIGURES[figure]
        with duckdb.connect(str(self.ward.home / "warehouse.duckdb"), read_only=True) as con:
            rows = con.execute(
                f"select activity_date from marts.fct_department_days where department_key = 'ALL' "
                f"and {status} = 'missing'"
            ).fetchall()
        return {row[0] for row in rows}

    def wrong_cells(self, first: date, last: date, lost: Iterable[tuple[str, date]] = ()) -> list[tuple]:
        """Departments, days and figures that are not what the truth says, or are not final; the lost must not be."""
        gone = set(lost)
        wrong = []
        with duckdb.connect() as con:
            con.execute(f"attach '{self.ward.home / 'warehouse.duckdb'}' as ours (read_only)")
            con.execute(f"attach '{self.ward.root / 'ward' / 'truth.duckdb'}' as world (read_only)")
            for figure, status in FIGURES.items():
                rows = con.execute(
                    f"""
                    select t.department_code, t.activity_date, t.{figure}, f.{figure}, f.{status}
                    from world.truth_department_days as t
                    left join ours.marts.fct_department_days as f
                        on f.department_key = t.department_code and f.activity_date = t.activity_date
                    where t.activity_date between $first and $last and t.headcount_people > 0 and (
                        f.{status} is distinct from 'final' or f.{figure} is distinct from t.{figure}
                    )
                    order by all
                    """,
                    {"first": first, "last": last},
                ).fetchall()
                wrong += [(figure, *row) for row in rows if (figure, row[1]) not in gone or row[4] == "final"]
            compared = con.execute(
                "select count(*) from world.truth_department_days where activity_date between $first and $last",
                {"first": first, "last": last},
            ).fetchall()[0][0]
        assert compared > 5 * (last - first).days, compared
        return wrong


def days_of(first: date, last: date, *figures: str) -> set[tuple[str, date]]:
    """(figure, day) of all days between."""
    return {(figure, day) for figure in figures for day in days_between(first, last)}
