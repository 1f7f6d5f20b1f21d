"""The personnel and organisation files of the ward, as an administrator would export them. Formats: see the README."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from pipelines.simulator.ward.account_names import AccountNames
from pipelines.simulator.ward.desk import desk_as_of
from pipelines.simulator.ward.orders import (
    absences_as_of,
    assignments_as_of,
    departments_as_of,
    staff_as_of,
    succession_as_of,
    training_as_of,
)

# Spreadsheet programs write a byte order mark, database exports do not: readers must take both.
WITH_BOM = ("departments", "staff", "training")


@dataclass(frozen=True, kw_only=True)
class PersonnelFiles:
    """What the personnel office will have known at the end, and the view of any day before.

    Frames have the columns of their files; `people` those of World.people and `notice_on`, the day on which a leaving
    is entered; `assignments` has `person_no` too, null for tenures that ended before the first day.
    """

    departments: pl.DataFrame
    succession: pl.DataFrame | None
    people: pl.DataFrame
    names: AccountNames
    former: pl.DataFrame
    assignments: pl.DataFrame
    absences: pl.DataFrame
    networks: pl.DataFrame
    rollout: pl.DataFrame
    training: pl.DataFrame
    targets: pl.DataFrame
    desk: dict[str, pl.DataFrame]  # what other offices keep; see desk.py

    def tables(self, as_of: date | None = None) -> dict[str, pl.DataFrame]:
        """Every file; with `as_of` as a clerk would have it on that day, orders not yet made left out."""
        departments, succession, assignments = self.departments, self.succession, self.assignments
        staff, absences, training = self._staff(as_of), self.absences, self.training
        rollout, desk = self.rollout, self.desk
        if as_of is not None:
            own = assignments.filter(pl.col("person_no").is_not_null())
            staff = staff_as_of(staff, own, as_of)
            own = assignments_as_of(own, self.people, as_of)
            assignments = pl.concat([own, assignments.filter(pl.col("person_no").is_null())])
            departments = departments_as_of(departments, as_of)
            succession = None if succession is None else succession_as_of(succession, as_of)
            absences, training = absences_as_of(absences, as_of), training_as_of(training, as_of)
            rollout = rollout.filter(pl.col("department_code").is_in(departments["department_code"].implode()))
            desk = {name: desk_as_of(name, table, as_of) for name, table in desk.items()}
        staff = pl.concat([staff.select(self.former.columns), self.former]).sort("employee_number", "joined_on")
        tables = {
            "departments": departments,
            "department_succession": succession,
            "staff": staff,
            "assignments": assignments.drop("person_no"),
            "absences": absences,
            "networks": self.networks,
            "rollout": rollout,
            "training": training,
            "targets": self.targets,
            **desk,
        }
        return {name: table for name, table in tables.items() if table is not None}

    def _staff(self, as_of: date | None) -> pl.DataFrame:
        """The address is that of the account; of some renamed people the office never hears of the new one."""
        people = self.people if as_of is None else self.names.on(self.people, as_of)
        untold = self.names.former.filter(~pl.col("is_told")).select("person_no", "mail")
        return people.update(untold, on="person_no", how="left").with_columns(address="mail")


def write_files(folder: Path, tables: dict[str, pl.DataFrame]) -> None:
    """Write `<name>.csv` for each table."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in tables.items():
        with_bom = name in WITH_BOM
        frame.write_csv(folder / f"{name}.csv", include_bom=with_bom, line_terminator="\r\n" if with_bom else "\n")
