"""Questions to Box: enterprise events by UTC day or from a position in the stream, and managed users.

Each method gives one Answer with the exact records, or raises SourceError; an answer is never empty because something
failed. Nothing is parsed beyond what paging and the cut by day need (records.py reads the answers).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time

from msgspec import Raw

from pipelines.sources.answer import Answer
from pipelines.sources.box import problems
from pipelines.sources.box.config import BoxConfig
from pipelines.sources.box.connection import BoxConnection, Fetched
from pipelines.sources.box.pages import (
    LARGEST_EVENT_PAGE,
    LARGEST_USER_PAGE,
    EventKey,
    EventPage,
    UserPage,
    read_event_keys,
    read_event_page,
    read_user_page,
)
from pipelines.sources.box.problems import Question
from pipelines.sources.ndjson import to_lines
from pipelines.sources.retry import RetryPolicy

__all__ = ["BoxConfig", "BoxSource"]

SERVICE = "Box"
SOURCE = "box"
NOW = "now"
MAX_PAGES = 10_000
# What the warehouse keeps and nothing more (Box adds type, id and name by itself).
USER_FIELDS = ("login", "status", "role", "is_platform_access_only", "tracking_codes")
EVENT_SCOPE = "Manage enterprise properties"
USER_SCOPE = "Manage users"
# Whether Box counts the bounds in is not documented, so a little more is asked for and cut off here.
MARGIN = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class _Page:
    """One page of events and the keys of its entries, in the same order."""

    page: EventPage
    keys: list[EventKey]

    @property
    def position(self) -> str:
        return str(self.page.next_stream_position)


class BoxSource:
    """A connection to one enterprise, used as `with BoxSource(config) as box`; several threads may share it.

    `sleep` replaces the waiting between attempts in tests.
    """

    def __init__(self, config: BoxConfig, *, sleep: Callable[[float], None] = time.sleep) -> None:
        policy = RetryPolicy(
            SERVICE, max_seconds=config.max_retry_seconds, base_seconds=config.retry_base_seconds, sleep=sleep
        )
        self._connection = BoxConnection(config, policy)

    def __enter__(self) -> BoxSource:
        self._connection.__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        self._connection.__exit__(*exception)

    def events(self, day: date, fetched_at: datetime) -> Answer:
        """Every enterprise event whose instant lies in this UTC day, one JSON record a line, each id once.

        Raises DayGoneError for a day more than a year back.
        """
        start = datetime.combine(day, clock_time(), UTC)
        end = start + timedelta(days=1)
        window = {"created_after": _bound(start - MARGIN), "created_before": _bound(end + MARGIN)}
        question = Question(f"the events of {day}", EVENT_SCOPE)
        seen: set[str | int] = set()
        parts: list[Fetched[bytes]] = []
        for fetched in self._event_pages("admin_logs", None, window, question):
            lines = to_lines(_chosen(fetched.value, seen, start, end))
            parts.append(Fetched(lines, fetched.request_id, fetched.origin))
        return _answer("events", day, fetched_at, parts)

    def streaming_events(self, position: str | None, fetched_at: datetime) -> tuple[Answer, str]:
        """Events in the order Box processed them since `position` (None: from now on), and the next position.

        The answer's day is the day of fetching; its events may be of several days, late ones included, each id once.
        Store the position only after the answer is stored.
        """
        day = fetched_at.astimezone(UTC).date()
        question = Question(f"the event stream on {day}", EVENT_SCOPE)
        seen: set[str | int] = set()
        parts: list[Fetched[bytes]] = []
        reached = position
        for fetched in self._event_pages("admin_logs_streaming", position or NOW, {}, question):
            lines = to_lines(_chosen(fetched.value, seen, None, None))
            parts.append(Fetched(lines, fetched.request_id, fetched.origin))
            # Without events Box may answer position 0, which would begin the whole history again.
            if fetched.value.page.entries or reached is None:
                reached = fetched.value.position
        assert reached is not None
        return _answer("events", day, fetched_at, parts), reached

    def users(self, fetched_at: datetime) -> Answer:
        """Managed users and app users at this moment, one JSON record a line, only the fields in USER_FIELDS."""
        day = fetched_at.astimezone(UTC).date()
        question = Question(f"the users of {day}", USER_SCOPE)
        parameters = {
            "usemarker": "true",
            "limit": str(LARGEST_USER_PAGE),
            "user_type": "managed",
            "fields": ",".join(USER_FIELDS),
        }
        markers: list[str] = []
        parts: list[Fetched[bytes]] = []

        def read(body: bytes) -> UserPage:
            page = read_user_page(body)
            if page.next_marker and (page.next_marker in markers or len(markers) >= MAX_PAGES):
                raise problems.runs_in_circles()
            return page

        while True:
            at = {"marker": markers[-1]} if markers else {}
            fetched = self._connection.fetch("/2.0/users", {**parameters, **at}, question, read)
            parts.append(Fetched(to_lines(fetched.value.entries), fetched.request_id, fetched.origin))
            if not fetched.value.next_marker:
                break
            markers.append(fetched.value.next_marker)
        return _answer("users", day, fetched_at, parts)

    def _event_pages(
        self, stream: str, position: str | None, window: Mapping[str, str], question: Question
    ) -> Iterator[Fetched[_Page]]:
        """Pages until one is empty or does not move on; a short page is no end. The window goes with every page."""
        parameters = {"stream_type": stream, "limit": str(LARGEST_EVENT_PAGE), **window}
        visited: set[str] = set()

        def read(body: bytes) -> _Page:
            page = _Page(read_event_page(body), read_event_keys(body))
            moves_on = page.page.entries and page.position != position
            if moves_on and (page.position in visited or len(visited) >= MAX_PAGES):
                raise problems.runs_in_circles()
            return page

        while True:
            at = {"stream_position": position} if position else {}
            fetched = self._connection.fetch("/2.0/events", {**parameters, **at}, question, read)
            yield fetched
            if not fetched.value.page.entries or fetched.value.position == position:
                return
            position = fetched.value.position
            visited.add(position)


def _bound(instant: datetime) -> str:
    """Whole seconds with the offset spelt out: Box refuses fractions of some forms and guesses without an offset."""
    return instant.strftime("%Y-%m-%dT%H:%M:%S+00:00")


def _chosen(page: _Page, seen: set[str | int], start: datetime | None, end: datetime | None) -> list[Raw]:
    """The entries of this page that lie in [start, end) and were not seen before. Adds to `seen`."""
    chosen = []
    for entry, key in zip(page.page.entries, page.keys, strict=True):
        is_inside = start is None or end is None or start <= key.created_at < end
        if is_inside and key.event_id not in seen:
            seen.add(key.event_id)
            chosen.append(entry)
    return chosen


def _answer(dataset: str, day: date, fetched_at: datetime, parts: list[Fetched[bytes]]) -> Answer:
    """An answer with the last request id; it is simulated as soon as one of its parts is."""
    return Answer(
        source=SOURCE,
        dataset=dataset,
        day=day,
        body=b"".join(part.value for part in parts),
        fetched_at=fetched_at,
        request_id=parts[-1].request_id,
        origin=next((part.origin for part in parts if part.origin), None),
    )
