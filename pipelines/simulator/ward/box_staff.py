"""What staff do in Box on one Tokyo day, made from the plan: the events that are evidence of work.

Places and devices are those of the plan's counts. Machines, administrators and outsiders belong to other modules.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.simulator.ward.accounts_other import Identities
from pipelines.simulator.ward.addresses import AddressBook
from pipelines.simulator.ward.box_table import (
    COLLAB_FILE,
    COLLAB_FOLDER,
    DESKTOP_SERVICES,
    FILE,
    FOLDER,
    ITEM,
    NONE,
    PHONE_SERVICES,
    ROLES,
    TYPE,
    USER,
    WEB_LINK,
    Rows,
    joined,
    new_rows,
)
from pipelines.simulator.ward.clock_times import DAY_SECONDS, office_seconds
from pipelines.simulator.ward.evidence import Evidence
from pipelines.simulator.ward.items import (
    INSIDE_ITEMS,
    current_version,
    edited_version,
    item_number,
    parent_of,
)
from pipelines.simulator.ward.organisation import Organisation
from pipelines.simulator.ward.presence import Cells
from pipelines.simulator.ward.roster import Roster
from pipelines.simulator.ward.streams import Purpose, mix, stream

OFFICE, REMOTE, BLANK, PHONE = range(4)
# How often each kind of event occurs, at a desk.
WEIGHTS = {
    "PREVIEW": 0.320,
    "DOWNLOAD": 0.205,
    "UPLOAD": 0.130,
    "EDIT": 0.085,
    "ITEM_OPEN": 0.060,
    "LOGIN": 0.045,
    "MOVE": 0.022,
    "RENAME": 0.020,
    "COPY": 0.018,
    "DELETE": 0.018,
    "SHARE": 0.018,
    "ITEM_SHARED_UPDATE": 0.005,
    "SHARED_LINK_SEND": 0.004,
    "ITEM_EMAIL_SEND": 0.002,
    "UNSHARE": 0.003,
    "COLLABORATION_INVITE": 0.008,
    "COLLABORATION_ACCEPT": 0.004,
    "COLLABORATION_REMOVE": 0.002,
    "COLLABORATION_ROLE_CHANGE": 0.001,
    "COMMENT_CREATE": 0.010,
    "TASK_CREATE": 0.003,
    "TASK_UPDATE": 0.001,
    "TASK_ASSIGNMENT_CREATE": 0.003,
    "TASK_ASSIGNMENT_UPDATE": 0.002,
    "LOCK": 0.003,
    "UNLOCK": 0.002,
    "UNDELETE": 0.001,
    "FILE_VERSION_RESTORE": 0.001,
    "FILE_WATERMARKED_DOWNLOAD": 0.003,
    "FILE_REQUEST_CREATE": 0.001,
}
PHONE_WEIGHTS = {"PREVIEW": 0.75, "DOWNLOAD": 0.17, "UPLOAD": 0.08}
WITH_VERSION = (
    *("UPLOAD", "EDIT", "COPY", "RENAME", "UNDELETE", "FILE_VERSION_RESTORE", "DOWNLOAD", "PREVIEW", "ITEM_OPEN"),
    *("FILE_WATERMARKED_DOWNLOAD", "MOVE"),
)
SERVICELESS = (
    "LOGIN",
    "TASK_CREATE",
    "TASK_UPDATE",
    "TASK_ASSIGNMENT_CREATE",
    "TASK_ASSIGNMENT_UPDATE",
    "LOCK",
    "UNLOCK",
)
FOLDER_TYPES = ("UPLOAD", "MOVE", "RENAME", "DELETE", "SHARE", "UNSHARE", "ITEM_SHARED_UPDATE", "COPY", "DOWNLOAD")
LINK_TYPES = ("MOVE", "RENAME", "DELETE", "SHARE", "UNSHARE")


def type_codes(names: tuple[str, ...]) -> list[int]:
    return [TYPE[name] for name in names]


COLLABORATIONS = type_codes(tuple(name for name in WEIGHTS if name.startswith("COLLABORATION")))


def distribution(weights: dict[str, float]) -> tuple[np.ndarray, np.ndarray]:
    """Event types and their probabilities."""
    shares = np.array(list(weights.values()))
    return np.array(type_codes(tuple(weights))), shares / shares.sum()


DESK_TYPES, DESK_SHARES = distribution(WEIGHTS)
PHONE_TYPES, PHONE_SHARES = distribution(PHONE_WEIGHTS)


@dataclass(frozen=True)
class Colleagues:
    """The people of one day by department, to find someone of the same department."""

    people: np.ndarray
    starts: np.ndarray
    sizes: np.ndarray

    def of(self, rng: np.random.Generator, department: np.ndarray) -> np.ndarray:
        offset = (rng.random(len(department)) * self.sizes[department]).astype(np.int64)
        return self.people[self.starts[department] + offset]


def colleagues_on(roster: Roster, number: int) -> Colleagues:
    department = roster.department_of[number]
    present = np.flatnonzero(department >= 0)
    people = present[np.argsort(department[present], kind="stable")]
    sizes = np.bincount(department[present])
    return Colleagues(people, np.cumsum(sizes) - sizes, sizes)


@dataclass(frozen=True)
class BoxStaff:
    """Generates the staff's own events of a day."""

    seed: int
    organisation: Organisation
    roster: Roster
    cells: Cells
    evidence: Evidence
    identities: Identities
    addresses: AddressBook

    def of_day(self, number: int) -> Rows:
        rng = stream(self.seed, Purpose.BOX_STAFF, number)
        here = self.cells.of_day(number)
        plan = self.evidence
        counts = [part[here] for part in (plan.box_office, plan.box_remote, plan.box_blank, plan.box_phone)]
        cell = np.concatenate([np.repeat(np.arange(len(part)), part) for part in counts])
        kind = np.repeat(np.arange(len(counts)), [int(part.sum()) for part in counts])
        actor, is_exposed = self.cells.person[here][cell], self.cells.is_exposed[here][cell]
        event_type = np.where(
            kind == PHONE,
            rng.choice(PHONE_TYPES, len(cell), p=PHONE_SHARES),
            rng.choice(DESK_TYPES, len(cell), p=DESK_SHARES),
        )
        rows = new_rows(
            office_seconds(rng, len(cell)),
            event_type,
            actor,
            address=self._places(rng, actor, kind, is_exposed, number),
            service=_services(rng, kind, event_type),
        )
        colleagues = colleagues_on(self.roster, number)
        department = self.roster.department_of[number, actor]
        self._choose_items(rng, rows, number, colleagues.of(rng, department))
        self._choose_sources(rng, rows, colleagues.of(rng, department))
        _choose_versions(rng, rows, number)
        return joined([rows, _bursts(rng, rows, number), _retries(rng, rows)])

    def _places(
        self, rng: np.random.Generator, actor: np.ndarray, kind: np.ndarray, is_exposed: np.ndarray, number: int
    ) -> np.ndarray:
        book = self.addresses
        branch = self.organisation.branch[self.roster.department_of[number, actor]]
        dice = rng.random(len(actor))
        blank = np.where(dice < 0.5, book.unknown[0], rng.choice(book.blank, len(actor)))
        blank = np.where(dice > 0.8, rng.choice(book.proxy, len(actor)), blank)
        return np.select(
            [kind == OFFICE, kind == REMOTE, kind == PHONE],
            [
                book.office(rng, branch, number),
                book.remote(rng, actor, number, np.where(is_exposed, 0.2, 1.0)),
                book.phone(rng, actor, branch, number),
            ],
            default=blank,
        )

    def _choose_items(self, rng: np.random.Generator, rows: Rows, number: int, mates: np.ndarray) -> None:
        """Own items, a colleague's, now and then a partner's; a person comes back to a few items within a day."""
        count = len(rows)
        dice = rng.random(count)
        owner = np.where(dice < 0.6, rows.actor, mates)
        at_partner = (dice > 0.975) & np.isin(rows.event_type, type_codes(("DOWNLOAD", "PREVIEW", "UPLOAD", "EDIT")))
        owner = np.where(at_partner, rng.choice(self.identities.partners, count), owner)
        today = (mix(rows.actor, number) % np.uint64(INSIDE_ITEMS)).astype(np.int64)
        place = (today + (5 * rng.random(count) ** 1.7).astype(np.int64)) % INSIDE_ITEMS
        rows.item = item_number(owner, place)
        dice = rng.random(count)
        as_folder = np.isin(rows.event_type, type_codes(FOLDER_TYPES)) & (dice < 0.04)
        as_folder &= rows.event_type != TYPE["DOWNLOAD"]
        as_folder |= (rows.event_type == TYPE["DOWNLOAD"]) & (dice < 0.006)
        as_link = np.isin(rows.event_type, type_codes(LINK_TYPES)) & (dice > 0.97)
        rows.item_type = np.where(as_folder, FOLDER, np.where(as_link, WEB_LINK, FILE))
        by_link = np.isin(rows.event_type, type_codes(("DOWNLOAD", "PREVIEW"))) & (rng.random(count) < 0.07)
        rows.link = np.where(by_link, 1, NONE)

    def _choose_sources(self, rng: np.random.Generator, rows: Rows, mates: np.ndarray) -> None:
        """Collaborations name a folder or file and a recipient; a login names the person."""
        count = len(rows)
        is_collaboration = np.isin(rows.event_type, COLLABORATIONS)
        is_login = rows.event_type == TYPE["LOGIN"]
        on_file = rng.random(count) < 0.15
        rows.source_kind = np.select(
            [is_login, is_collaboration & on_file, is_collaboration], [USER, COLLAB_FILE, COLLAB_FOLDER], default=ITEM
        )
        as_folder = (is_collaboration & ~on_file) | (rows.item_type == FOLDER)
        rows.item_type = np.where(as_folder, FOLDER, np.where(is_collaboration, FILE, rows.item_type))
        rows.item = np.where(as_folder, parent_of(rows.item), rows.item)
        rows.item = np.where(is_login, NONE, rows.item)
        rows.service = np.where(is_collaboration | is_login, NONE, rows.service)
        rows.link = np.where(as_folder | is_login, NONE, rows.link)
        known = self.identities
        dice = rng.random(count)
        target = np.select(
            [dice < 0.42, dice < 0.55, dice < 0.65],
            [rng.choice(known.partners, count), rng.choice(known.unregistered, count), rng.choice(known.groups, count)],
            default=mates,
        )
        target = np.where(is_login | (rows.event_type == TYPE["COLLABORATION_ACCEPT"]), rows.actor, target)
        rows.target = np.where(is_login | is_collaboration, target, NONE)
        rows.role = np.where(is_collaboration, rng.choice(len(ROLES), count, p=[0.6, 0.3, 0.08, 0.02]), NONE)


def _services(rng: np.random.Generator, kind: np.ndarray, event_type: np.ndarray) -> np.ndarray:
    desktop = rng.choice(len(DESKTOP_SERVICES), len(kind), p=[0.45, 0.47, 0.08])
    phone = len(DESKTOP_SERVICES) + rng.choice(len(PHONE_SERVICES), len(kind), p=[0.5, 0.15, 0.25, 0.1])
    return np.where(kind == PHONE, phone, np.where(np.isin(event_type, type_codes(SERVICELESS)), NONE, desktop))


def _choose_versions(rng: np.random.Generator, rows: Rows, number: int) -> None:
    """Files have a version; writing makes a new one."""
    has_version = np.isin(rows.event_type, type_codes(WITH_VERSION)) & (rows.item_type == FILE)
    item = np.where(rows.item == NONE, 0, rows.item)
    makes = np.isin(rows.event_type, type_codes(("EDIT", "UPLOAD", "COPY")))
    version = np.where(
        makes, edited_version(item, number, rng.integers(0, 1 << 40, len(rows))), current_version(item, number)
    )
    rows.version = np.where(has_version, version, NONE)


def _bursts(rng: np.random.Generator, rows: Rows, number: int) -> Rows:
    """Autosave: a fifth of the edits are followed by one to five more, each a version of its own."""
    chosen = (rows.event_type == TYPE["EDIT"]) & (rng.random(len(rows)) < 0.2)
    times = np.where(chosen, rng.integers(1, 6, len(rows)), 0)
    copies = rows.repeated(times)
    step = np.arange(len(copies)) - np.repeat(np.cumsum(times) - times, times) + 1
    copies.seconds = np.minimum(copies.seconds + 150 * step, DAY_SECONDS - 1)
    copies.version = edited_version(copies.item, number, rng.integers(0, 1 << 40, len(copies)))
    return copies


def _retries(rng: np.random.Generator, rows: Rows) -> Rows:
    """The same version downloaded again by the same person, shortly after."""
    chosen = (rows.event_type == TYPE["DOWNLOAD"]) & (rng.random(len(rows)) < 0.06)
    copies = rows.repeated(chosen.astype(np.int64))
    copies.seconds = np.minimum(copies.seconds + rng.integers(2, 900, len(copies)), DAY_SECONDS - 1)
    return copies
