"""Pages of Box enterprise events out of files, put together by UTC day.

A page of 500 events says nothing about the days it touches, so the events of all files are gathered first. Which file
holds such pages is recognise.py; what the fields of an event mean is sources/box/records.py.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
from msgspec import Raw

from pipelines.errors import InputFileError, RejectedAnswerError
from pipelines.sources.answer import Answer
from pipelines.sources.box.pages import EventKey, event_keys
from pipelines.sources.box.records import parse_events
from pipelines.sources.dropin import kinds
from pipelines.sources.ndjson import MALFORMED, decoded, to_lines

# A clock may be wrong by hours; an event of the day after tomorrow has not happened.
_AHEAD = timedelta(days=1)


class _BoxPage(msgspec.Struct):
    entries: list[Raw]


_decode_page = msgspec.json.Decoder(_BoxPage)
_decode_entries = msgspec.json.Decoder(list[Raw])
_decode_lines = msgspec.json.Decoder(Raw)


class EventDays:
    """The events of all files so far, by UTC day, each event id once. `fetched_at` counts as the present."""

    def __init__(self, fetched_at: datetime) -> None:
        self._fetched_at = fetched_at
        self._days: dict[date, dict[str | int, tuple[Raw, Path]]] = {}

    def add(self, file: Path, body: bytes) -> str | None:
        """Gather the events of one file; a sentence about those that are odd, if there are any.

        Raises InputFileError when it holds anything else, or tells otherwise of an event than a file before it.
        """
        if (what := kinds.of_json(body)) is not None:
            raise InputFileError(f"{file} {what}.")
        entries = _entries(file, body)
        keys = event_keys(entries)
        read = Answer("box", "events", self._fetched_at.date(), to_lines(entries), self._fetched_at, channel="import")
        try:
            odd = parse_events(read).odd
        except RejectedAnswerError:
            raise InputFileError(
                f"{file} holds JSON records that are no Box enterprise events: event_id, event_type and created_at "
                "with an offset are expected, as GET /2.0/events gives them."
            ) from None
        ahead = [place for place, key in enumerate(keys, 1) if key and key.created_at > self._fetched_at + _AHEAD]
        odd.set_aside = sorted({*odd.set_aside, *ahead})
        good = [
            (key, entry)
            for place, (key, entry) in enumerate(zip(keys, entries, strict=True), 1)
            if key is not None and place not in set(odd.set_aside)
        ]
        self._refuse_contradictions(file, good)
        for key, entry in good:
            self._days.setdefault(_day(key), {}).setdefault(key.event_id, (entry, file))
        return f"Noted: {file} has {odd}." if odd else None

    def _refuse_contradictions(self, file: Path, events: list[tuple[EventKey, Raw]]) -> None:
        for key, entry in events:
            known = self._days.get(_day(key), {}).get(key.event_id)
            if known is not None and not _is_same(entry, known[0]):
                raise InputFileError(
                    f"{file} tells otherwise of an event than {known[1]}, and neither says which is right: import the "
                    "file that was exported last, alone."
                )

    def answers(self) -> list[Answer]:
        """One answer for each UTC day, in order of day."""
        return [
            Answer(
                "box", "events", day, to_lines([entry for entry, _ in entries.values()]), self._fetched_at,
                channel="import",
            )
            for day, entries in sorted(self._days.items())
        ]  # fmt: skip


def _day(key: EventKey) -> date:
    return key.created_at.astimezone(UTC).date()


def _is_same(one: Raw, other: Raw) -> bool:
    """Whether two records of one event say the same of what is kept; the rest may differ from export to export."""
    if bytes(one) == bytes(other):
        return True
    at = datetime(2000, 1, 1, tzinfo=UTC)
    frames = [parse_events(Answer("box", "events", at.date(), to_lines([entry]), at)).frame for entry in (one, other)]
    return frames[0].equals(frames[1])


def _entries(file: Path, body: bytes) -> list[Raw]:
    """The records of a page, of an array of records or pages' entries, or of lines."""
    ways: list[Callable[[bytes], list[Raw]]]
    if body.lstrip().startswith(b"["):
        ways = [_decode_entries.decode]
    else:
        ways = [lambda text: _decode_page.decode(text).entries, _decode_lines.decode_lines]
    for way in ways:
        try:
            return decoded(way, body)
        except MALFORMED:
            continue
    raise InputFileError(f"{file} is not complete JSON: download it again.")
