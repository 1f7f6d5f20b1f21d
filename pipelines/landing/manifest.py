"""The manifest row of one revision: which answer it was, what became of it, and when it was last seen unchanged."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from typing import Literal

import msgspec

from pipelines.sources.answer import Channel

PART = "-part"
REPLAYED = "-again"
_CHECKSUM = b',\n "checksum": "'
Verdict = Literal["accepted", "rejected"]


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """One answer about one day. `sha256` is of the exact bytes, `row_count` and `byte_count` of the answer.

    `confirmed_at` is the last time the service gave these very bytes again: a day can become final without a change.
    A partial revision holds some of its day's records and only adds to the others; `channel` is how they came.
    `dropped_fields` counts records that held a field nobody has classified. `reason` says why it was rejected.
    `odd_fields` counts records of an event list in which a field could not be read as it should, `set_aside` those left
    out because they have no readable id, time or type. `refused_lines` counts, per rule, the lines of an organisation's
    file that were left out of the table.
    `table_sha256` is of the stored table's bytes; None of a rejected answer, and of releases that did not write it.
    `replayed_at`: when the exact bytes were read again from the vault and gave another table than before.
    """

    source: str
    dataset: str
    day: date
    fetched_at: datetime
    confirmed_at: datetime
    sha256: str
    byte_count: int
    row_count: int
    verdict: Verdict
    reason: str | None = None
    is_partial: bool = False
    channel: Channel = "day"
    request_id: str | None = None
    origin: str | None = None
    dropped_fields: dict[str, int] = {}
    refused_lines: dict[str, int] = {}
    table_sha256: str | None = None
    replayed_at: datetime | None = None
    odd_fields: dict[str, int] = {}
    set_aside: int = 0

    @property
    def name(self) -> str:
        """File name without suffix: instants sort as text, so the newest revision is the last.

        A part of a day may hold the very bytes of the whole day, so its name says that it is one; so does what was
        read again from the vault, which comes after its first reading.
        """
        again = f"{REPLAYED}{self.replayed_at:%Y%m%dT%H%M%SZ}" if self.replayed_at else ""
        return f"{self.fetched_at:%Y%m%dT%H%M%SZ}-{self.sha256[:8]}{PART if self.is_partial else ''}{again}"

    @property
    def content(self) -> str:
        """What tells one table of a day from another: the bytes and, if they were read again, when."""
        return f"{self.sha256}{f'@{self.replayed_at:%Y%m%dT%H%M%SZ}' if self.replayed_at else ''}"

    @property
    def first_reading(self) -> Revision:
        """The same answer as it was read first: under its name the vault keeps the bytes."""
        return msgspec.structs.replace(self, replayed_at=None)


def revision_named(source: str, dataset: str, day: date, name: str) -> Revision:
    """What the name of a revision alone tells of it. Raises DamagedError where it tells nothing."""
    told, _, again = name.partition(REPLAYED)
    at, _, sha8 = told.removesuffix(PART).partition("-")
    try:
        fetched_at, replayed_at = _instant(at), _instant(again) if again else None
    except ValueError:
        raise DamagedError from None
    return Revision(
        source=source,
        dataset=dataset,
        day=day,
        fetched_at=fetched_at,
        confirmed_at=fetched_at,
        sha256=sha8,
        byte_count=0,
        row_count=0,
        verdict="rejected",
        is_partial=told.endswith(PART),
        channel="stream" if told.endswith(PART) else "day",
        replayed_at=replayed_at,
    )


def _instant(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


class DamagedError(ValueError):
    """The stored bytes are not those that were written."""


def encode(revision: Revision) -> bytes:
    """The manifest as JSON, whose last entry is the hash of what stands before it."""
    content = msgspec.json.format(msgspec.json.encode(revision), indent=1).removesuffix(b"\n}")
    return content + _CHECKSUM + hashlib.sha256(content).hexdigest().encode() + b'"\n}'


def decode(content: bytes) -> Revision:
    """The revision of a manifest. Raises DamagedError; a manifest of an earlier release has no hash to compare."""
    told, mark, checksum = content.rpartition(_CHECKSUM)
    if mark and hashlib.sha256(told).hexdigest().encode() != checksum[:64]:
        raise DamagedError
    try:
        return msgspec.json.decode(content, type=Revision)
    except (msgspec.DecodeError, UnicodeError):
        raise DamagedError from None
