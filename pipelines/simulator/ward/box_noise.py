"""Box events of one Tokyo day that are nobody's work: machines, administrators, support, alerts, background access.

None of them may make anyone active or prove where anyone was, though many name a person of the ward.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.simulator.ward.accounts_other import Identities
from pipelines.simulator.ward.addresses import AddressBook
from pipelines.simulator.ward.box_table import (
    CONTENT_API,
    GROUP,
    NONE,
    NOTHING,
    TYPE,
    USER,
    Rows,
    joined,
    new_rows,
)
from pipelines.simulator.ward.clock_times import any_seconds, office_seconds
from pipelines.simulator.ward.items import INSIDE_ITEMS, current_version, edited_version, item_number
from pipelines.simulator.ward.organisation import Organisation
from pipelines.simulator.ward.roster import Roster
from pipelines.simulator.ward.streams import Purpose, stream
from pipelines.simulator.ward.workdays import Calendar

ACCESS_PER_PERSON, ACCESS_CLOSED = 0.36, 0.05
TOKENS_PER_PERSON = 0.11
MACHINE_WORK_PER_PERSON = 0.05
ADMINISTRATORS = 3


@dataclass(frozen=True)
class BoxNoise:
    seed: int
    calendar: Calendar
    organisation: Organisation
    roster: Roster
    identities: Identities
    addresses: AddressBook

    def of_day(self, number: int) -> Rows:
        rng = stream(self.seed, Purpose.BOX_NOISE, number)
        present = np.flatnonzero(self.roster.department_of[number] >= 0)
        staff = len(present)
        season = 1.0 if self.calendar.working[number] else ACCESS_CLOSED
        parts = [
            self._background(rng, rng.choice(present, rng.poisson(ACCESS_PER_PERSON * staff * season)), number),
            self._tokens(rng, rng.poisson(TOKENS_PER_PERSON * staff)),
            self._machines(rng, rng.choice(present, rng.poisson(MACHINE_WORK_PER_PERSON * staff * season)), number),
            self._administration(rng, present, number, season),
            self._alerts(rng, present, season),
        ]
        return joined(parts)

    def _anywhere(self, rng: np.random.Generator, person: np.ndarray, number: int) -> np.ndarray:
        """Office or home, whether or not the person is there."""
        branch = self.organisation.branch[self.roster.department_of[number, person]]
        office, homes = self.addresses.office(rng, branch, number), self.addresses.homes(rng, person, number)
        return np.where(rng.random(len(person)) < 0.6, office, homes)

    def _background(self, rng: np.random.Generator, person: np.ndarray, number: int) -> Rows:
        """CONTENT_ACCESS: programs read files in the name of people, also of people on leave."""
        item = item_number(person, rng.integers(0, INSIDE_ITEMS, len(person)))
        by_machine = rng.random(len(person)) < 0.3
        actor = np.where(by_machine, rng.choice(self.identities.machines, len(person)), person)
        return new_rows(
            any_seconds(rng, len(person)),
            TYPE["CONTENT_ACCESS"],
            actor,
            address=np.where(by_machine, self.addresses.unknown[0], self._anywhere(rng, person, number)),
            item=item,
            version=current_version(item, number),
            service=np.where(by_machine, CONTENT_API, 0),
        )

    def _tokens(self, rng: np.random.Generator, count: int) -> Rows:
        actor = rng.choice(self.identities.machines, count)
        kinds = [TYPE["USER_AUTHENTICATE_OAUTH2_ACCESS_TOKEN_CREATE"], TYPE["OAUTH2_ACCESS_TOKEN_REVOKE"]]
        return new_rows(
            any_seconds(rng, count),
            rng.choice(kinds, count, p=[0.93, 0.07]),
            actor,
            address=rng.choice([*self.addresses.unknown, *self.addresses.proxy], count),
            source_kind=USER,
            target=actor,
        )

    def _machines(self, rng: np.random.Generator, owner: np.ndarray, number: int) -> Rows:
        """Service accounts put files into people's folders and read them; the e-application service above all."""
        item = item_number(owner, rng.integers(0, INSIDE_ITEMS, len(owner)))
        event_type = rng.choice([TYPE["UPLOAD"], TYPE["DOWNLOAD"], TYPE["EDIT"]], len(owner), p=[0.5, 0.4, 0.1])
        made = edited_version(item, number, rng.integers(0, 1 << 40, len(owner)))
        return new_rows(
            any_seconds(rng, len(owner)),
            event_type,
            rng.choice(self.identities.machines, len(owner)),
            address=np.full(len(owner), self.addresses.unknown[0]),
            item=item,
            version=np.where(event_type == TYPE["DOWNLOAD"], current_version(item, number), made),
            service=CONTENT_API,
        )

    def _administration(self, rng: np.random.Generator, present: np.ndarray, number: int, season: float) -> Rows:
        """Administrators act for people (action_by) and on accounts; so does Box support."""
        admins = present[:ADMINISTRATORS]
        count = int(rng.poisson(0.4 + 0.0022 * len(present) * season))
        person = rng.choice(present, count)
        admin = rng.choice(admins, count)
        item = item_number(person, rng.integers(0, INSIDE_ITEMS, count))
        acted = new_rows(
            office_seconds(rng, count),
            rng.choice([TYPE["MOVE"], TYPE["DOWNLOAD"], TYPE["UPLOAD"], TYPE["DELETE"]], count),
            person,
            address=self._anywhere(rng, admin, number),
            item=item,
            version=current_version(item, number),
            service=1,
            admin=admin,
        )
        changes = int(rng.poisson(0.3 + 0.001 * len(present) * season))
        names = ("EDIT_USER", "NEW_USER", "DELETE_USER", "GROUP_ADD_USER", "GROUP_REMOVE_USER", "ADMIN_LOGIN")
        changer = rng.choice(admins, changes)
        accounts = new_rows(
            office_seconds(rng, changes),
            rng.choice([TYPE[name] for name in names], changes),
            np.where(rng.random(changes) < 0.25, self.identities.box_support, changer),
            address=self._anywhere(rng, changer, number),
            source_kind=USER,
            target=rng.choice(present, changes),
        )
        edits = int(rng.poisson(0.2 * season))
        groups = new_rows(
            office_seconds(rng, edits),
            TYPE["GROUP_EDITED"],
            rng.choice(admins, edits),
            address=self._anywhere(rng, rng.choice(admins, edits), number),
            source_kind=GROUP,
            target=rng.choice(self.identities.groups, edits),
        )
        return joined([acted, accounts, groups])

    def _alerts(self, rng: np.random.Generator, present: np.ndarray, season: float) -> Rows:
        """Failed logins, new devices, Shield: about people, but not proof of their work."""
        count = int(rng.poisson(0.5 + 0.006 * len(present) * season))
        person = rng.choice(present, count)
        about = new_rows(
            any_seconds(rng, count),
            rng.choice([TYPE["FAILED_LOGIN"], TYPE["ADD_LOGIN_ACTIVITY_DEVICE"]], count),
            person,
            address=rng.choice([*self.addresses.elsewhere, *self.addresses.unknown], count),
            source_kind=USER,
            target=person,
        )
        shield = int(rng.poisson(0.3))
        alerts = new_rows(
            any_seconds(rng, shield),
            TYPE["SHIELD_ALERT"],
            np.full(shield, self.identities.anonymous),
            address=np.full(shield, self.addresses.unknown[0]),
            source_kind=NOTHING,
            item=NONE,
        )
        return joined([about, alerts])
