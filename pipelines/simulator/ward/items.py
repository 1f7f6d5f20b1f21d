"""Files and folders in Box, without storing any: everything about an item follows from its number.

An item number holds its owner (an identity number) and a place among the owner's items. A version number holds the
item and an epoch, so the same version has the same id and size whoever touches it, on whichever day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.simulator.ward.names import (
    EXTENSION_MEDIAN_BYTES,
    EXTENSION_WEIGHTS,
    FILE_EXTENSIONS,
    FILE_PREFIXES,
    FILE_SUFFIXES,
    FILE_TOPICS,
    FOLDER_NAMES,
)
from pipelines.simulator.ward.streams import Purpose, mix, pick, stream

ITEMS_PER_OWNER = 64
INSIDE_ITEMS = 40  # places 0-39: everyday work; 40-51 handed out; 52-63 handed in
OUTBOUND_PLACES = (40, 52)
INBOUND_PLACES = (52, 64)
FOLDERS_PER_OWNER = 16
EPOCHS = 4096
EDIT_EPOCH = 512
LIMIT_BYTES = 7_300_000  # sizes just at what mail can carry occur on purpose
SPREAD = 1.4
NAME_POOL = 8192
FILE_BASE, FOLDER_BASE, LINK_BASE, VERSION_BASE = (
    1_500_000_000_000,
    240_000_000_000,
    1_900_000_000_000,
    1_700_000_000_000,
)


@dataclass(frozen=True)
class Items:
    """Pools that item numbers are hashed into."""

    names: pl.Series
    medians: np.ndarray  # bytes, by name
    normal: np.ndarray  # standard normal values

    def name_of(self, item: np.ndarray) -> pl.Series:
        return self.names.gather(pick(item, NAME_POOL, 11))

    def size_of(self, version: np.ndarray) -> np.ndarray:
        """Bytes of a version: the item decides the magnitude, the version a few per cent."""
        item = version // EPOCHS
        exchanged = np.where(item % ITEMS_PER_OWNER >= INSIDE_ITEMS, 2.5, 1.0)
        spread = np.exp(SPREAD * self.normal[pick(item, len(self.normal), 12)])
        wobble = 0.98 + 0.04 * pick(version, 1000, 13) / 1000
        size = (self.medians[pick(item, NAME_POOL, 11)] * exchanged * spread * wobble).astype(np.int64) + 512
        special = pick(item, 211, 14)
        return np.where(special == 0, LIMIT_BYTES, np.where(special == 1, LIMIT_BYTES + 1, size))


def build_items(seed: int) -> Items:
    rng = stream(seed, Purpose.ITEMS)
    extension = rng.choice(len(FILE_EXTENSIONS), NAME_POOL, p=EXTENSION_WEIGHTS)
    parts = [
        pl.Series(FILE_PREFIXES).gather(rng.integers(0, len(FILE_PREFIXES), NAME_POOL)).alias("prefix"),
        pl.Series(FILE_TOPICS).gather(rng.integers(0, len(FILE_TOPICS), NAME_POOL)).alias("topic"),
        pl.Series(FILE_SUFFIXES).gather(rng.integers(0, len(FILE_SUFFIXES), NAME_POOL)).alias("suffix"),
        pl.Series(FILE_EXTENSIONS).gather(extension).alias("extension"),
    ]
    stem = pl.concat_str("prefix", "topic", "suffix", pl.lit("."), "extension")
    return Items(
        names=pl.DataFrame(parts).select(stem.alias("item_name")).to_series(),
        medians=np.array(EXTENSION_MEDIAN_BYTES)[extension],
        normal=rng.normal(size=NAME_POOL),
    )


def item_number(owner: np.ndarray, place: np.ndarray) -> np.ndarray:
    return owner.astype(np.int64) * ITEMS_PER_OWNER + place


def owner_of(item: np.ndarray) -> np.ndarray:
    return item // ITEMS_PER_OWNER


def parent_of(item: np.ndarray) -> np.ndarray:
    """Folder number of the folder an item lies in."""
    return owner_of(item) * FOLDERS_PER_OWNER + item % (FOLDERS_PER_OWNER // 2)


def folder_names(folder: np.ndarray) -> pl.Series:
    return pl.Series(FOLDER_NAMES).gather(pick(folder, len(FOLDER_NAMES), 15))


def current_version(item: np.ndarray, number: int) -> np.ndarray:
    """The version of an item on a day: items get a new one every one to six weeks."""
    period = 6 + pick(item, 36, 16)
    return item * EPOCHS + (number + pick(item, 37, 17)) // period % EDIT_EPOCH


def edited_version(item: np.ndarray, number: int, turn: np.ndarray) -> np.ndarray:
    """A version made on that day; `turn` tells several of one day apart."""
    return (
        item * EPOCHS + EDIT_EPOCH + (mix(turn.astype(np.int64), number + 1) % (EPOCHS - EDIT_EPOCH)).astype(np.int64)
    )
