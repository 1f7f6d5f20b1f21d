"""The manifest row of one revision: which answer it was, what became of it, and when it was last seen unchanged."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import msgspec

from pipelines.sources.answer import Channel

PART = "-part"
Verdict = Literal["accepted", "rejected"]


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """One answer about one day. `sha256` is of the exact bytes, `row_count` and `byte_count` of the answer.

    `confirmed_at` is the last time the service gave these very bytes again: a day can become final without a change.
    A partial revision holds some of its day's records and only adds to the others; `channel` is how they came.
    `dropped_fields` counts records that held a field nobody has classified. `reason` says why it was rejected.
    `odd_fields` counts records of an event list in which a field could not be read as it should, `set_aside` those left
    out because they have no readable id, time or type. `refused_lines` counts, per rule, the lines of an organisation's
    file that were left out of the table.
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
    odd_fields: dict[str, int] = {}
    set_aside: int = 0

    @property
    def name(self) -> str:
        """File name without suffix: instants sort as text, so the newest revision is the last.

        A part of a day may hold the very bytes of the whole day, so its name says that it is one.
        """
        return f"{self.fetched_at:%Y%m%dT%H%M%SZ}-{self.sha256[:8]}{PART if self.is_partial else ''}"


def encode(revision: Revision) -> bytes:
    return msgspec.json.format(msgspec.json.encode(revision), indent=1)


def decode(content: bytes) -> Revision:
    return msgspec.json.decode(content, type=Revision)
