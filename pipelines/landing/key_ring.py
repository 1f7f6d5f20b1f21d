"""Which keys a landing was made with: their fingerprints, in landing/keys.json.

With another key nobody would match any more, and "nobody matches" must never be read as "nobody was active". What does
not belong here: reading the keys (privacy/pseudonym.py), and who asks (ingest/workspace.py).
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from pipelines.common.durable import write_durably
from pipelines.errors import ConfigurationError
from pipelines.landing.store import PARTS

KEYS_FILE = "keys.json"


class KeyRing(msgspec.Struct, frozen=True, kw_only=True):
    """Fingerprints of the two keys (privacy/pseudonym.py); they tell keys apart and give nothing away."""

    pseudonym_key: str
    vault_key: str


def read_key_ring(landing: Path) -> KeyRing | None:
    """None where nothing has landed yet, or what landed is older than this file. Raises ConfigurationError."""
    try:
        return msgspec.json.decode((landing / KEYS_FILE).read_bytes(), type=KeyRing)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (msgspec.DecodeError, UnicodeError):
        raise ConfigurationError(
            f"landing/{KEYS_FILE} cannot be read, so nobody can tell whether the keys are those of the data: restore "
            "it from a backup of the landing."
        ) from None


def write_key_ring(landing: Path, ring: KeyRing) -> None:
    write_durably(landing / KEYS_FILE, msgspec.json.format(msgspec.json.encode(ring), indent=1), parts=landing / PARTS)
