"""Exchange with outsiders in Box on one Tokyo day: what goes out, what comes in, and what only looks like it.

`planned` decides the exchanges, each once; `of_day` writes them out with retries and adds the look-alikes. Truth reads
the plan alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.simulator.ward.accounts_other import Identities
from pipelines.simulator.ward.addresses import AddressBook
from pipelines.simulator.ward.box_table import (
    COLLAB_FOLDER,
    FILE_REQUEST,
    FOLDER,
    NONE,
    TYPE,
    Rows,
    joined,
    new_rows,
)
from pipelines.simulator.ward.clock_times import DAY_SECONDS, any_seconds, office_seconds
from pipelines.simulator.ward.items import (
    INBOUND_PLACES,
    INSIDE_ITEMS,
    OUTBOUND_PLACES,
    current_version,
    edited_version,
    item_number,
    parent_of,
)
from pipelines.simulator.ward.organisation import Organisation
from pipelines.simulator.ward.roster import Roster
from pipelines.simulator.ward.streams import Purpose, mix, pick, stream
from pipelines.simulator.ward.workdays import Calendar

OUTBOUND_PER_PERSON, INBOUND_PER_PERSON = 0.055, 0.022  # on a working day, once everyone has the tools
BEFORE_ROLLOUT = 0.08
CLOSED_DAY = 0.06
PARTNERS_PER_OWNER = 5


@dataclass(frozen=True)
class Exchanges:
    """One entry per exchange: a version that an outsider took or brought, on one Tokyo day."""

    owner: np.ndarray  # person_no
    actor: np.ndarray  # identity number; the owner's own for a file request
    item: np.ndarray
    version: np.ndarray
    is_outbound: np.ndarray
    is_request: np.ndarray
    by_link: np.ndarray


@dataclass(frozen=True)
class BoxOutside:
    seed: int
    calendar: Calendar
    organisation: Organisation
    roster: Roster
    exposed_since: np.ndarray
    is_licensed: np.ndarray
    identities: Identities
    addresses: AddressBook

    def planned(self, number: int) -> Exchanges:
        """The exchanges of a day, distinct by version and actor."""
        rng = stream(self.seed, Purpose.BOX_OUTSIDE, number)
        owners, shares, volume = self._owners(number)
        season = 1.0 if self.calendar.working[number] else CLOSED_DAY
        outbound = rng.poisson(OUTBOUND_PER_PERSON * volume * season)
        inbound = rng.poisson(INBOUND_PER_PERSON * volume * season)
        owner = rng.choice(owners, outbound + inbound, p=shares)
        is_outbound = np.arange(len(owner)) < outbound
        low = np.where(is_outbound, OUTBOUND_PLACES[0], INBOUND_PLACES[0])
        high = np.where(is_outbound, OUTBOUND_PLACES[1], INBOUND_PLACES[1])
        item = item_number(owner, rng.integers(low, high))
        dice = rng.random(len(owner))
        anonymous = is_outbound & (dice < 0.3)
        is_request = ~is_outbound & (dice < 0.35)
        partner = self._partner(owner, rng.integers(0, PARTNERS_PER_OWNER, len(owner)))
        actor = np.where(anonymous, self.identities.anonymous, np.where(is_request, owner, partner))
        brought = edited_version(item, number, actor)  # the same outsider brings one version of an item a day
        version = np.where(is_outbound, current_version(item, number), brought)
        first = np.unique(np.stack([version, actor]), axis=1, return_index=True)[1]
        by_link = anonymous | (is_outbound & (rng.random(len(owner)) < 0.2))
        columns = (owner, actor, item, version, is_outbound, is_request, by_link)
        return Exchanges(*(column[np.sort(first)] for column in columns))

    def _owners(self, number: int) -> tuple[np.ndarray, np.ndarray, float]:
        """Whose items are exchanged, with which probability, and how many average people that makes."""
        department = self.roster.department_of[number]
        owners = np.flatnonzero((department >= 0) & self.is_licensed & self.roster.is_capable[number])
        weight = self.organisation.outside[department[owners]]
        weight = weight * np.where(number >= self.exposed_since[owners], 1.0, BEFORE_ROLLOUT)
        weight = weight * (0.2 + pick(owners, 100, 31) / 50)  # some people deal with outsiders, most seldom
        return owners, weight / weight.sum(), float(weight.sum())

    def _partner(self, owner: np.ndarray, which: np.ndarray) -> np.ndarray:
        """Each owner has a few partners."""
        partners = self.identities.partners
        return partners[(mix(owner * PARTNERS_PER_OWNER + which, 32) % np.uint64(len(partners))).astype(np.int64)]

    def of_day(self, number: int) -> Rows:
        rng = stream(self.seed, Purpose.BOX_OUTSIDE, number, 1)
        plan = self.planned(number)
        count = len(plan.owner)
        taken = np.where(rng.random(count) < 0.05, TYPE["FILE_WATERMARKED_DOWNLOAD"], TYPE["DOWNLOAD"])
        given = np.where(~plan.is_request & (rng.random(count) < 0.35), TYPE["EDIT"], TYPE["UPLOAD"])
        rows = new_rows(
            np.where(rng.random(count) < 0.85, office_seconds(rng, count), any_seconds(rng, count)),
            np.where(plan.is_outbound, taken, given),
            plan.actor,
            address=self._places(rng, count),
            item=plan.item,
            version=plan.version,
            service=np.where(
                plan.is_request, FILE_REQUEST, rng.choice([0, 1, 3, NONE], count, p=[0.1, 0.75, 0.1, 0.05])
            ),
            link=np.where(plan.by_link, 1, NONE),
        )
        again = rows.repeated(np.where(rng.random(count) < 0.15, rng.integers(1, 4, count), 0))
        again.seconds = np.minimum(again.seconds + rng.integers(3, 4_000, len(again)), DAY_SECONDS - 1)
        return joined([rows, again, *self._looks(rng, rows, number)])

    def _places(self, rng: np.random.Generator, count: int) -> np.ndarray:
        unknown = rng.random(count) < 0.06
        return np.where(unknown, self.addresses.unknown[0], rng.choice(self.addresses.elsewhere, count))

    def _looks(self, rng: np.random.Generator, rows: Rows, number: int) -> list[Rows]:
        """Previews, partners at work on their own items, accepted invitations: no exchange."""
        viewed = rows.repeated((rng.random(len(rows)) < 0.35).astype(np.int64))
        viewed.event_type = np.full(len(viewed), TYPE["PREVIEW"])
        viewed.service = np.where(viewed.service == FILE_REQUEST, NONE, viewed.service)
        is_staff = viewed.actor < len(self.roster.employment)  # of file requests: the owner did not look
        viewed = viewed.repeated((~is_staff).astype(np.int64))
        count = int(rng.poisson(1 + len(rows) * 0.1))
        partner = rng.choice(self.identities.partners, count)
        own = item_number(partner, rng.integers(0, INSIDE_ITEMS, count))
        theirs = new_rows(
            any_seconds(rng, count),
            rng.choice([TYPE["DOWNLOAD"], TYPE["UPLOAD"], TYPE["EDIT"]], count),
            partner,
            address=self._places(rng, count),
            item=own,
            version=current_version(own, number),
            service=1,
        )
        accepted = rows.repeated((rng.random(len(rows)) < 0.04).astype(np.int64))
        accepted = accepted.repeated((accepted.actor >= len(self.roster.employment)).astype(np.int64))
        accepted = accepted.repeated((accepted.actor != self.identities.anonymous).astype(np.int64))
        joins = new_rows(
            accepted.seconds,
            TYPE["COLLABORATION_ACCEPT"],
            accepted.actor,
            address=accepted.address,
            source_kind=COLLAB_FOLDER,
            item=parent_of(accepted.item),
            item_type=FOLDER,
            target=accepted.actor,
            role=0,
        )
        return [viewed, theirs, joins]
