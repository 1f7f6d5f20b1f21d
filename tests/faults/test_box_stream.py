"""Following Box's stream day by day: nothing lost, nothing twice, whatever becomes of the position in between."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.ingest import box_stream, ingest_box_backfill, ingest_box_events, ingest_box_stream
from pipelines.ingest.box_stream import Cursor, cursor_file, read_cursor, write_cursor
from pipelines.ingest.workspace import Workspace
from pipelines.landing.intake import Intake, IntakeResult
from pipelines.landing.store import Landing
from pipelines.simulator.faults import Fault
from pipelines.warehouse.raw.load import load_dataset
from pipelines.warehouse.raw.loaded import days_not_loaded
from tests.faults.conftest import NOW, Desk

MORNING = datetime(2026, 11, 3, 21, tzinfo=UTC)  # 06:00 in Tokyo on 4 November
NEXT_MORNING = MORNING + timedelta(days=1)
STREAM = "stream_type=admin_logs_streaming"


class KilledError(BaseException):
    """Stands for kill -9: no handler of ours may catch it."""


@pytest.fixture
def standing(desk: Desk, tmp_path: Path) -> Iterator[Path]:
    """A data folder after the first morning: the position is kept, the two newest days are there."""
    run(desk, tmp_path, MORNING, [date(2026, 11, 1), date(2026, 11, 2)])
    yield tmp_path
    desk.heal()


def run(desk: Desk, home: Path, now: datetime, days: list[date]) -> Workspace:
    """A morning: the stream, then the days."""
    desk.simulator.set_now(now)
    workspace = desk.workspace(home, now)
    ingest_box_stream(workspace).raise_if_failed()
    ingest_box_events(workspace, days).raise_if_failed()
    return workspace


def follow(desk: Desk, home: Path, now: datetime) -> Workspace:
    desk.simulator.set_now(now)
    workspace = desk.workspace(home, now)
    ingest_box_stream(workspace).raise_if_failed()
    return workspace


def position(home: Path) -> str:
    cursor = read_cursor(home / "landing")
    assert cursor is not None
    return cursor.position


def loaded(home: Path) -> list[tuple]:
    """The raw events without what only says when and with which file they came."""
    with duckdb.connect() as con:
        load_dataset(con, Landing(home / "landing"), "box", "events")
        query = "select * exclude (_fetched_at, _sha256) from raw.box_events order by event_id"
        return con.execute(query).fetchall()


def asked(desk: Desk, text: str) -> int:
    return sum(text in request.target for request in desk.simulator.log.recent())


def test_the_first_run_begins_at_the_end_and_the_days_come_by_date(desk: Desk, standing: Path) -> None:
    landing = Landing(standing / "landing")
    assert landing.days("box", "events") == [date(2026, 11, 1), date(2026, 11, 2)]
    stored = json.loads(cursor_file(landing.root).read_text())
    assert isinstance(stored["position"], str)
    assert int(stored["position"]) > 2**53


def test_the_next_run_reads_on_and_its_parts_make_no_day_whole(desk: Desk, standing: Path) -> None:
    before = position(standing)
    workspace = follow(desk, standing, NEXT_MORNING)
    assert position(standing) != before
    landing = workspace.landing
    streamed = [one for day in landing.days("box", "events") for one in landing.accepted("box", "events", day)]
    parts = [one.revision for one in streamed if one.revision.channel == "stream"]
    assert {date(2026, 11, 3), date(2026, 11, 4)} <= {part.day for part in parts}
    assert all(part.is_partial for part in parts)
    assert landing.current("box", "events", date(2026, 11, 3)) is None
    with duckdb.connect() as con:
        load_dataset(con, landing, "box", "events")
        status = dict(con.execute("select _day, status from raw.landing_days").fetchall())
        assert days_not_loaded(con, landing) == {}
    assert status[date(2026, 11, 2)] == "accepted"
    assert status[date(2026, 11, 3)] == "partial"
    run(desk, standing, NEXT_MORNING, [date(2026, 11, 3)])
    with duckdb.connect() as con:
        load_dataset(con, landing, "box", "events")
        status = dict(con.execute("select _day, status from raw.landing_days").fetchall())
    assert status[date(2026, 11, 3)] == "accepted"
    assert len({row[0] for row in loaded(standing)}) == len(loaded(standing))


def test_late_events_come_by_the_stream_alone(desk: Desk, standing: Path) -> None:
    """The first answer about a day was taken too early; the stream brings what it lacked."""
    whole = Landing(desk.undisturbed("box_events") / "landing").current("box", "events", date(2026, 11, 2))
    assert whole is not None
    wanted = set(pl.read_parquet(whole.table, columns=["event_id"])["event_id"])
    early = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
    home = standing / "early"
    run(desk, home, early, [date(2026, 11, 2)])
    day = "2026-11-02"
    first = {row[0] for row in loaded(home) if str(row[2])[:10] == day}
    assert first < wanted
    follow(desk, home, NOW)
    assert {row[0] for row in loaded(home) if str(row[2])[:10] == day} == wanted


def test_an_empty_stream_keeps_the_position(desk: Desk, standing: Path) -> None:
    before = position(standing)
    empty = json.dumps({"chunk_size": 0, "next_stream_position": 0, "entries": []})
    desk.simulator.faults.add(Fault(host="box", match=STREAM, status=200, body=empty))
    follow(desk, standing, NEXT_MORNING)
    assert position(standing) == before
    write_cursor(standing / "landing", Cursor(position="0", read_until=NEXT_MORNING))
    assert position(standing) == before


@pytest.mark.parametrize("how", ["unknown to Box", "unreadable", "two weeks old"])
def test_a_position_that_leads_nowhere_is_replaced_without_a_gap(desk: Desk, standing: Path, how: str) -> None:
    root = standing / "landing"
    if how == "unreadable":
        cursor_file(root).write_bytes(b'{"position": 12')
    else:
        age = timedelta(days=14) if how == "two weeks old" else timedelta(0)
        write_cursor(root, Cursor(position="1152922976252290887", read_until=MORNING - age))
    desk.simulator.log.clear()
    workspace = follow(desk, standing, NOW)
    assert asked(desk, "stream_position=now") == 1
    for day in (date(2026, 11, 3), date(2026, 11, 4), date(2026, 11, 5)):
        assert workspace.landing.current("box", "events", day) is not None
    cursor = read_cursor(root)
    assert cursor is not None
    assert cursor.read_until == NOW


def test_a_failure_on_the_way_back_keeps_the_old_position(desk: Desk, standing: Path) -> None:
    stale = Cursor(position="1152922976252290887", read_until=MORNING)
    write_cursor(standing / "landing", stale)
    desk.simulator.faults.add(Fault(host="box", match="created_after=2026-11-03", status=503, times=-1))
    desk.simulator.set_now(NOW)
    ingested = ingest_box_stream(desk.workspace(standing, NOW))
    assert [outcome.day for outcome in ingested.outcomes if outcome.error] == [date(2026, 11, 4)]
    assert read_cursor(standing / "landing") == stale


def test_a_part_that_is_rejected_holds_the_position(desk: Desk, standing: Path) -> None:
    before = position(standing)
    wrong = [{"event_id": "a", "event_type": 7, "created_at": "2026-11-04T12:00:00Z"}]
    for entries in (wrong, []):
        body = json.dumps({"next_stream_position": "1152922976252290999", "entries": entries})
        desk.simulator.faults.add(Fault(host="box", match=STREAM, status=200, body=body))
    desk.simulator.set_now(NEXT_MORNING)
    ingested = ingest_box_stream(desk.workspace(standing, NEXT_MORNING))
    assert [outcome.status for outcome in ingested.outcomes] == ["rejected"]
    assert position(standing) == before


@pytest.mark.parametrize("at", ["after a page", "after a part landed", "between landing and position", "at the end"])
def test_a_kill_at_any_moment_ends_in_the_same_state(
    desk: Desk, standing: Path, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.sources.box.client.STREAM_PART_PAGES", 2)
    undisturbed = standing / "undisturbed"
    run(desk, undisturbed, MORNING, [date(2026, 11, 1), date(2026, 11, 2)])
    follow(desk, undisturbed, NEXT_MORNING)

    desk.simulator.set_now(NEXT_MORNING)
    with monkeypatch.context() as patch:
        _kill(patch, at)
        with pytest.raises(KilledError):
            ingest_box_stream(desk.workspace(standing, NEXT_MORNING))
    follow(desk, standing, NEXT_MORNING)
    assert position(standing) == position(undisturbed)
    assert loaded(standing) == loaded(undisturbed)
    assert [path for path in (standing / "landing").rglob("*.part") if path.is_file()] == []


def _kill(patch: pytest.MonkeyPatch, at: str) -> None:
    """Stop the process at a moment, as far as the code after it can tell."""
    calls: list[int] = []
    take, write = Intake.take, box_stream.write_cursor

    def take_and_die(*arguments: object, **named: object) -> IntakeResult:
        if at == "after a page":
            raise KilledError
        taken = take(*arguments, **named)  # ty: ignore[invalid-argument-type]
        raise KilledError if taken else AssertionError

    def write_and_die(landing: Path, cursor: Cursor) -> None:
        calls.append(1)
        if at == "between landing and position" or cursor.read_until == NEXT_MORNING:
            raise KilledError
        write(landing, cursor)

    if at in ("after a page", "after a part landed"):
        patch.setattr(Intake, "take", take_and_die)
    else:
        patch.setattr(box_stream, "write_cursor", write_and_die)


def test_a_working_day_without_any_event_is_an_alarm_and_no_zero(desk: Desk, standing: Path) -> None:
    empty = json.dumps({"chunk_size": 0, "next_stream_position": 0, "entries": []})
    for _ in range(2):
        desk.simulator.faults.add(Fault(host="box", match="stream_type=admin_logs&", status=200, body=empty))
    desk.simulator.set_now(NOW)
    workspace = desk.workspace(standing, NOW)
    wednesday, saturday = date(2026, 11, 4), date(2026, 10, 31)
    (alarm,) = ingest_box_events(workspace, [wednesday]).outcomes
    assert alarm.status == "rejected"
    assert "although it is a working day" in str(alarm.error)
    assert workspace.landing.current("box", "events", wednesday) is None
    (weekend,) = ingest_box_events(workspace, [saturday]).outcomes
    assert (weekend.status, weekend.row_count) == ("new", 0)


def test_the_backfill_is_spread_over_runs_and_resumes(desk: Desk, standing: Path) -> None:
    desk.simulator.set_now(NOW)
    settings = {"first_day": date(2026, 10, 20), "refetch_days": 3, "box_backfill_runs": 91}
    done: list[date] = []
    for _ in range(4):
        workspace = desk.workspace(standing, NOW, **settings)
        done += [outcome.day for outcome in ingest_box_backfill(workspace).raise_if_failed().outcomes]
    # Oldest first, four a run; 1 and 2 November landed before, and from the 3rd on the daily window asks.
    assert done == [date(2026, 10, 20) + timedelta(days=offset) for offset in range(12)]
    assert ingest_box_backfill(desk.workspace(standing, NOW, box_backfill_runs=0)).outcomes == ()


def test_the_backfill_stops_at_its_allowance_of_calls(desk: Desk, standing: Path) -> None:
    desk.simulator.set_now(NOW)
    settings = {"first_day": date(2026, 10, 20), "box_backfill_runs": 1, "box_backfill_requests": 1}
    workspace = desk.workspace(standing, NOW, **settings)
    assert len(ingest_box_backfill(workspace).outcomes) == 1
