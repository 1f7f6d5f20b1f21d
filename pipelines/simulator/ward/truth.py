"""What is true in this world: per person and day, per department and day, and the exchange with outsiders.

Read from the plan alone, never from rendered events. `write_truth` puts it into a DuckDB file that tests compare with.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from pipelines.simulator.ward import presence
from pipelines.simulator.ward.assignments import MAIN, Stretches
from pipelines.simulator.ward.box_outside import BoxOutside
from pipelines.simulator.ward.desk import DeskPlan
from pipelines.simulator.ward.evidence import Evidence
from pipelines.simulator.ward.items import LIMIT_BYTES, Items
from pipelines.simulator.ward.organisation import Organisation
from pipelines.simulator.ward.presence import Cells
from pipelines.simulator.ward.roster import Roster
from pipelines.simulator.ward.workdays import Calendar

WHOLE_WARD = "ALL"
CLASSES = ("unknown", "office", "remote", "mixed", "mobile")
UNKNOWN, OFFICE, REMOTE, MIXED, MOBILE = range(5)
PLACES = ("none", "office", "remote", "mixed")  # where somebody really worked, whatever traces it left


@dataclass(frozen=True)
class PersonDays:
    """One entry per person, day and post."""

    person: np.ndarray
    day: np.ndarray
    department: np.ndarray
    weight: np.ndarray
    is_main: np.ndarray
    is_capable: np.ndarray
    is_absent: np.ndarray
    is_chat_active: np.ndarray
    is_meeting_active: np.ndarray
    is_box_active: np.ndarray
    telework_class: np.ndarray
    place: np.ndarray


def telework_classes(evidence: Evidence, desk: DeskPlan) -> np.ndarray:
    """Class of each cell of the plan, from the traces it left and the files of the desk."""
    office = (evidence.sign_office > 0) | (evidence.box_office > 0)
    remote = (evidence.sign_remote > 0) | (evidence.box_remote > 0) | desk.has_session
    phone = (evidence.sign_phone > 0) | (evidence.box_phone > 0)
    declared = desk.telework_share
    in_part, all_day = (declared > 0) & (declared < 1), declared == 1
    return np.select(
        [in_part | (office & remote), office, remote | all_day, phone],
        [MIXED, OFFICE, REMOTE, MOBILE],
        default=UNKNOWN,
    )


def places(cells: Cells, evidence: Evidence) -> np.ndarray:
    """Number in PLACES of each cell: where the work was done. An evening at home makes a mixed day."""
    mixed = (cells.where == presence.MIXED) | evidence.is_evening
    return np.select([mixed, cells.where == presence.REMOTE], [3, 2], default=1)


def person_days(
    *,
    calendar: Calendar,
    roster: Roster,
    stretches: Stretches,
    cells: Cells,
    evidence: Evidence,
    desk: DeskPlan,
    graph_days: pl.DataFrame,
    is_absent: np.ndarray,
) -> PersonDays:
    """Every assignment written out by day, with what the person did that day."""
    shape = (calendar.count, roster.people)
    classes = np.zeros(shape, dtype=np.int8)
    classes[cells.day, cells.person] = telework_classes(evidence, desk)
    place = np.zeros(shape, dtype=np.int8)
    place[cells.day, cells.person] = places(cells, evidence)
    box = np.zeros(shape, dtype=bool)
    box[cells.day, cells.person] = evidence.box_events > 0
    report_day = (graph_days["activity_date"] - calendar.first_day).dt.total_days().to_numpy()
    reported = (report_day, graph_days["person_no"].to_numpy())
    chat, meeting = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    chat[reported] = (graph_days["team_chat"] + graph_days["private_chat"]).to_numpy() > 0
    meeting[reported] = graph_days["meetings_attended"].to_numpy() > 0

    first = np.maximum(stretches.from_day, 0)
    lengths = np.maximum(np.minimum(stretches.to_day, calendar.count - 1) - first + 1, 0)
    which = np.repeat(np.arange(len(lengths)), lengths)
    day = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths) + first[which]
    person = stretches.person[which]
    return PersonDays(
        person=person,
        day=day,
        department=stretches.department[which],
        weight=stretches.share[which],
        is_main=stretches.kind[which] == MAIN,
        is_capable=stretches.capable[which],
        is_absent=is_absent[day, person],
        is_chat_active=chat[day, person],
        is_meeting_active=meeting[day, person],
        is_box_active=box[day, person],
        telework_class=classes[day, person],
        place=place[day, person],
    )


class DepartmentTable:
    """Counts by department and day: of the department itself with all below it, and of the whole ward."""

    def __init__(self, organisation: Organisation, calendar: Calendar) -> None:
        self._days = calendar.count
        rows = len(organisation.parent)
        includes = np.eye(rows + 1, rows, dtype=np.int64)
        for row in range(rows):
            above = organisation.parent[row]
            while above >= 0:
                includes[above, row] = 1
                above = organisation.parent[above]
        includes[rows] = 1
        self._includes = includes
        frame = organisation.frame.select(
            begins=(pl.col("valid_from") - calendar.first_day).dt.total_days(),
            ends=(pl.col("valid_to") - calendar.first_day).dt.total_days().fill_null(calendar.count),
        )
        numbers = np.arange(calendar.count)
        valid = (numbers >= frame["begins"].to_numpy()[:, None]) & (numbers <= frame["ends"].to_numpy()[:, None])
        self._valid = np.concatenate([valid, np.ones((1, calendar.count), dtype=bool)]).ravel()
        keys = np.flatnonzero(self._valid)
        codes = pl.Series("department_code", [*organisation.codes, WHOLE_WARD])
        self.key = [codes.gather(keys // self._days), calendar.dates(keys % self._days, "activity_date")]

    def counts(self, department: np.ndarray, day: np.ndarray) -> np.ndarray:
        """How many of these pairs fall to each row of `key`."""
        rows = self._includes.shape[1]
        own = np.bincount(department * self._days + day, minlength=rows * self._days)
        return (self._includes @ own.reshape(rows, self._days)).ravel()[self._valid]


def department_days(table: DepartmentTable, days: PersonDays) -> pl.DataFrame:
    """Columns of truth_department_days: everybody counts once, in the department of the main post of the day."""
    flags = {
        "headcount_people": np.ones(len(days.person), dtype=bool),
        "telework_capable_people": days.is_capable,
        "absent_people": days.is_absent,
        "chat_active_people": days.is_chat_active,
        "meeting_active_people": days.is_meeting_active,
        **{
            f"{name}_people": days.telework_class == number
            for number, name in sorted(enumerate(CLASSES), key=lambda pair: (pair[0] == UNKNOWN, pair[0]))
        },
        "box_active_people": days.is_box_active,
    }
    counted = {name: flag & days.is_main for name, flag in flags.items()}
    columns = {name: table.counts(days.department[flag], days.day[flag]) for name, flag in counted.items()}
    return pl.DataFrame([*table.key, *(pl.Series(name, column) for name, column in columns.items())])


def external_days(table: DepartmentTable, outside: BoxOutside, items: Items, calendar: Calendar) -> pl.DataFrame:
    """Columns of truth_external_days. Beyond mail counts both directions."""
    plans = [outside.planned(number) for number in range(calendar.count)]
    day = np.repeat(np.arange(calendar.count), [len(plan.owner) for plan in plans])
    owner = np.concatenate([plan.owner for plan in plans])
    version = np.concatenate([plan.version for plan in plans])
    is_outbound = np.concatenate([plan.is_outbound for plan in plans])
    department = outside.roster.department_of[day, owner].astype(np.int64)
    flags = {
        "outbound_files": is_outbound,
        "inbound_files": ~is_outbound,
        "beyond_mail_files": items.size_of(version) > LIMIT_BYTES,
    }
    columns = {name: table.counts(department[flag], day[flag]) for name, flag in flags.items()}
    return pl.DataFrame([*table.key, *(pl.Series(name, column) for name, column in columns.items())])


def person_day_frame(
    days: PersonDays, people: pl.DataFrame, organisation: Organisation, calendar: Calendar
) -> pl.DataFrame:
    """Columns of truth_person_days."""
    return pl.DataFrame(
        {
            "employee_number": people["employee_number"].gather(days.person),
            "activity_date": calendar.dates(days.day),
            "department_code": organisation.codes.gather(days.department),
            "weight": days.weight,
            "is_main_post": days.is_main,
            "is_chat_active": days.is_chat_active,
            "is_meeting_active": days.is_meeting_active,
            "telework_class": pl.Series(CLASSES).gather(days.telework_class),
            "place": pl.Series(PLACES).gather(days.place),
            "is_box_active": days.is_box_active,
            "is_telework_capable": days.is_capable,
            "is_absent": days.is_absent,
            "is_working_day": calendar.working[days.day],
        }
    )


def write_truth(path: Path, tables: dict[str, pl.DataFrame]) -> None:
    """Write each frame as a table of a new DuckDB file; an older file is replaced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        for name, frame in tables.items():
            connection.register("frame", frame.to_arrow())
            connection.execute(f"create table {name} as select * from frame")
            connection.unregister("frame")
