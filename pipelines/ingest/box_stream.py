"""Following Box's stream of events: the position that was reached, and what to do when it leads nowhere any more.

The stream gives events in the order Box processed them, late ones included, so it finds what a question by day asked
too early. Its events are parts of days and only add; which days are whole is box.py's business. The position moves only
after everything before it is stored: whoever is stopped in between reads the same stretch once more.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec

from pipelines.common import progress
from pipelines.common.days import days_between, newest_complete_day
from pipelines.common.durable import write_durably
from pipelines.errors import StreamPositionError
from pipelines.ingest.outcomes import DayOutcome, Ingested, take
from pipelines.ingest.workspace import Workspace
from pipelines.landing.store import PARTS
from pipelines.sources.box.client import NO_POSITION, BoxSource
from pipelines.sources.box.records import parse_events

CURSOR_FILE = "events.cursor"
# Box keeps the stream for 14 days; a day less, because the position may be some hours older than its run.
STREAM_KEPT = timedelta(days=13)
HISTORY_DAYS = 364

TakeDays = Callable[[BoxSource, list[date]], list[DayOutcome]]


class Cursor(msgspec.Struct, frozen=True, kw_only=True):
    """A place in the stream. The position exceeds 2^53 and is text, never a number.

    Everything that Box processed before `read_until` has been read.
    """

    position: str
    read_until: datetime


def cursor_file(landing: Path) -> Path:
    return landing / "box" / CURSOR_FILE


def read_cursor(landing: Path) -> Cursor | None:
    """The stored place, or None if there is none that can be used."""
    try:
        cursor = msgspec.json.decode(cursor_file(landing).read_bytes(), type=Cursor)
    except (FileNotFoundError, msgspec.DecodeError, UnicodeError):
        return None
    return cursor if cursor.position not in NO_POSITION and cursor.read_until.tzinfo else None


def write_cursor(landing: Path, cursor: Cursor) -> None:
    if cursor.position in NO_POSITION:
        return
    write_durably(
        cursor_file(landing), msgspec.json.format(msgspec.json.encode(cursor), indent=1), parts=landing / PARTS
    )


def follow(workspace: Workspace, take_days: TakeDays) -> Ingested:
    """Take in what the stream has given since the last run, then move the position.

    The first run begins at the present end: what lies before comes by day. A position that is too old or unknown is
    given up for questions by day (`take_days`) over everything since, never for a fresh start with a hole before it.
    """
    progress.stage("Box event stream", 1)
    landing, now = workspace.landing.root, workspace.settings.now()
    cursor = read_cursor(landing)
    with workspace.box() as box:
        if cursor is not None and now - cursor.read_until <= STREAM_KEPT:
            try:
                outcomes = _read_on(workspace, box, cursor, now)
            except StreamPositionError:
                outcomes = _start_anew(workspace, box, cursor, now, take_days)
        else:
            outcomes = _start_anew(workspace, box, cursor, now, take_days)
    progress.step()
    return Ingested("box", "event stream", tuple(outcomes))


def _read_on(workspace: Workspace, box: BoxSource, cursor: Cursor, now: datetime) -> list[DayOutcome]:
    outcomes: list[DayOutcome] = []
    for part in box.stream(cursor.position, workspace.settings.now):
        taken = [take(workspace.intake, answer, parse_events, is_partial=True) for answer in part.answers]
        outcomes += taken
        if any(outcome.error for outcome in taken):
            return outcomes
        # How far the stream was read is not known before its end, so the instant stays that of the last run.
        cursor = Cursor(position=part.position, read_until=cursor.read_until)
        write_cursor(workspace.landing.root, cursor)
    write_cursor(workspace.landing.root, Cursor(position=cursor.position, read_until=now))
    return outcomes


def _start_anew(
    workspace: Workspace, box: BoxSource, cursor: Cursor | None, now: datetime, take_days: TakeDays
) -> list[DayOutcome]:
    """Note the end of the stream first, so that nothing falls between it and the days that are asked for."""
    position = box.stream_end()
    outcomes = take_days(box, _days_since(workspace, cursor, now))
    if position is not None and not any(outcome.error for outcome in outcomes):
        write_cursor(workspace.landing.root, Cursor(position=position, read_until=now))
    return outcomes


def _days_since(workspace: Workspace, cursor: Cursor | None, now: datetime) -> list[date]:
    """The complete days the stream may have told of since it was last read, those of its late events included.

    Without a usable position: since the newest day that is there, or none at all on the very first run.
    """
    last = newest_complete_day(now)
    known = workspace.landing.newest("box", "events")
    since = [known.revision.day] if known else []
    if cursor is not None:
        since.append(cursor.read_until.astimezone(UTC).date())
    if not since or (cursor is None and since[0] >= last):
        return []
    first = min(since) - timedelta(days=workspace.settings.refetch_days)
    first = max(first, workspace.settings.first_day, last - timedelta(days=HISTORY_DAYS - 1))
    return days_between(first, last)
