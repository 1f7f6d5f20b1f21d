"""Box events as numbers, and how the numbers become the columns of the contract.

The makers of events (staff, outsiders, machines) fill a `Rows`; here positions are looked up in the pools, identifiers
written as text, and times of delivery drawn. Which events happen does not belong here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl

from pipelines.simulator.ward.accounts_other import Identities
from pipelines.simulator.ward.addresses import AddressBook
from pipelines.simulator.ward.clock_times import instants_us
from pipelines.simulator.ward.items import (
    FILE_BASE,
    FOLDER_BASE,
    FOLDERS_PER_OWNER,
    ITEMS_PER_OWNER,
    LINK_BASE,
    VERSION_BASE,
    Items,
    folder_names,
    parent_of,
)
from pipelines.simulator.ward.streams import fixed_width_texts, mix, uuid_texts
from pipelines.simulator.ward.workdays import EPOCH

NONE = -1
SOURCE_KINDS = ("item", "user", "collab_folder", "collab_file", "group", "none")
ITEM, USER, COLLAB_FOLDER, COLLAB_FILE, GROUP, NOTHING = range(6)
ITEM_TYPES = ("file", "folder", "web_link")
FILE, FOLDER, WEB_LINK = range(3)
ROLES = ("Editor", "Viewer", "Viewer Uploader", "Co-owner")
DESKTOP_SERVICES = (("Box Drive", "254429"), ("Box Web Application", "1039541"), ("Box for Office", "278212"))
PHONE_SERVICES = (
    ("Box for iPhone", "2724"),
    ("Box for iPad", "2725"),
    ("Box for Android", "4715"),
    ("Box Mobile Web", "1039544"),
)
OTHER_SERVICES = (("File Request", "1368027"), ("Box Content API", "1189273"), ("Box Sync for Mac", "4716"))
SERVICES = (*DESKTOP_SERVICES, *PHONE_SERVICES, *OTHER_SERVICES)
FILE_REQUEST, CONTENT_API = 7, 8
ROOT_PLACE = FOLDERS_PER_OWNER - 1
EVENT_TYPES = (
    *("UPLOAD", "EDIT", "COPY", "MOVE", "RENAME", "DELETE", "UNDELETE", "FILE_VERSION_RESTORE", "LOCK", "UNLOCK"),
    *("DOWNLOAD", "FILE_WATERMARKED_DOWNLOAD", "PREVIEW", "ITEM_OPEN", "SHARE", "UNSHARE", "ITEM_SHARED_UPDATE"),
    *("SHARED_LINK_SEND", "ITEM_EMAIL_SEND", "COLLABORATION_INVITE", "COLLABORATION_ACCEPT", "COLLABORATION_REMOVE"),
    *("COLLABORATION_ROLE_CHANGE", "COMMENT_CREATE", "TASK_CREATE", "TASK_UPDATE", "TASK_ASSIGNMENT_CREATE"),
    *("TASK_ASSIGNMENT_UPDATE", "FILE_REQUEST_CREATE", "LOGIN"),
    # From here on: not driven by a person at work.
    *("CONTENT_ACCESS", "USER_AUTHENTICATE_OAUTH2_ACCESS_TOKEN_CREATE", "OAUTH2_ACCESS_TOKEN_REVOKE", "EDIT_USER"),
    *("NEW_USER", "DELETE_USER", "GROUP_ADD_USER", "GROUP_REMOVE_USER", "GROUP_EDITED", "ADMIN_LOGIN", "FAILED_LOGIN"),
    *("ADD_LOGIN_ACTIVITY_DEVICE", "SHIELD_ALERT", "SHIELD_DOWNLOAD_BLOCKED", "COLLABORATION_EXPIRATION"),
)
TYPE = {name: number for number, name in enumerate(EVENT_TYPES)}
TASK_TYPES = [number for name, number in TYPE.items() if name.startswith("TASK_")]
LATE_SHARE = 0.003
LATE_SECONDS = (3_600, 47 * 3_600)


@dataclass
class Rows:
    """Events as positions and numbers, all arrays of one length. NONE stands for null."""

    seconds: np.ndarray  # after Tokyo midnight
    event_type: np.ndarray  # position in EVENT_TYPES
    actor: np.ndarray  # identity number
    source_kind: np.ndarray
    address: np.ndarray
    item: np.ndarray  # item number; for a folder its folder number
    item_type: np.ndarray
    version: np.ndarray
    service: np.ndarray
    admin: np.ndarray
    target: np.ndarray
    role: np.ndarray
    link: np.ndarray  # 1 if the item was reached over a shared link

    def __len__(self) -> int:
        return len(self.seconds)

    def repeated(self, times: np.ndarray) -> Rows:
        """Each event that many times (0 leaves it out)."""
        return Rows(**{name: np.repeat(column, times) for name, column in vars(self).items()})


def new_rows(seconds: np.ndarray, event_type: np.ndarray | int, actor: np.ndarray, **columns: np.ndarray | int) -> Rows:
    """Rows with NONE wherever nothing is given; the source is a file unless told otherwise."""
    count = len(seconds)
    given = {"source_kind": ITEM, "item_type": FILE} | columns | {"event_type": event_type, "actor": actor}
    names = [name for name in Rows.__dataclass_fields__ if name != "seconds"]
    wide = {name: np.broadcast_to(np.asarray(given.get(name, NONE), dtype=np.int64), (count,)).copy() for name in names}
    return Rows(seconds=seconds.astype(np.int64), **wide)


def joined(parts: list[Rows]) -> Rows:
    names = Rows.__dataclass_fields__
    return Rows(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


@dataclass(frozen=True)
class Writer:
    """Turns rows into the columns of the contract."""

    identities: Identities
    addresses: AddressBook
    items: Items

    def frame(self, rng: np.random.Generator, rows: Rows, day_since_epoch: int) -> pl.DataFrame:
        """The events of one Tokyo day, by time."""
        with_millis = np.isin(rows.event_type, TASK_TYPES) | (rng.random(len(rows)) < 0.03)
        created_us = instants_us(day_since_epoch, rows.seconds)
        created_us += np.where(with_millis, rng.integers(0, 1_000, len(rows)) * 1_000, 0)
        order = np.argsort(created_us, kind="stable")
        rows = Rows(**{name: column[order] for name, column in vars(rows).items()})
        created_us = created_us[order]
        delay = rng.integers(30, 91, len(rows))
        is_late = rng.random(len(rows)) < LATE_SHARE
        delay[is_late] = rng.integers(*LATE_SECONDS, int(is_late.sum()))
        instants = pl.Series("available_at", created_us + delay * 1_000_000).cast(pl.Datetime("us"))
        created = pl.Series("created_at", created_us // 1_000).cast(pl.Datetime("ms"))
        pools = self.identities.pools_on(EPOCH + timedelta(days=day_since_epoch))
        return pl.DataFrame(
            [
                uuid_texts(rng, len(rows), "event_id"),
                created.dt.replace_time_zone("UTC"),
                instants.dt.replace_time_zone("UTC"),
                pl.Series("event_type", EVENT_TYPES).gather(rows.event_type),
                *self._identity(pools, "actor", rows.actor),
                *self._identity(pools, "admin", rows.admin),
                pl.Series("source_kind", SOURCE_KINDS).gather(rows.source_kind),
                *self._item(pools, rows),
                *self._identity(pools, "target", rows.target),
                self.addresses.texts.gather(rows.address),
                *self._version(rows),
                _looked_up("service_id", [number for _, number in SERVICES], rows.service),
                _looked_up("service_name", [name for name, _ in SERVICES], rows.service),
                _links(rows),
                _looked_up("collab_role", list(ROLES), rows.role),
            ]
        )

    def _identity(self, pools: dict[str, pl.Series], role: str, numbers: np.ndarray) -> list[pl.Series]:
        where = np.where(numbers == NONE, self.identities.nobody, numbers)
        return [pool.gather(where).alias(f"{role}_{part}") for part, pool in pools.items()]

    def _item(self, pools: dict[str, pl.Series], rows: Rows) -> list[pl.Series]:
        """Item, its folder and its owner; null where the source is no item."""
        has_item = rows.item != NONE
        is_folder = rows.item_type == FOLDER
        number = np.where(has_item, rows.item, 0)
        base = np.select([is_folder, rows.item_type == WEB_LINK], [FOLDER_BASE, LINK_BASE], default=FILE_BASE)
        folder = np.where(is_folder, number, 0)
        names = folder_names(folder).zip_with(pl.Series(is_folder), self.items.name_of(np.where(is_folder, 0, number)))
        owner = owner_of_rows(rows)
        parent = np.where(is_folder, number // FOLDERS_PER_OWNER * FOLDERS_PER_OWNER + ROOT_PLACE, parent_of(number))
        mask = pl.Series(has_item)
        texts = {
            "item_type": pl.Series(ITEM_TYPES).gather(np.where(has_item, rows.item_type, 0)),
            "item_id": pl.Series(base + number).cast(pl.String),
            "item_name": names,
            "parent_id": pl.Series(FOLDER_BASE + parent).cast(pl.String),
            "parent_name": folder_names(parent),
        }
        nulls = pl.Series([None], dtype=pl.String).new_from_index(0, len(rows))
        columns = [column.zip_with(mask, nulls).alias(name) for name, column in texts.items()]
        return [*columns, *self._identity(pools, "owner", owner)]

    def _version(self, rows: Rows) -> list[pl.Series]:
        has_version = pl.Series(rows.version != NONE)
        version = np.where(rows.version == NONE, 0, rows.version)
        ids = pl.Series(VERSION_BASE + version).cast(pl.String)
        frame = pl.DataFrame({"size": self.items.size_of(version), "version_id": ids, "has": has_version})
        return frame.select(pl.when("has").then(name).alias(name) for name in ("size", "version_id")).get_columns()


def owner_of_rows(rows: Rows) -> np.ndarray:
    """Identity number of the owner of each item, NONE where there is no item."""
    owner = np.where(rows.item_type == FOLDER, rows.item // FOLDERS_PER_OWNER, rows.item // ITEMS_PER_OWNER)
    return np.where(rows.item == NONE, NONE, owner)


def _looked_up(name: str, pool: list[str], positions: np.ndarray) -> pl.Series:
    return pl.Series(name, [*pool, None]).gather(np.where(positions == NONE, len(pool), positions))


def _links(rows: Rows) -> pl.Series:
    """32 hexadecimal digits, the same for every use of an item's link."""
    where = np.flatnonzero(rows.link != NONE)
    halves = np.stack([mix(rows.item[where], 21), mix(rows.item[where], 22)], axis=1)
    digits = np.frombuffer(halves.tobytes().hex().encode(), dtype=np.uint8).reshape(len(where), 32)
    texts = fixed_width_texts(digits, "shared_link_id")
    position = np.full(len(rows), len(where))
    position[where] = np.arange(len(where))
    return texts.append(pl.Series("shared_link_id", [None], dtype=pl.String)).gather(position)
