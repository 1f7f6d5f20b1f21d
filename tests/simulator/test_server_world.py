"""The services over a generated ward: what they say is what the world did. And the command that serves a ward."""

from __future__ import annotations

import io
import signal
import stat
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import httpx
import polars as pl
import pytest

from pipelines.simulator.server import ServerConfig, Simulator
from pipelines.simulator.world import World, WorldConfig
from tests.simulator.simulated import box_client, box_entries, graph_client, report

FIRST, LAST = date(2026, 3, 20), date(2026, 4, 10)
NOW = datetime(2026, 4, 20, 21, tzinfo=UTC)
DAY = date(2026, 4, 6)


@pytest.fixture(scope="module")
def world():
    return World.build(WorldConfig(seed=5, staff=150, first_day=FIRST, last_day=LAST))


@pytest.fixture(scope="module")
def simulator(world):
    with Simulator(world, ServerConfig(now=NOW, unlimited_history=True)) as simulator:
        yield simulator


@pytest.fixture
def graph(simulator):
    with graph_client(simulator) as client:
        yield client


def test_every_report_day_adds_up_to_the_world(graph, world):
    columns = {
        "Team Chat Message Count": "team_chat",
        "Private Chat Message Count": "private_chat",
        "Meetings Attended Count": "meetings_attended",
        "Audio Duration In Seconds": "audio_seconds",
    }
    for day in (FIRST, date(2026, 4, 1), DAY):
        table = pl.read_csv(io.BytesIO(report(graph, f"getTeamsUserActivityUserDetail(date={day})")))
        staff = table.join(world.people.select("entra_id", "person_no"), left_on="User Id", right_on="entra_id")
        truth = world.graph_days.filter(pl.col("activity_date") == day)
        assert {name: staff[name].sum() for name in columns} == {n: truth[c].sum() for n, c in columns.items()}
        chatting = staff.filter(pl.col("Team Chat Message Count") + pl.col("Private Chat Message Count") > 0)
        assert set(chatting["person_no"]) == set(
            truth.filter(pl.col("team_chat") + pl.col("private_chat") > 0)["person_no"]
        )
        on_rolls = world.people.filter(
            pl.col("joined_on") <= day, pl.col("left_on").is_null() | (pl.col("left_on") >= day)
        )
        assert set(on_rolls["entra_id"]) <= set(table["User Id"])


def test_sign_ins_and_events_are_those_of_the_world(simulator, graph, world):
    records, url = [], "/auditLogs/signIns?$orderby=createdDateTime"
    while url:
        page = graph.get(url).json()
        records, url = records + page["value"], page.get("@odata.nextLink")
    days = [FIRST + timedelta(days=offset) for offset in range((LAST - FIRST).days + 1)]
    expected = pl.concat([world.sign_ins(day).filter("is_interactive") for day in days])
    assert {record["id"] for record in records} == set(expected["id"])
    with box_client(simulator) as box:
        history = box_entries(box, stream_type="admin_logs", limit=500)
        stream = box_entries(box, stream_type="admin_logs_streaming", limit=500)
    ids = set(pl.concat([world.box_events(day).select("event_id") for day in days])["event_id"])
    assert {entry["event_id"] for entry in history} == {entry["event_id"] for entry in stream} == ids
    assert len(history) == len(ids) < len(stream)


def test_renewed_tokens_tell_the_place_of_more_people(world):
    """On a working day in April: nearly everyone at work, also many who signed in by hand nowhere."""
    by_hand = world.sign_ins(DAY).filter("is_interactive", pl.col("error_code") == 0)
    renewed = world.token_sign_ins(DAY)
    assert renewed.schema == by_hand.schema
    assert renewed["created_at"].is_sorted()
    assert len(renewed) > 2 * len(by_hand)
    here = set(by_hand["person_no"])
    assert len(here - set(renewed["person_no"])) < 0.1 * len(here)
    assert len(set(renewed["person_no"]) - here) > 0.05 * len(here)
    assert set(renewed["person_no"]) <= set(world.department_on(DAY)["person_no"])


def test_users_and_tracking_codes_name_the_department_of_the_day(simulator, graph, world):
    simulator.set_now(datetime(2026, 4, 6, 3, tzinfo=UTC))
    wanted = world.directory_on(DAY).join(world.named_on(world.people, DAY), on="person_no")
    expected = dict(zip(wanted["upn"], wanted["department_name"], strict=True))
    page = graph.get("/users?$select=userPrincipalName,department,accountEnabled,employeeId&$top=999").json()
    shown = {user["userPrincipalName"]: user for user in page["value"]}
    with box_client(simulator) as box:
        fields = {"fields": "login,tracking_codes", "limit": 1000}
        users = {user["login"]: user for user in box.get("/2.0/users", params=fields).json()["entries"]}
    simulator.set_now(NOW)
    assert {upn: shown[upn]["department"] for upn in expected} == expected
    assert all(shown[upn]["accountEnabled"] for upn in expected)
    logins = dict(zip(wanted["box_login"], wanted["department_name"], strict=True))
    assert {login: users[login]["tracking_codes"][0]["value"] for login in logins} == logins


@pytest.mark.slow
def test_the_command_writes_a_ward_serves_it_and_stops_at_sigterm(tmp_path):
    command = [sys.executable, "-m", "pipelines.simulator", "--home", str(tmp_path), "--staff", "60", "--seed", "3"]
    command += ["--from", "2026-03-30", "--to", "2026-04-03", "--now", "2026-04-06T06:00:00+09:00"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            ready, _, path = process.stdout.readline().strip().partition(" ")
            settings_file = tmp_path / "ward" / "settings.env"
            assert (ready, path) == ("ready", str(settings_file))
            assert stat.S_IMODE(settings_file.stat().st_mode) == 0o600
            lines = [line for line in settings_file.read_text().splitlines() if not line.startswith("#")]
            settings = dict(line.split("=", 1) for line in lines)
            assert settings["KATSUYO_AS_OF"] == "2026-04-06T06:00:00+09:00"
            assert (tmp_path / "ward" / "files" / "staff.csv").exists()
            assert (tmp_path / "ward" / "truth.duckdb").exists()
            assert httpx.get(f"{settings['KATSUYO_GRAPH_BASE_URL']}/users").status_code == 401
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
