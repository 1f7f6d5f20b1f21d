"""The envelope of a page of Box events or users: what paging and the cut by day need, and nothing more.

What the fields of an event mean is records.py.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Raw

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


class _Keys(msgspec.Struct):
    entries: list[EventKey]


read_event_page = msgspec.json.Decoder(EventPage).decode
read_user_page = msgspec.json.Decoder(UserPage).decode
_read_keys = msgspec.json.Decoder(_Keys).decode


def read_event_keys(body: bytes) -> list[EventKey]:
    """The keys of the events of a page, in order. Raises what msgspec raises when one lacks id or instant."""
    return _read_keys(body).entries
