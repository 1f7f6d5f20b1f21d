"""The vault: the exact bytes of every answer, encrypted, for a few weeks.

A parsing mistake found late can be repaired from here while the service no longer has the day. AES-256-GCM with a key
that lies outside the data folder; the place of the file is authenticated, so a swapped file is noticed.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pipelines.common.durable import sweep, write_durably
from pipelines.errors import KatsuyoError

_NONCE_BYTES = 12
SUFFIX = ".vault"
PARTS = ".part"


def pack(body: bytes) -> bytes:
    """`body` compressed, as the vault holds it under its cipher."""
    return zstandard.ZstdCompressor(level=1).compress(body)


class Vault:
    """A folder of encrypted answers: <source>/<dataset>/<day>/<revision>.vault."""

    def __init__(self, root: Path, key: bytes) -> None:
        self.root = root
        self._cipher = AESGCM(key)

    def put(self, relative: Path, body: bytes) -> None:
        """Store `body` under `relative` (without suffix); an existing file of that name is left alone."""
        self.put_packed(relative, pack(body))

    def put_packed(self, relative: Path, packed: bytes) -> None:
        """The same for a body that was packed before, perhaps in another thread."""
        path = self._path(relative)
        if path.exists():
            return
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, packed, relative.as_posix().encode())
        write_durably(path, sealed, parts=self.root / PARTS)

    def holds(self, relative: Path) -> bool:
        """Whether the bytes are still there."""
        return self._path(relative).is_file()

    def get(self, relative: Path) -> bytes:
        """The exact bytes again. Raises KatsuyoError when they are gone or were put with another key."""
        path = self._path(relative)
        if not path.is_file():
            raise KatsuyoError("The vault no longer holds that answer: it is older than KATSUYO_VAULT_DAYS.")
        sealed = path.read_bytes()
        try:
            packed = self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], relative.as_posix().encode())
        except InvalidTag:
            raise KatsuyoError(
                "A vault file cannot be opened: check that KATSUYO_VAULT_KEY_FILE is the same."
            ) from None
        return zstandard.ZstdDecompressor().decompress(packed)

    def opens_with_this_key(self) -> bool:
        """Whether the newest answer opens; True of an empty vault."""
        newest = max(self.root.glob(f"*/*/*/*{SUFFIX}"), key=lambda path: path.name, default=None)
        if newest is None:
            return True
        sealed, place = newest.read_bytes(), newest.relative_to(self.root).as_posix().removesuffix(SUFFIX)
        try:
            self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place.encode())
        except InvalidTag:
            return False
        return True

    def purge(self, now: datetime, keep_days: int) -> int:
        """Delete what was put more than `keep_days` ago, and what killed runs left; returns how many files went."""
        limit = (now - timedelta(days=keep_days)).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        old = [path for path in self.root.rglob(f"*{SUFFIX}") if path.name < limit]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old) + sweep(self.root / PARTS)

    def _path(self, relative: Path) -> Path:
        return self.root / relative.with_name(relative.name + SUFFIX)
