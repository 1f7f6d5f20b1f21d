"""Keyed pseudonyms: the same identifier gives the same key everywhere, and nothing gives the identifier back.

A key is HMAC-SHA-256 of the normalised identifier under the organisation's secret, cut to 128 bits, as 32 hex digits.
The kind of identifier is part of the message, so a Box id and an employee number that look alike never meet.
Which field holds which kind is decided in fields.py, not here.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import cast

import polars as pl
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC

from pipelines.errors import ConfigurationError

KEY_BYTES = 32
# People, files and addresses come again in every answer of a run. Of each kind so many keys are remembered, then
# forgotten all at once: about 30 MB a kind at most.
REMEMBERED_OF_A_KIND = 1 << 17


def read_key(path: Path | None, setting: str) -> bytes:
    """The secret in a file of 64 hex digits. Raises ConfigurationError in one sentence."""
    remedy = f"write one with: openssl rand -hex {KEY_BYTES} > FILE, and keep it apart from the data"
    if path is None:
        raise ConfigurationError(f"{setting} is not set: name a file that holds 64 hex digits ({remedy}).")
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        raise ConfigurationError(f"The key file of {setting} cannot be read as 64 hex digits: {remedy}.") from None
    if len(key) != KEY_BYTES:
        raise ConfigurationError(f"The key file of {setting} does not hold exactly 64 hex digits: {remedy}.")
    return key


def key_fingerprint(key: bytes) -> str:
    """16 hex digits that tell this key from others and say nothing about it."""
    fingerprint = HMAC(key, hashes.SHA256())
    fingerprint.update(b"katsuyo key fingerprint")
    return fingerprint.finalize().hex()[:16]


class Pseudonymiser:
    """Turns columns of identifiers into columns of keys. Blank and null identifiers stay null."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        # A keyed hash that has read its kind already: copying it is twice as quick as beginning anew.
        self._begun: dict[str, HMAC] = {}
        self._remembered: dict[str, dict[str, str | None]] = {}

    def key_of(self, value: str, kind: str) -> str | None:
        """The key of one identifier, or None for a blank one."""
        if not value.isascii():
            value = unicodedata.normalize("NFKC", value)
        normal = value.strip().casefold()
        if not normal:
            return None
        keyed = self._begin(kind).copy()
        keyed.update(normal.encode())
        return keyed.finalize()[:16].hex()

    def _begin(self, kind: str) -> HMAC:
        begun = self._begun.get(kind)
        if begun is None:
            begun = self._begun[kind] = HMAC(self._key, hashes.SHA256())
            begun.update(f"{kind}\0".encode())
        return begun

    def keys_of(self, values: pl.Series, kind: str) -> pl.Series:
        """The keys of a column; each distinct identifier is hashed once, in a run mostly not even that."""
        if values.null_count() == len(values):
            return pl.Series(values.name, [None] * len(values), dtype=pl.String)
        encoded = values.rechunk().to_arrow().dictionary_encode()
        distinct = cast("pl.Series", pl.from_arrow(encoded.dictionary)).to_list()
        keys = pl.Series(values.name, self._keys_of_distinct(distinct, kind), dtype=pl.String)
        return keys.gather(cast("pl.Series", pl.from_arrow(encoded.indices)))

    def _keys_of_distinct(self, values: list[str], kind: str) -> list[str | None]:
        """Answers may be taken in side by side: what is remembered is only ever added to or replaced, never emptied."""
        known = self._remembered.setdefault(kind, {})
        keys = list(map(known.get, values))
        unknown = [place for place, key in enumerate(keys) if key is None]
        for place in unknown:
            keys[place] = self.key_of(values[place], kind)
        new = {values[place]: keys[place] for place in unknown}
        if len(known) + len(new) <= REMEMBERED_OF_A_KIND:
            known.update(new)
        else:
            self._remembered[kind] = new if len(new) <= REMEMBERED_OF_A_KIND else {}
        return keys
