"""Sign-ins nobody typed anything for: programs that renew their tokens wherever a person works.

They follow the plan of presence.py rather than the evidence of the day, so nearly everyone at work leaves some, and
they tell the place of many who sign in by hand only now and then. The truth does not count them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.simulator.ward.addresses import AddressBook
from pipelines.simulator.ward.clock_times import instants_us, office_seconds
from pipelines.simulator.ward.organisation import Organisation
from pipelines.simulator.ward.presence import MIXED, OFFICE, REMOTE, Cells, Traits
from pipelines.simulator.ward.roster import Roster
from pipelines.simulator.ward.sign_ins import ANDROID_SYSTEMS, APPS, BROWSERS, CLIENTS, IPHONE_SYSTEMS, TRUST_TYPES
from pipelines.simulator.ward.streams import Purpose, stream, uuid_texts
from pipelines.simulator.ward.workdays import EPOCH, Calendar

AT_OFFICE, AWAY, UNPLACED, ON_PHONE = range(4)
DESK_CHANCE = 0.97
DESK_MEAN, PHONE_MEAN = 2.2, 0.6  # beyond the first; the log stands one record for many
SYSTEMS = ("Windows 11", "macOS 14", IPHONE_SYSTEMS[0], ANDROID_SYSTEMS[0])
RICH_CLIENT, MOBILE_BROWSER = BROWSERS[2], BROWSERS[3]
INTERRUPTED = 50140


@dataclass(frozen=True, kw_only=True)
class TokenSignIns:
    """Generates days of sign-ins that were not interactive; keeps nothing but the plan."""

    seed: int
    calendar: Calendar
    organisation: Organisation
    roster: Roster
    cells: Cells
    traits: Traits
    addresses: AddressBook
    is_lost: np.ndarray  # [cell]: nothing of it is left

    def of_day(self, number: int) -> pl.DataFrame:
        """Those of one Tokyo day by time, in the columns of sign_ins.py."""
        rng = stream(self.seed, Purpose.TOKEN_SIGN_INS, number)
        person, place, is_exposed = self._events(rng, number)
        count = len(person)
        seconds = office_seconds(rng, count)
        order = np.argsort(seconds, kind="stable")
        day = (self.calendar.day(number) - EPOCH).days
        positions = self._addresses(rng, person, place, is_exposed, number)
        frame = pl.DataFrame(
            {
                "id": uuid_texts(rng, count, "id"),
                "created_at": pl.Series(instants_us(day, seconds)).cast(pl.Datetime("us")).dt.replace_time_zone("UTC"),
                "person_no": person.astype(np.int32),
                "ip_address": self.addresses.texts.gather(positions),
            }
        )
        return pl.concat([frame, self._devices(rng, person, place == ON_PHONE)], how="horizontal")[order]

    def _events(self, rng: np.random.Generator, number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Person, place and state of adoption of every event. Who works in both places leaves traces in both."""
        here = self.cells.of_day(number)
        person, where = self.cells.person[here], self.cells.where[here]
        is_exposed = self.cells.is_exposed[here]
        count = len(person)
        is_left = ~self.is_lost[here]
        at_desk = (rng.random(count) < DESK_CHANCE) & is_left
        total = (1 + rng.poisson(DESK_MEAN, count)) * at_desk
        away = np.where(where == REMOTE, total, 0)
        away = np.where(where == MIXED, 1 + total // 2, away) * at_desk
        office = np.where(where == OFFICE, total, np.where(where == MIXED, at_desk * (1 + total // 3), 0))
        unplaced = (rng.random(count) < 0.02) & is_left
        phone = rng.poisson(PHONE_MEAN, count) * (self.traits.has_phone[person] & is_exposed & is_left)
        rows = [np.repeat(np.arange(count), each) for each in (office, away, unplaced.astype(np.int64), phone)]
        place = np.repeat(np.arange(len(rows)), [len(each) for each in rows])
        chosen = np.concatenate(rows)
        return person[chosen], place, is_exposed[chosen]

    def _addresses(
        self, rng: np.random.Generator, person: np.ndarray, place: np.ndarray, is_exposed: np.ndarray, number: int
    ) -> np.ndarray:
        book = self.addresses
        branch = self.organisation.branch[self.roster.department_of[number, person]]
        return np.select(
            [place == AT_OFFICE, place == AWAY, place == ON_PHONE],
            [
                book.office(rng, branch, number),
                book.remote(rng, person, number, np.where(is_exposed, 0.2, 1.0)),
                book.phone(rng, person, branch, number),
            ],
            default=rng.choice(book.proxy, len(person)),
        )

    def _devices(self, rng: np.random.Generator, person: np.ndarray, on_phone: np.ndarray) -> pl.DataFrame:
        count = len(person)
        desktop = self.traits.has_mac[person].astype(np.int64)
        system = np.where(on_phone, np.where(self.traits.has_iphone[person], 2, 3), desktop)
        app = rng.choice(4, count, p=[0.45, 0.35, 0.1, 0.1])
        return pl.DataFrame(
            {
                "operating_system": pl.Series(SYSTEMS).gather(system),
                "browser": pl.Series([RICH_CLIENT, MOBILE_BROWSER]).gather(on_phone.astype(np.int64)),
                "client_app_used": pl.Series([CLIENTS[1]]).new_from_index(0, count),
                "app_display_name": pl.Series([name for name, _ in APPS]).gather(app),
                "app_id": pl.Series([app_id for _, app_id in APPS]).gather(app),
                "error_code": np.where(rng.random(count) < 0.01, INTERRUPTED, 0).astype(np.int32),
                "is_interactive": np.zeros(count, dtype=bool),
                "is_managed": ~on_phone,
                "trust_type": pl.Series(TRUST_TYPES).gather(on_phone.astype(np.int64)),
            }
        )
