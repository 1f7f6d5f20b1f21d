"""Questions to Box: enterprise events by UTC day or from a position in the stream, and managed users.

Each method gives one Answer with the exact records, or raises SourceError; an answer is never empty because something
failed. Nothing is parsed beyond what paging and the cut by day need (records.py reads the answers).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time

from msgspec import Raw

from pipelines.errors import PageExpiredError
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
    event_keys,
    read_event_page,
    read_user_page,
)
from pipelines.sources.box.problems import Question
from pipelines.sources.ndjson import decoded, to_lines
from pipelines.sources.quota import Limiter
from pipelines.sources.retry import RetryPolicy

__all__ = ["BoxConfig", "BoxSource", "StreamPart"]

SERVICE = "Box"
SOURCE = "box"
STREAM, NOW = "admin_logs_streaming", "now"
# What Box may say instead of a position when there is nothing to give; kept, it would begin the whole history again.
NO_POSITION = ("", "0")
# Pages of the stream handed on together: some 50,000 events, so that weeks of them never lie in memory at once.
STREAM_PART_PAGES = 100
MAX_PAGES = 10_000
# How often a listing begins at its first page because Box no longer knew a later one.
MAX_BEGINNINGS = 4
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
    keys: list[EventKey | None]

    @property
    def position(self) -> str:
        return str(self.page.next_stream_position)


@dataclass(frozen=True, slots=True)
class StreamPart:
    """A stretch of the stream: one partial answer for each UTC day it touches, and the position behind it."""

    answers: tuple[Answer, ...]
    position: str


class BoxSource:
    """A connection to one enterprise, used as `with BoxSource(config) as box`; several threads may share it.

    `limiter` keeps to the quota of all connections of one run together; without one this connection counts alone.
    `sleep` replaces the waiting between attempts in tests.
    """

    def __init__(
        self, config: BoxConfig, *, limiter: Limiter | None = None, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        policy = RetryPolicy(
            SERVICE, max_seconds=config.max_retry_seconds, base_seconds=config.retry_base_seconds, sleep=sleep
        )
        self._connection = BoxConnection(config, policy, limiter or Limiter(config.quota))

    def __enter__(self) -> BoxSource:
        self._connection.__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        self._connection.__exit__(*exception)

    @property
    def request_count(self) -> int:
        """How many questions went out over this connection, those asked again included: about what Box bills."""
        return self._connection.request_count

    def events(self, day: date, fetched_at: datetime) -> Answer:
        """Every enterprise event whose instant lies in this UTC day, one JSON record a line, each id once.

        Raises DayGoneError for a day more than a year back.
        """
        start = datetime.combine(day, clock_time(), UTC)
        end = start + timedelta(days=1)
        window = {"created_after": _bound(start - MARGIN), "created_before": _bound(end + MARGIN)}
        question = Question(f"the events of {day}", EVENT_SCOPE)

        def read_all() -> list[Fetched[bytes]]:
            seen: set[str | int] = set()
            return [
                Fetched(to_lines(_chosen(fetched.value, seen, start, end)), fetched.request_id, fetched.origin)
                for fetched in self._event_pages("admin_logs", None, window, question)
            ]

        return _answer("events", day, fetched_at, _from_the_first_page(read_all))

    def stream_end(self) -> str | None:
        """The position behind everything that the stream has given so far, or None when Box names no usable one."""
        question = Question("the end of the event stream", EVENT_SCOPE)
        pages = self._event_pages(STREAM, NOW, {}, question)
        return next((page.value.position for page in pages if page.value.position not in NO_POSITION), None)

    def stream(self, position: str, now: Callable[[], datetime]) -> Iterator[StreamPart]:
        """Events in the order Box processed them since `position`, late ones included, a bounded part at a time.

        Store the position of a part only after its answers are stored: whoever stops in between reads it once more.
        Raises StreamPositionError when Box no longer knows the position.
        """
        question = Question("the event stream", EVENT_SCOPE, goes_on=True)
        days: dict[date, dict[str | int, Raw]] = {}
        pages: list[Fetched[_Page]] = []
        for fetched in self._event_pages(STREAM, position, {}, question):
            # Without events Box may answer position 0, which would begin the whole history again.
            if not fetched.value.page.entries:
                break
            pages.append(fetched)
            for entry, key in zip(fetched.value.page.entries, fetched.value.keys, strict=True):
                # A record without id or instant belongs to no day: it goes with the day of asking, to be set aside.
                day = key.created_at.astimezone(UTC).date() if key else now().astimezone(UTC).date()
                days.setdefault(day, {}).setdefault(key.event_id if key else f"odd {bytes(entry)!r}", entry)
            if len(pages) == STREAM_PART_PAGES:
                yield _stream_part(days, pages, now())
                days, pages = {}, []
        if pages:
            yield _stream_part(days, pages, now())

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
        return _answer("users", day, fetched_at, _from_the_first_page(lambda: self._user_pages(parameters, question)))

    def _user_pages(self, parameters: Mapping[str, str], question: Question) -> list[Fetched[bytes]]:
        markers: list[str] = []
        parts: list[Fetched[bytes]] = []

        def read(body: bytes) -> UserPage:
            page = decoded(read_user_page, body)
            if page.next_marker and (page.next_marker in markers or len(markers) >= MAX_PAGES):
                raise problems.runs_in_circles()
            return page

        while True:
            at = {"marker": markers[-1]} if markers else {}
            asked = replace(question, is_next_page=bool(markers))
            fetched = self._connection.fetch("/2.0/users", {**parameters, **at}, asked, read)
            parts.append(Fetched(to_lines(fetched.value.entries), fetched.request_id, fetched.origin))
            if not fetched.value.next_marker:
                return parts
            markers.append(fetched.value.next_marker)

    def _event_pages(
        self, stream: str, position: str | None, window: Mapping[str, str], question: Question
    ) -> Iterator[Fetched[_Page]]:
        """Pages until one is empty or does not move on; a short page is no end. The window goes with every page."""
        parameters = {"stream_type": stream, "limit": str(LARGEST_EVENT_PAGE), **window}
        visited: set[str] = set()

        def read(body: bytes) -> _Page:
            entries = decoded(read_event_page, body)
            page = _Page(entries, event_keys(entries.entries))
            # One odd record is one odd record; a page of nothing else is no page of events.
            if len(page.keys) > 1 and not any(page.keys):
                raise problems.not_documented(None)
            if page.page.entries and page.position in NO_POSITION:
                raise problems.not_documented(None)
            moves_on = page.page.entries and page.position != position
            if moves_on and (page.position in visited or len(visited) >= MAX_PAGES):
                raise problems.runs_in_circles()
            return page

        while True:
            at = {"stream_position": position} if position else {}
            # A position of the stream itself may be stored; one within a day is a page and nothing else.
            asked = replace(question, is_next_page=bool(visited) and stream != STREAM)
            fetched = self._connection.fetch("/2.0/events", {**parameters, **at}, asked, read)
            yield fetched
            if not fetched.value.page.entries or fetched.value.position == position:
                return
            position = fetched.value.position
            visited.add(position)


def _from_the_first_page(read_all: Callable[[], list[Fetched[bytes]]]) -> list[Fetched[bytes]]:
    """All pages of a listing; when a later one has expired all is read again, a bounded number of times."""
    for _ in range(MAX_BEGINNINGS - 1):
        try:
            return read_all()
        except PageExpiredError:
            continue
    return read_all()


def _bound(instant: datetime) -> str:
    """Whole seconds with the offset spelt out: Box refuses fractions of some forms and guesses without an offset."""
    return instant.strftime("%Y-%m-%dT%H:%M:%S+00:00")


def _chosen(page: _Page, seen: set[str | int], start: datetime, end: datetime) -> list[Raw]:
    """The entries of this page that lie in [start, end) and were not seen before. Adds to `seen`.

    An entry without id or instant goes along: it is set aside and counted where the records are read.
    """
    chosen = []
    for entry, key in zip(page.page.entries, page.keys, strict=True):
        if key is None:
            chosen.append(entry)
        elif start <= key.created_at < end and key.event_id not in seen:
            seen.add(key.event_id)
            chosen.append(entry)
    return chosen


def _stream_part(days: dict[date, dict[str | int, Raw]], pages: list[Fetched[_Page]], at: datetime) -> StreamPart:
    answers = []
    for day, entries in sorted(days.items()):
        lines = to_lines(list(entries.values()))
        parts = [Fetched(lines, pages[-1].request_id, next((page.origin for page in pages if page.origin), None))]
        answers.append(replace(_answer("events", day, at, parts), channel="stream"))
    return StreamPart(tuple(answers), pages[-1].value.position)


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
