"""Box events as numbers, and how the numbers become the columns of the contract.

The makers of events (staff, outsiders, machines) fill a `Rows`; here positions are looked up in the pools, identifiers
written as text, and times of delivery drawn. Which events happen does not belong here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.simulator.ward.accounts_other import Identities
from pipelines.simulator.ward.addresses import AddressBook
from pipelines.simulator.ward.clock_times import instants_us
from pipelines.simulator.ward.items import (
    FILE_BASE,
    FOLDER_BASE,
    LINK_BASE,
    VERSION_BASE,
    Items,
    folder_names,
)
from pipelines.simulator.ward.streams import fixed_width_texts, mix, uuid_texts

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
LATE_SHARE = 0.003
LATE_SECONDS = (3_600, 47 * 3_600)


@dataclass
class Rows:
    """Events as positions and numbers, all arrays of one length. NONE stands for null."""

    seconds: np.ndarray  # after Tokyo midnight
    event_type: np.ndarray  # text
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


def new_rows(seconds: np.ndarray, event_type: np.ndarray | str, actor: np.ndarray, **columns: np.ndarray | int) -> Rows:
    """Rows with NONE wherever nothing is given; the source is an item unless told otherwise."""
    count = len(seconds)
    defaults = {"source_kind": ITEM, "item_type": FILE}
    names = [name for name in Rows.__dataclass_fields__ if name not in ("seconds", "event_type", "actor")]
    filled = {
        name: np.broadcast_to(np.asarray(columns.get(name, defaults.get(name, NONE)), dtype=np.int64), (count,)).copy()
        for name in names
    }
    kinds = np.broadcast_to(np.asarray(event_type, dtype=object), (count,))
    return Rows(seconds=seconds, event_type=kinds, actor=actor.astype(np.int64), **filled)


def joined(parts: list[Rows]) -> Rows:
    return Rows(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in Rows.__dataclass_fields__})
