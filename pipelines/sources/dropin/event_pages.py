"""Pages of Box enterprise events out of files, put together by UTC day.

A page of 500 events says nothing about the days it touches, so the events of all files are gathered first. Which file
holds such pages is recognise.py; what the fields of an event mean is sources/box/records.py.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
from msgspec import Raw

from pipelines.errors import InputFileError
from pipelines.sources.answer import Answer
from pipelines.sources.box.pages import EventKey
from pipelines.sources.ndjson import MALFORMED, to_lines


class _BoxPage(msgspec.Struct):
    entries: list[Raw]


_decode_page = msgspec.json.Decoder(_BoxPage)
_decode_entries = msgspec.json.Decoder(list[Raw])
_decode_lines = msgspec.json.Decoder(Raw)
_decode_key = msgspec.json.Decoder(EventKey)


class EventDays:
    """The events of all files so far, by UTC day, each event id once."""

    def __init__(self) -> None:
        self._days: dict[date, dict[str | int, Raw]] = {}

    def add(self, file: Path, body: bytes) -> None:
        """Gather the events of one file. Raises InputFileError when it holds anything else."""
        for entry in _entries(file, body):
            try:
                key = _decode_key.decode(entry)
                day = key.created_at.astimezone(UTC).date()
            except (*MALFORMED, OverflowError):
                raise InputFileError(
                    f"{file} holds a JSON record that is no Box enterprise event: event_id and created_at with an "
                    "offset are expected, as GET /2.0/events gives them."
                ) from None
            self._days.setdefault(day, {}).setdefault(key.event_id, entry)

    def answers(self, fetched_at: datetime) -> list[Answer]:
        """One answer for each UTC day, in order of day."""
        return [
            Answer("box", "events", day, to_lines(list(entries.values())), fetched_at, channel="import")
            for day, entries in sorted(self._days.items())
        ]


def _entries(file: Path, body: bytes) -> list[Raw]:
    """The records of a page, of an array of records or pages' entries, or of lines."""
    ways: list[Callable[[], list[Raw]]]
    if body.lstrip().startswith(b"["):
        ways = [lambda: _decode_entries.decode(body)]
    else:
        ways = [lambda: _decode_page.decode(body).entries, lambda: _decode_lines.decode_lines(body)]
    for way in ways:
        try:
            return way()
        except MALFORMED:
            continue
    raise InputFileError(f"{file} is not complete JSON: download it again.")
