"""Repeatable randomness and the texts made from it: number streams by purpose, hashes, UUIDs.

A stream depends on the seed, its purpose and its keys alone, so anything can be generated again in any order.
What the numbers mean belongs to the callers.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import polars as pl
import pyarrow as pa

_DASHES = (8, 13, 18, 23)


class Purpose(IntEnum):
    """One stream per purpose. Never renumber: worlds would change."""

    ORGANISATION = 1
    POSTS = 2
    PEOPLE = 3
    ABSENCES = 4
    ADOPTION = 5
    TRAITS = 6
    PRESENCE = 7
    EVIDENCE = 8
    GRAPH = 9
    ADDRESSES = 10
    ITEMS = 11
    ACCOUNTS = 12
    CAREERS = 13
    NAMES = 14
    DIRECTORY = 15
    SIGN_INS = 20
    BOX_STAFF = 21
    BOX_NOISE = 22
    BOX_OUTSIDE = 23
    BOX_DELIVERY = 24
    APPS = 30
    TOKEN_SIGN_INS = 31
    TICKETS = 40
    DECLARATIONS = 41
    VPN = 42
    VPN_TIMES = 43
    LOST_EVIDENCE = 44


def stream(seed: int, purpose: Purpose, *keys: int) -> np.random.Generator:
    """The generator of one purpose, e.g. of one day."""
    return np.random.default_rng([seed, int(purpose), *keys])


def mix(values: np.ndarray, salt: int = 0) -> np.ndarray:
    """A 64-bit hash of whole numbers (splitmix64): the same number gives the same hash for ever."""
    with np.errstate(over="ignore"):
        z = values.astype(np.uint64) + np.uint64((salt * 0x9E3779B97F4A7C15 + 0x9E3779B97F4A7C15) % 2**64)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def pick(values: np.ndarray, count: int, salt: int = 0) -> np.ndarray:
    """For each number a fixed choice from 0 to count - 1."""
    return (mix(values, salt) % np.uint64(count)).astype(np.int64)


def uuid_texts(rng: np.random.Generator, count: int, name: str) -> pl.Series:
    """That many version 4 UUIDs in lower case."""
    raw = np.frombuffer(rng.bytes(16 * count), dtype=np.uint8).reshape(count, 16).copy()
    raw[:, 6] = (raw[:, 6] & 0x0F) | 0x40
    raw[:, 8] = (raw[:, 8] & 0x3F) | 0x80
    digits = np.frombuffer(raw.tobytes().hex().encode(), dtype=np.uint8).reshape(count, 32)
    text = np.full((count, 36), ord("-"), dtype=np.uint8)
    text[:, [column for column in range(36) if column not in _DASHES]] = digits
    return fixed_width_texts(text, name)


def fixed_width_texts(characters: np.ndarray, name: str) -> pl.Series:
    """A text column from a matrix of ASCII codes, one row per text."""
    count, width = characters.shape
    offsets = np.arange(0, width * (count + 1), width, dtype=np.int32)
    texts = pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(characters.tobytes()))
    return pl.Series(name, texts)
