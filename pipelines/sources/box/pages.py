"""The envelope of a page of Box events or users: what paging and the cut by day need, and nothing more.

What the fields of an event mean is records.py.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Raw

from pipelines.sources.ndjson import MALFORMED

LARGEST_EVENT_PAGE = 500
LARGEST_USER_PAGE = 1000


class EventKey(msgspec.Struct, gc=False):
    """What tells one event from another and puts it into a day. The instant carries an offset, which may differ."""

    event_id: str | int
    created_at: Annotated[datetime, msgspec.Meta(tz=True)]


class EventPage(msgspec.Struct):
    """A page of events. Both fields have no default: a body without them is no page, not an empty one.

    The position exceeds 2^53 and comes as text or as a number; it is only ever handled as text.
    """

    entries: list[Raw]
    next_stream_position: str | int


class UserPage(msgspec.Struct):
    """A page of users; the last one has no marker, or an empty one."""

    entries: list[Raw]
    next_marker: str | None = None


read_event_page = msgspec.json.Decoder(EventPage).decode
read_user_page = msgspec.json.Decoder(UserPage).decode
_read_key = msgspec.json.Decoder(EventKey).decode
_read_keys = msgspec.json.Decoder(list[EventKey]).decode


def event_keys(entries: list[Raw]) -> list[EventKey | None]:
    """The keys of the events of a page, in order; None for a record without id or instant, which is one odd record."""
    try:
        return list(_read_keys(b"[" + b",".join(entries) + b"]"))
    except MALFORMED:
        return [_key_of(entry) for entry in entries]


def _key_of(entry: Raw) -> EventKey | None:
    try:
        return _read_key(entry)
    except MALFORMED:
        return None
