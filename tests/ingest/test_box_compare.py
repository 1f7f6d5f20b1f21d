"""Both streams of Box are held against each other, by UTC day and type, once both gave a day in full."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

from pipelines.ingest.box_compare import Comparison, Difference, compare_streams
from pipelines.landing.intake import Intake
from pipelines.landing.store import Landing
from pipelines.sources.answer import Answer, Channel
from pipelines.sources.box.records import parse_events

DAYS = [date(2026, 6, 1), date(2026, 6, 2), date(2026, 6, 3)]


def land(intake: Intake, day: date, channel: Channel, *events: str, fetched_on: int = 4) -> None:
    """`events`: ids; the first letter of an id stands for its type."""
    types = {"d": "DOWNLOAD", "u": "UPLOAD"}
    lines = [
        json.dumps({"event_id": one, "event_type": types[one[0]], "created_at": f"{day}T12:00:00Z"}) + "\n"
        for one in events
    ]
    at = datetime(2026, 6, fetched_on, 21, tzinfo=UTC)
    answer = Answer("box", "events", day, "".join(lines).encode(), at, channel=channel)
    assert intake.take(answer, parse_events, is_partial=channel == "stream").is_accepted


def both(intake: Intake) -> None:
    """The stream is followed since 2 June; it told some of 1 June, all of 2 June and, late, one more."""
    land(intake, DAYS[0], "day", "d1", "d2", "u1")
    land(intake, DAYS[0], "stream", "d1", fetched_on=2)
    land(intake, DAYS[1], "day", "d3", "d4", "u2")
    land(intake, DAYS[1], "stream", "d3", "d4", fetched_on=2)
    land(intake, DAYS[1], "stream", "d4", "u2", fetched_on=3)


def test_streams_that_tell_the_same_agree(intake: Intake, landing: Landing) -> None:
    both(intake)
    found = compare_streams(landing, DAYS)
    assert found == Comparison((DAYS[1],), ())
    assert "agree on all 1 days" in str(found)


def test_what_only_one_of_them_told_is_counted_by_type(intake: Intake, landing: Landing) -> None:
    both(intake)
    land(intake, DAYS[1], "stream", "d5", "u3", "u4", fetched_on=4)
    land(intake, DAYS[2], "day", "d6", "d7")
    found = compare_streams(landing, DAYS)
    assert found.days == tuple(DAYS[1:])
    assert found.differences == (
        Difference(DAYS[1], "DOWNLOAD", 0, 1),
        Difference(DAYS[1], "UPLOAD", 0, 2),
        Difference(DAYS[2], "DOWNLOAD", 2, 0),
    )
    assert "differ on 2 of 2 days, the last 2026-06-03: 2 events came only by day, 3 only by the stream" in str(found)


def test_without_the_stream_nothing_is_compared(intake: Intake, landing: Landing) -> None:
    land(intake, DAYS[0], "day", "d1")
    land(intake, DAYS[0], "import", "d2")
    assert compare_streams(landing, DAYS) == Comparison((), ())
    assert compare_streams(landing, []) == Comparison((), ())
