"""Sign-ins of one Tokyo day, made from the plan: successes, failures, phones, and attempts from far away.

Columns are those of the sign-in log; rendering belongs to the services.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from pipelines.simulator.ward.addresses import AddressBook
from pipelines.simulator.ward.clock_times import any_seconds, instants_us, office_seconds
from pipelines.simulator.ward.evidence import Evidence
from pipelines.simulator.ward.organisation import Organisation
from pipelines.simulator.ward.presence import Cells, Traits
from pipelines.simulator.ward.roster import Roster
from pipelines.simulator.ward.streams import Purpose, stream, uuid_texts
from pipelines.simulator.ward.workdays import EPOCH, Calendar

OFFICE, REMOTE, BLANK, PHONE, FAILED, SILENT, DEVICELESS = range(7)
ATTACKS_PER_PERSON = 0.012
DESKTOP_SYSTEMS = ("Windows 11", "Windows10", "Windows 10", "MacOs", "macOS 14", "Linux")
IPHONE_SYSTEMS = ("Ios 18.5", "iOS 17.6", "Ios")
ANDROID_SYSTEMS = ("Android 15", "Android")
SYSTEMS = (*DESKTOP_SYSTEMS, *IPHONE_SYSTEMS, *ANDROID_SYSTEMS, "")
BROWSERS = ("Edge 138.0.0", "Chrome 138.0.0", "Rich Client 5.0.0.1", "Mobile Safari", "Chrome Mobile 138.0.0", "")
CLIENTS = ("Browser", "Mobile Apps and Desktop clients")
APPS = (
    ("Microsoft Teams", "1fec8e78-bce4-4aaf-ab1b-5451cc387264"),
    ("Microsoft Office", "d3590ed6-52b3-4102-aeff-aad2292ab01c"),
    ("OfficeHome", "4765445b-32c6-49b0-83e6-1d93765276ca"),
    ("Microsoft Edge", "ecd6b820-32c2-49b6-98a6-444530e5a77a"),
    ("Outlook Mobile", "27922004-5251-4030-b22d-91ecd9a37ea4"),
    ("Box", "6d1b50f2-93c8-4e07-a5d4-7f20c91be836"),
)
APP_SHARES = (0.34, 0.24, 0.16, 0.10, 0.04, 0.12)
FAILURES = (50126, 50058, 50140)
TRUST_TYPES = ("Azure AD joined", "Azure AD registered", "")


class SignIns:
    """Generates days of sign-ins; keeps nothing but the plan."""

    def __init__(
        self,
        *,
        seed: int,
        calendar: Calendar,
        organisation: Organisation,
        roster: Roster,
        cells: Cells,
        traits: Traits,
        evidence: Evidence,
        addresses: AddressBook,
    ) -> None:
        self._seed = seed
        self._calendar = calendar
        self._organisation = organisation
        self._roster = roster
        self._cells = cells
        self._traits = traits
        self._addresses = addresses
        names = ("office", "remote", "blank", "phone", "failed", "silent", "deviceless")
        self._counts = [getattr(evidence, f"sign_{name}") for name in names]

    def of_day(self, number: int) -> pl.DataFrame:
        """All sign-ins of one Tokyo day, by time."""
        rng = stream(self._seed, Purpose.SIGN_INS, number)
        person, kind, is_exposed = self._events(rng, number)
        count = len(person)
        is_attack = kind == FAILED
        own_failure = is_attack & (rng.random(count) < 0.5)
        seconds = np.where(is_attack & ~own_failure, any_seconds(rng, count), office_seconds(rng, count))
        order = np.argsort(seconds, kind="stable")
        day = (self._calendar.day(number) - EPOCH).days
        frame = pl.DataFrame(
            {
                "id": uuid_texts(rng, count, "id"),
                "created_at": pl.Series(instants_us(day, seconds)).cast(pl.Datetime("us")).dt.replace_time_zone("UTC"),
                "person_no": person.astype(np.int32),
                "ip_address": self._addresses.texts.gather(
                    self._places(rng, person, kind, is_exposed=is_exposed, own_failure=own_failure, number=number)
                ),
            }
        )
        return pl.concat([frame, self._devices(rng, person, kind)], how="horizontal")[order]

    def _events(self, rng: np.random.Generator, number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Person, kind and state of adoption of every event: the plan's counts written out, and attacks."""
        here = self._cells.of_day(number)
        person, is_exposed = self._cells.person[here], self._cells.is_exposed[here]
        people, kinds, exposed = [], [], []
        for kind, counts in enumerate(self._counts):
            rows = np.repeat(np.arange(len(person)), counts[here])
            people.append(person[rows])
            exposed.append(is_exposed[rows])
            kinds.append(np.full(len(rows), kind))
        present = np.flatnonzero(self._roster.department_of[number] >= 0)
        attacked = rng.choice(present, rng.poisson(ATTACKS_PER_PERSON * len(present)))
        people.append(attacked)
        exposed.append(np.zeros(len(attacked), dtype=bool))
        kinds.append(np.full(len(attacked), FAILED))
        return np.concatenate(people), np.concatenate(kinds), np.concatenate(exposed)

    def _places(
        self,
        rng: np.random.Generator,
        person: np.ndarray,
        kind: np.ndarray,
        *,
        is_exposed: np.ndarray,
        own_failure: np.ndarray,
        number: int,
    ) -> np.ndarray:
        """Position of the address of each event."""
        book = self._addresses
        department = self._roster.department_of[number, person]
        branch = self._organisation.branch[department]
        blank = np.where(
            rng.random(len(person)) < 0.6, rng.choice(book.proxy, len(person)), rng.choice(book.blank, len(person))
        )
        blank = np.where(rng.random(len(person)) < 0.1, rng.choice(book.redacted, len(person)), blank)
        office = book.office(rng, branch, number)
        return np.select(
            [kind == OFFICE, kind == REMOTE, kind == BLANK, kind == PHONE, (kind == FAILED) & own_failure],
            [
                office,
                book.remote(rng, person, number, np.where(is_exposed, 0.2, 1.0)),
                blank,
                book.phone(rng, person, branch, number),
                np.where(rng.random(len(person)) < 0.6, office, book.homes(rng, person, number)),
            ],
            default=rng.choice(book.elsewhere, len(person)),
        )

    def _devices(self, rng: np.random.Generator, person: np.ndarray, kind: np.ndarray) -> pl.DataFrame:
        """Device, client, application and outcome of each event."""
        count = len(person)
        on_phone, deviceless = kind == PHONE, kind == DEVICELESS
        has_mac = self._traits.has_mac[person]
        desktop = np.where(
            has_mac, rng.choice([3, 4], count), rng.choice([0, 1, 2, 5], count, p=[0.7, 0.15, 0.149, 0.001])
        )
        phone = np.where(self._traits.has_iphone[person], rng.choice([6, 7, 8], count), rng.choice([9, 10], count))
        system = np.where(deviceless, len(SYSTEMS) - 1, np.where(on_phone, phone, desktop))
        app = rng.choice(len(APPS), count, p=APP_SHARES)
        client = np.where(on_phone | np.isin(app, (0, 1)), 1, 0)
        browser = np.where(on_phone, np.where(client == 1, 3, 4), np.where(client == 1, 2, rng.choice([0, 1], count)))
        browser = np.where(deviceless, 5, browser)
        is_managed = ~on_phone & ~deviceless & (rng.random(count) < 0.97)
        failure = rng.choice(FAILURES, count, p=[0.7, 0.15, 0.15])
        return pl.DataFrame(
            {
                "operating_system": pl.Series(SYSTEMS).gather(system),
                "browser": pl.Series(BROWSERS).gather(browser),
                "client_app_used": pl.Series(CLIENTS).gather(client),
                "app_display_name": pl.Series([name for name, _ in APPS]).gather(app),
                "app_id": pl.Series([app_id for _, app_id in APPS]).gather(app),
                "error_code": np.where(kind == FAILED, failure, 0).astype(np.int32),
                "is_interactive": kind != SILENT,
                "is_managed": is_managed,
                "trust_type": pl.Series(TRUST_TYPES).gather(np.where(is_managed, 0, np.where(on_phone, 1, 2))),
            }
        )
