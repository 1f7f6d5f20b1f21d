"""Whatever Box's published description of an event allows is taken in: random events, valid under its types.

The types are those of the schemas Event, EventSource, User (Mini), File, Folder, AppItemEventSource and GenericSource
of box/box-openapi: most fields may be absent, some null, a source may be any object, additional_details hold anything.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.sources.box.pages import event_keys, read_event_page
from pipelines.sources.box.records import EVENT_COLUMNS, parse_events
from pipelines.sources.ndjson import decoded, to_lines
from tests.sources.csv_bodies import answer

# Any text that JSON can carry, half a surrogate pair as a program cuts it among it.
TEXT = st.text(st.characters(exclude_categories=[]), max_size=12)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


def an_object(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(required, optional=optional)


def instants() -> st.SearchStrategy[str]:
    """RFC 3339, with any offset."""
    moments = st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1))  # noqa: DTZ001  the offset is added
    offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
    return st.builds(lambda moment, offset: moment.replace(tzinfo=offset).isoformat(), moments, offsets | st.just(UTC))


USER = an_object(
    {"id": TEXT, "type": st.just("user")},
    {"name": TEXT, "login": TEXT, "created_at": instants(), "space_used": st.integers(), "address": TEXT},
)
FOLDER_MINI = an_object({"id": TEXT, "type": st.just("folder")}, {"etag": st.none() | TEXT, "name": TEXT})
FILE = an_object(
    {"id": TEXT, "type": st.just("file")},
    {"name": TEXT, "size": st.integers(0, 1 << 60), "parent": st.none() | FOLDER_MINI, "owned_by": USER,
     "shared_link": st.none() | ANYTHING, "path_collection": ANYTHING, "trashed_at": st.none() | instants()},
)  # fmt: skip
EVENT_SOURCE = an_object(
    {"item_type": st.sampled_from(["file", "folder"]), "item_id": TEXT, "item_name": TEXT},
    {"classification": an_object({}, {"category": TEXT, "name": TEXT}), "parent": st.none() | FOLDER_MINI,
     "owned_by": USER},
)  # fmt: skip
APP_ITEM = an_object(
    {"app_item_type": TEXT, "id": TEXT, "type": st.just("app_item")}, {"user": USER, "group": ANYTHING}
)
GENERIC = st.dictionaries(TEXT | st.sampled_from(["id", "type", "login", "parent", "owned_by", "item_id"]), ANYTHING)
EVENT = an_object(
    # Without id, instant and type an event is set aside; the schema requires none of them.
    {"event_id": st.uuids().map(str), "created_at": instants(), "event_type": st.sampled_from(["UPLOAD", "NEW_KIND"])},
    {
        "type": TEXT, "recorded_at": instants(), "created_by": USER, "session_id": st.none() | TEXT,
        "source": USER | EVENT_SOURCE | FILE | FOLDER_MINI | APP_ITEM | GENERIC,
        "action_by": st.none() | USER, "accessible_by": st.none() | USER, "ip_address": TEXT,
        "additional_details": st.none() | st.dictionaries(
            TEXT | st.sampled_from(["size", "service_name", "version_id", "role", "is_performed_by_admin"]), ANYTHING
        ),
    },
)  # fmt: skip


@settings(max_examples=150, derandomize=True, database=None)
@given(st.lists(EVENT, min_size=1, max_size=6, unique_by=lambda event: event["event_id"]))
def test_every_event_that_the_contract_allows_is_taken_in(events: list[dict[str, Any]]) -> None:
    body = json.dumps({"chunk_size": len(events), "next_stream_position": "1", "entries": events}).encode()
    entries = decoded(read_event_page, body).entries
    assert all(key is not None for key in event_keys(entries))
    parsed = parse_events(answer(to_lines(entries), "events", source="box"))
    assert parsed.frame.columns == list(EVENT_COLUMNS)
    assert parsed.odd.set_aside == []
    assert parsed.frame["event_id"].to_list() == [event["event_id"] for event in events]
    for event, made in zip(events, parsed.frame["size_bytes"], strict=True):
        size = (event.get("additional_details") or {}).get("size")
        # A whole number is itself; what is none is unknown, never nothing.
        if isinstance(size, int) and not isinstance(size, bool):
            assert made == (str(size) if 0 <= size < 10**15 else None)
        assert made != "0" or str(size).strip("+").startswith("0") or size == 0
