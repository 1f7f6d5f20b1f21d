"""The simulated ward as one object: who there is, what they did, what is true. The HTTP services are views of it.

`World.build` draws everything that concerns more than one day; sign-ins and Box events are made day by day, each day
from its own number stream, so they can be asked for in any order. The parts live in `ward/`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from pipelines.simulator.ward.account_names import AccountNames, build_account_names, nobody_renamed
from pipelines.simulator.ward.accounts_other import build_identities, build_other_accounts, build_partners
from pipelines.simulator.ward.addresses import build_address_book
from pipelines.simulator.ward.adoption import build_adoption
from pipelines.simulator.ward.assignments import Stretches, assignment_frame, build_stretches, former_assignments
from pipelines.simulator.ward.box_noise import BoxNoise
from pipelines.simulator.ward.box_outside import BoxOutside
from pipelines.simulator.ward.box_staff import BoxStaff
from pipelines.simulator.ward.box_table import Writer, joined
from pipelines.simulator.ward.changes import ALL_CHANGES, Changes
from pipelines.simulator.ward.desk import (
    DECLARED_SHARE,
    DeskPlan,
    build_declarations,
    build_tickets,
    build_vpn_sessions,
    plan_desk,
)
from pipelines.simulator.ward.directory import Directory, build_directory
from pipelines.simulator.ward.evidence import Evidence, build_evidence
from pipelines.simulator.ward.files import PersonnelFiles, write_files
from pipelines.simulator.ward.graph_days import build_graph_days
from pipelines.simulator.ward.habits import USUAL_HABITS, Habits, lost_cells
from pipelines.simulator.ward.items import build_items
from pipelines.simulator.ward.orders import leave_notices
from pipelines.simulator.ward.organisation import Organisation, build_networks, build_organisation
from pipelines.simulator.ward.people import build_absences, build_people
from pipelines.simulator.ward.presence import Cells, build_cells, build_traits
from pipelines.simulator.ward.roster import Roster, build_roster
from pipelines.simulator.ward.secondments import build_secondments
from pipelines.simulator.ward.sign_ins import SignIns
from pipelines.simulator.ward.streams import Purpose, stream
from pipelines.simulator.ward.targets import build_targets
from pipelines.simulator.ward.tenures import STAFF_SCHEMA, Tenures, link_tenures
from pipelines.simulator.ward.token_sign_ins import TokenSignIns
from pipelines.simulator.ward.truth import (
    DepartmentTable,
    department_days,
    external_days,
    person_day_frame,
    person_days,
    write_truth,
)
from pipelines.simulator.ward.truth_activity import exchange_frame, report_day_frame
from pipelines.simulator.ward.truth_identities import identity_frame, tenure_frame
from pipelines.simulator.ward.truth_posts import main_post_frame, successor_frame
from pipelines.simulator.ward.workdays import EPOCH, Calendar

LEAST_STAFF = 20


@dataclass(frozen=True)
class WorldConfig:
    """What a world is made from. Days are Tokyo days, both included."""

    seed: int
    staff: int
    first_day: date
    last_day: date
    changes: Changes = ALL_CHANGES
    declared_share: float = DECLARED_SHARE
    habits: Habits = USUAL_HABITS

    def __post_init__(self) -> None:
        if self.seed < 0:
            raise ValueError("The seed must not be negative: give a whole number from 0 on.")
        if self.staff < LEAST_STAFF:
            raise ValueError(f"A ward of {self.staff} people is too small: give at least {LEAST_STAFF} staff.")
        if self.last_day < self.first_day:
            raise ValueError(f"The last day {self.last_day} is before the first {self.first_day}: swap them.")
        if self.last_day - self.first_day > timedelta(days=800):
            raise ValueError("A world covers at most 800 days: choose a shorter span.")


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class World:
    """Frames as the services and files need them; columns are described in README.md beside this module."""

    config: WorldConfig
    departments: pl.DataFrame
    succession: pl.DataFrame
    assignments: pl.DataFrame
    absences: pl.DataFrame
    networks: pl.DataFrame
    rollout: pl.DataFrame
    training: pl.DataFrame
    people: pl.DataFrame
    other_accounts: pl.DataFrame
    partners: pl.DataFrame
    graph_days: pl.DataFrame
    _files: PersonnelFiles
    _names: AccountNames
    _directory: Directory
    _calendar: Calendar
    _organisation: Organisation
    _roster: Roster
    _stretches: Stretches
    _is_absent: np.ndarray
    _cells: Cells
    _evidence: Evidence
    _desk: DeskPlan
    _sign_ins: SignIns
    _token_sign_ins: TokenSignIns
    _box_staff: BoxStaff
    _box_noise: BoxNoise
    _box_outside: BoxOutside
    _box_writer: Writer

    @classmethod
    def build(cls, config: WorldConfig) -> World:
        """Draw a whole world. The same configuration always gives the same one."""
        seed, changes = config.seed, config.changes
        calendar = Calendar(config.first_day, config.last_day)
        organisation = build_organisation(seed, config.staff, calendar, is_reorganised=changes.reorganisation)
        roster = build_roster(seed, organisation, calendar, joins_mid_month=changes.careers)
        tenures = Tenures(build_people(seed, roster, calendar), pl.DataFrame(schema=STAFF_SCHEMA))
        if changes.careers:
            tenures = link_tenures(seed, tenures.people, calendar)
        people = tenures.people
        names = build_account_names(seed, people, calendar) if changes.accounts else nobody_renamed()
        absences, is_absent = build_absences(seed, roster, people, calendar)
        if changes.careers:
            seconded, is_absent = build_secondments(seed, roster, people, calendar, is_absent)
            absences = pl.concat([absences, seconded])
        adoption = build_adoption(seed, organisation, roster, people, calendar)
        traits = build_traits(seed, roster, config.habits)
        cells = build_cells(
            seed=seed,
            organisation=organisation,
            roster=roster,
            is_licensed=people["is_licensed"].to_numpy(),
            is_absent=is_absent,
            adoption=adoption,
            traits=traits,
            calendar=calendar,
        )
        is_lost = lost_cells(seed, len(cells.day), config.habits.lost_evidence_share)
        evidence = build_evidence(seed, cells, traits).without(is_lost)
        desk = plan_desk(seed, cells, config.declared_share).without(is_lost)
        stretches = build_stretches(seed, roster, organisation, calendar)
        partners = build_partners(seed, config.staff)
        steady = organisation.frame.filter(pl.col("department_level") == "課", pl.col("valid_to").is_null())
        others = build_other_accounts(seed, steady, partners)
        identities = build_identities(people, partners, others, names)
        addresses = build_address_book(seed, roster, calendar)
        items = build_items(seed)
        assignments = assignment_frame(
            seed=seed,
            stretches=stretches,
            roster=roster,
            organisation=organisation,
            people=people,
            calendar=calendar,
            has_far_orders=changes.careers,
        )
        closings = organisation.frame["valid_to"].drop_nulls().unique().to_list()
        files = PersonnelFiles(
            departments=organisation.lines,
            succession=organisation.succession if changes.reorganisation else None,
            people=people.with_columns(notice_on=leave_notices(seed, people["left_on"], closings)),
            names=names,
            former=tenures.former,
            assignments=pl.concat([assignments, former_assignments(tenures.former, organisation, assignments)]),
            absences=absences,
            networks=build_networks(calendar),
            rollout=adoption.rollout,
            training=adoption.training,
            targets=build_targets(organisation.frame),
            desk={
                "helpdesk_tickets": build_tickets(seed, cells, roster, organisation.codes, calendar),
                "telework_declarations": build_declarations(desk, cells, people, calendar),
                "vpn_sessions": build_vpn_sessions(
                    seed=seed, plan=desk, cells=cells, people=people, names=names, calendar=calendar
                ),
            },
        )
        return cls(
            config=config,
            departments=organisation.lines,
            succession=organisation.succession,
            assignments=files.assignments.drop("person_no"),
            absences=absences,
            networks=files.networks,
            rollout=adoption.rollout,
            training=adoption.training,
            people=people,
            other_accounts=others,
            partners=partners,
            graph_days=build_graph_days(seed, cells, traits, roster, calendar),
            _files=files,
            _names=names,
            _directory=build_directory(seed, organisation, roster, calendar, is_late=changes.directory_lag),
            _calendar=calendar,
            _organisation=organisation,
            _roster=roster,
            _stretches=stretches,
            _is_absent=is_absent,
            _cells=cells,
            _evidence=evidence,
            _desk=desk,
            _sign_ins=SignIns(
                seed=seed,
                calendar=calendar,
                organisation=organisation,
                roster=roster,
                cells=cells,
                traits=traits,
                evidence=evidence,
                addresses=addresses,
            ),
            _token_sign_ins=TokenSignIns(
                seed=seed,
                calendar=calendar,
                organisation=organisation,
                roster=roster,
                cells=cells,
                traits=traits,
                addresses=addresses,
                is_lost=is_lost,
            ),
            _box_staff=BoxStaff(seed, organisation, roster, cells, evidence, identities, addresses),
            _box_noise=BoxNoise(seed, calendar, organisation, roster, identities, addresses),
            _box_outside=BoxOutside(
                seed=seed,
                calendar=calendar,
                organisation=organisation,
                roster=roster,
                exposed_since=adoption.exposed_since,
                is_licensed=people["is_licensed"].to_numpy(),
                identities=identities,
                addresses=addresses,
            ),
            _box_writer=Writer(identities, addresses, items),
        )

    def __repr__(self) -> str:
        return f"World({self.config})"

    def sign_ins(self, tokyo_day: date) -> pl.DataFrame:
        """Sign-ins of one Tokyo day by time. Raises ValueError for a day outside the world."""
        return self._sign_ins.of_day(self._number(tokyo_day))

    def token_sign_ins(self, tokyo_day: date) -> pl.DataFrame:
        """Further sign-ins of the day that are not interactive, by time, in the same columns."""
        return self._token_sign_ins.of_day(self._number(tokyo_day))

    def box_events(self, tokyo_day: date) -> pl.DataFrame:
        """Box events that happened on one Tokyo day, by time. Raises ValueError for a day outside the world."""
        number = self._number(tokyo_day)
        rows = joined(
            [self._box_staff.of_day(number), self._box_noise.of_day(number), self._box_outside.of_day(number)]
        )
        rng = stream(self.config.seed, Purpose.BOX_DELIVERY, number)
        return self._box_writer.frame(rng, rows, (tokyo_day - EPOCH).days)

    def department_on(self, day: date) -> pl.DataFrame:
        """Main post of everyone on the rolls that day. Raises ValueError for a day outside the world."""
        department = self._roster.department_of[self._number(day)]
        present = np.flatnonzero(department >= 0)
        return pl.DataFrame(
            {
                "person_no": present.astype(np.int32),
                "department_code": self._organisation.codes.gather(department[present]),
                "department_name": self._organisation.names_on(day).gather(department[present]),
            }
        )

    def directory_on(self, day: date) -> pl.DataFrame:
        """The same as the directory has it: maybe late, maybe spelt otherwise. Raises ValueError outside the world."""
        self._number(day)
        return self._directory.on(day)

    def named_on(self, people: pl.DataFrame, day: date) -> pl.DataFrame:
        """Rows of `people` with the names and addresses of a day (any day), and `alias`, the address given up."""
        return self._names.on(people, day)

    def files(self, as_of: date | None = None) -> dict[str, pl.DataFrame]:
        """The personnel and organisation files; with `as_of` as a clerk would have them on that day."""
        return self._files.tables(as_of)

    def write_files(self, folder: Path, as_of: date | None = None) -> None:
        """Write the personnel and organisation files, by default with everything that was ever ordered."""
        write_files(folder, self.files(as_of))

    def write_truth(self, path: Path) -> None:
        """Write truth.duckdb, replacing an older one."""
        days = person_days(
            calendar=self._calendar,
            roster=self._roster,
            stretches=self._stretches,
            cells=self._cells,
            evidence=self._evidence,
            desk=self._desk,
            graph_days=self.graph_days,
            is_absent=self._is_absent,
        )
        table = DepartmentTable(self._organisation, self._calendar)
        write_truth(
            path,
            {
                "truth_person_days": person_day_frame(days, self.people, self._organisation, self._calendar),
                "truth_department_days": department_days(table, days),
                "truth_main_posts": main_post_frame(self.assignments),
                "truth_successors": successor_frame(self._organisation),
                "truth_external_days": external_days(table, self._box_outside, self._box_writer.items, self._calendar),
                "truth_report_days": report_day_frame(self.config.seed, self.graph_days, self.people),
                "truth_exchanges": exchange_frame(
                    self._box_outside, self._box_writer.items, self.people, self._organisation, self._calendar
                ),
                "truth_identities": identity_frame(self.people, self._names, self.files()["staff"]),
                "truth_directory_spans": self._directory.spans(self.people),
                "truth_tenures": tenure_frame(self.people),
            },
        )

    def _number(self, day: date) -> int:
        if not self.config.first_day <= day <= self.config.last_day:
            raise ValueError(f"{day} is outside the world ({self.config.first_day} to {self.config.last_day}).")
        return self._calendar.number(day)
