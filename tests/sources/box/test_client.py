"""The Box client against the simulated services: right answers, every fault, every refusal in words."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest

from pipelines.errors import (
    AccessRefusedError,
    ConfigurationError,
    DayGoneError,
    NotYetAvailableError,
    PageExpiredError,
    PermanentSourceError,
    SourceError,
    StreamPositionError,
    TransientSourceError,
)
from pipelines.simulator.server import Simulator
from pipelines.sources.box.client import BoxConfig, BoxSource, StreamPart
from pipelines.sources.box.records import parse_events, parse_users
from pipelines.sources.quota import Limiter, Quota
from tests.sources.conftest import NOW, Waits

T = TypeVar("T")
DAY = date(2026, 6, 8)


def ask(config: BoxConfig, question: Callable[[BoxSource], T], waits: Waits | None = None) -> T:
    recorded = Waits() if waits is None else waits
    with BoxSource(config, sleep=recorded.sleep) as box:
        return question(box)


def events(box: BoxSource) -> Any:
    return box.events(DAY, NOW)


def refusal(config: BoxConfig, question: Callable[[BoxSource], object], kind: type[SourceError]) -> str:
    with pytest.raises(SourceError) as caught:
        ask(config, question)
    message = str(caught.value)
    assert type(caught.value) is kind, message
    assert message.startswith("Box did not give the ")
    assert message.endswith(".")
    assert config.client_secret not in message
    return message


def requests(ward: Simulator, endpoint: str) -> int:
    return sum(request.endpoint == endpoint for request in ward.log.recent())


def page(position: object, *ids: str, instant: str = "2026-06-08T12:00:00+09:00") -> str:
    entries = [{"event_id": one, "event_type": "DOWNLOAD", "created_at": instant} for one in ids]
    return json.dumps({"chunk_size": len(entries), "next_stream_position": position, "entries": entries})


def serve(ward: Simulator, *bodies: str) -> None:
    for body in bodies:
        ward.faults.add(host="box", match="/2.0/events", status=200, body=body)


def event_ids(body: bytes) -> list[str]:
    return [json.loads(line)["event_id"] for line in body.splitlines()]


# What comes back when all goes well


def test_events_are_those_of_the_utc_day(ward: Simulator, box_config: BoxConfig) -> None:
    answer = ask(box_config, events)
    assert (answer.source, answer.dataset, answer.day) == ("box", "events", DAY)
    assert answer.origin == "東京都みらい区（架空）; seed 20260102"
    parsed = parse_events(answer)
    assert parsed.frame["event_id"].is_unique().all()
    assert parsed.frame["created_at"].str.slice(0, 10).unique().to_list() == [DAY.isoformat()]
    world = ward.services.world
    expected = {
        event["event_id"]
        for tokyo_day in (DAY, DAY + timedelta(days=1))
        for event in world.box_events(tokyo_day).iter_rows(named=True)
        if event["created_at"].date() == DAY
    }
    assert expected <= set(parsed.frame["event_id"])
    # Short pages are no end: the simulated service gives some.
    assert requests(ward, "/2.0/events") > 1


def test_every_page_carries_the_window_with_its_offset(ward: Simulator, box_config: BoxConfig) -> None:
    ask(box_config, events)
    targets = [request.target for request in ward.log.recent() if request.endpoint == "/2.0/events"]
    for target in targets:
        assert "stream_type=admin_logs&" in target
        assert "limit=500" in target
        assert "created_after=2026-06-07T23:59:59+00:00" in target
        assert "created_before=2026-06-09T00:00:01+00:00" in target
    assert "stream_position" not in targets[0]
    assert all("stream_position=" in target for target in targets[1:])


def test_days_are_cut_by_instant_and_ids_are_kept_once(ward: Simulator, box_config: BoxConfig) -> None:
    serve(
        ward,
        page("1", "before", instant="2026-06-07T16:59:59-07:00"),
        page("2", "first", instant="2026-06-07T17:00:00-07:00"),
        page("3", "last", "last", instant="2026-06-09T08:59:59.999+09:00"),
        page("4", "first", instant="2026-06-08T00:00:00Z"),
        page("5", "after", instant="2026-06-09T09:00:00+09:00"),
        page("5"),
    )
    assert event_ids(ask(box_config, events).body) == ["first", "last"]


def test_the_end_is_an_empty_page_or_a_position_that_stays(ward: Simulator, box_config: BoxConfig) -> None:
    serve(ward, page("7", "a"), page("7", "b"))
    assert event_ids(ask(box_config, events).body) == ["a", "b"]
    serve(ward, page("0"))
    assert ask(box_config, events).body == b""


def test_positions_stay_text_to_the_last_digit(ward: Simulator, box_config: BoxConfig) -> None:
    serve(ward, page(1152922976252290887, "a"), page("1152922976252290889", "b"), page("1152922976252290889"))
    ask(box_config, events)
    targets = [request.target for request in ward.log.recent() if request.endpoint == "/2.0/events"]
    assert "stream_position=1152922976252290887" in targets[1]
    assert "stream_position=1152922976252290889" in targets[2]


def test_a_circle_of_positions_is_refused(ward: Simulator, box_config: BoxConfig) -> None:
    serve(ward, page("7", "a"), page("8", "b"), page("7", "c"))
    assert "lead back to an earlier one" in refusal(box_config, events, PermanentSourceError)


def test_users_are_followed_to_the_last_marker(ward: Simulator, box_config: BoxConfig) -> None:
    answer = ask(box_config, lambda box: box.users(NOW))
    parsed = parse_users(answer)
    assert parsed.unknown_fields == {}
    assert parsed.frame.height >= 120
    assert {"person", "machine"} >= set(parsed.frame["account_kind"])
    assert parsed.frame["department"].null_count() < parsed.frame.height
    first = '{"limit":1000,"next_marker":"%s","entries":[{"id":"9","login":"a@x.example"}]}'
    for marker, expected in (("", 1), ("again", None)):
        ward.faults.clear()
        ward.faults.add(host="box", match="/2.0/users", times=-1, status=200, body=first % marker)
        if expected:
            assert len(ask(box_config, lambda box: box.users(NOW)).body.splitlines()) == expected
        else:
            refusal(box_config, lambda box: box.users(NOW), PermanentSourceError)


def test_the_stream_goes_on_where_it_stopped(ward: Simulator, box_config: BoxConfig) -> None:
    ward.set_now(NOW - timedelta(hours=20))
    start = ask(box_config, lambda box: box.stream_end())
    assert start is not None
    assert int(start) > 2**53
    ward.set_now(NOW)
    parts = followed(box_config, start)
    ids = [one for part in parts for answer in part.answers for one in event_ids(answer.body)]
    assert ids
    assert len(ids) == len(set(ids))
    for answer in (answer for part in parts for answer in part.answers):
        assert (answer.source, answer.dataset, answer.channel) == ("box", "events", "stream")
        days = {text[:10] for text in parse_events(answer).frame["created_at"]}
        assert days == {answer.day.isoformat()}
    assert followed(box_config, parts[-1].position) == []


def followed(config: BoxConfig, position: str) -> list[StreamPart]:
    return ask(config, lambda box: list(box.stream(position, lambda: NOW)))


def test_the_stream_comes_in_bounded_parts(
    ward: Simulator, box_config: BoxConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.sources.box.client.STREAM_PART_PAGES", 2)
    serve(ward, page("11", "a"), page("12", "b", "a"), page("13", "c"), page("13"))
    parts = followed(box_config, "10")
    assert [[event_ids(answer.body) for answer in part.answers] for part in parts] == [[["a", "b"]], [["c"]]]
    assert [part.position for part in parts] == ["12", "13"]


def test_position_zero_of_an_empty_stream_is_not_kept(ward: Simulator, box_config: BoxConfig) -> None:
    serve(ward, page("0"))
    assert followed(box_config, "1152922976252290887") == []
    serve(ward, page("0"))
    assert ask(box_config, lambda box: box.stream_end()) is None


def test_events_without_a_position_are_no_page(ward: Simulator, box_config: BoxConfig) -> None:
    ward.faults.add(host="box", match="/2.0/events", status=200, body=page("0", "a"), times=-1)
    assert "not the documented JSON" in refusal(box_config, events, TransientSourceError)


def test_a_null_marker_ends_the_users(ward: Simulator, box_config: BoxConfig) -> None:
    body = '{"limit":1000,"next_marker":null,"entries":[{"id":"9","login":"a@x.example"}]}'
    ward.faults.add(host="box", match="/2.0/users", status=200, body=body)
    assert len(ask(box_config, lambda box: box.users(NOW)).body.splitlines()) == 1
    assert requests(ward, "/2.0/users") == 1


def test_calls_keep_to_the_quota_and_connections_share_it(ward: Simulator, box_config: BoxConfig) -> None:
    waits = Waits()
    clock = iter(range(1000))
    limiter = Limiter(Quota(2, 60), clock=lambda: float(next(clock)), sleep=waits.sleep)
    for _ in range(2):
        with BoxSource(box_config, limiter=limiter) as box:
            box.users(NOW)
            box.users(NOW)
            assert box.request_count == requests(ward, "/2.0/users")
            ward.log.clear()
    assert waits


def test_threads_may_share_a_source(ward: Simulator, box_config: BoxConfig) -> None:
    days = [DAY - timedelta(days=back) for back in range(6)]
    with BoxSource(box_config) as box, ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda day: box.events(day, NOW), days))
        assert [answer.day for answer in answers] == days
        ward.revoke_tokens()
        assert all(pool.map(lambda day: box.events(day, NOW).body is not None, days))
    assert requests(ward, "/oauth2/token") == 2


# What is asked again


def test_a_page_that_expired_begins_the_listing_again(ward: Simulator, box_config: BoxConfig) -> None:
    """Users by marker and the events of a day by position; not for ever, and never as a refusal of the application."""
    ward.configure(largest_page=20)
    for question, match in ((lambda box: box.users(NOW), "[?&]marker="), (events, "stream_position")):
        expected = ask(box_config, question).body
        ward.faults.add(host="box", match=match, status=400, body='{"code":"bad_request"}', times=2)
        assert ask(box_config, question).body == expected
        ward.faults.add(host="box", match=match, status=410, body="{}", times=-1)
        assert "no longer knows the page" in refusal(box_config, question, PageExpiredError)
        ward.faults.clear()


def test_a_record_without_time_is_set_aside_and_the_day_lands(ward: Simulator, box_config: BoxConfig) -> None:
    expected = parse_events(ask(box_config, events))
    odd = '{"event_id":"x","event_type":"A","created_at":"soon","source":{"name":"\\\\ud83d"}},'
    ward.faults.add(
        host="box", match="/2.0/events", answer="replace", times=1, pattern=r'"entries": ?\[',
        replacement='"entries":[' + odd,
    )  # fmt: skip
    parsed = parse_events(ask(box_config, events))
    assert parsed.odd.set_aside == [1]
    assert parsed.frame.equals(expected.frame)


@pytest.mark.parametrize("kind", ["reset", "reset_mid", "truncate", "chunked_cut", "gzip_cut", "empty_200", "bad_json"])
def test_a_broken_page_is_asked_for_again(ward: Simulator, box_config: BoxConfig, kind: str) -> None:
    expected = ask(box_config, events).body
    ward.faults.add(host="box", match="/2.0/events", answer=kind, times=2, skip=1)
    waits = Waits()
    assert ask(box_config, events, waits).body == expected
    assert len(waits) == 2


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        "[]",
        "<html>Please sign in</html>",
        '{"chunk_size":0,"entries":[]}',
        '{"entries":null,"next_stream_position":"1"}',
        '{"entries":[],"next_stream_position":null}',
    ],
)
def test_what_is_no_page_is_never_an_empty_page(ward: Simulator, box_config: BoxConfig, body: str) -> None:
    ward.faults.add(host="box", match="/2.0/events", status=200, body=body, times=-1)
    assert "not the documented JSON (4 attempts" in refusal(box_config, events, TransientSourceError)


@pytest.mark.parametrize("status", [202, 408, 429, 500, 502, 503, 504])
def test_passing_trouble_is_waited_out(ward: Simulator, box_config: BoxConfig, status: int) -> None:
    ward.faults.add(host="box", match="/2.0/events", status=status, body="<html>busy</html>", times=3)
    waits = Waits()
    ask(box_config, events, waits)
    assert len(waits) == 3


def test_retry_after_is_honoured_in_both_forms(ward: Simulator, box_config: BoxConfig) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=200), usegmt=True)
    for value in ("600", later):
        ward.faults.add(host="box", match="/2.0/events", status=429, headers={"Retry-After": value})
    waits = Waits()
    ask(box_config, events, waits)
    assert waits[0] == 600
    assert 150 < waits[1] <= 200


def test_trouble_without_end_is_told_with_attempts(ward: Simulator, box_config: BoxConfig) -> None:
    ward.faults.add(host="box", match="/2.0/events", status=503, times=-1)
    message = refusal(box_config, events, TransientSourceError)
    assert "503 Service Unavailable (" in message
    assert "attempts in" in message


def test_a_dripping_body_is_left_at_the_deadline(ward: Simulator, box_config: BoxConfig) -> None:
    ward.faults.add(host="box", match="/2.0/events", answer="stall_mid", seconds=0.5, times=-1)
    config = replace(box_config, max_retry_seconds=0.3)
    assert "too slowly" in refusal(config, events, TransientSourceError)


# Tokens and refusals


def test_a_token_that_died_is_renewed_once(ward: Simulator, box_config: BoxConfig) -> None:
    waits = Waits()
    with BoxSource(box_config, sleep=waits.sleep) as box:
        first = box.events(DAY, NOW)
        ward.revoke_tokens()
        assert box.events(DAY, NOW).body == first.body
    assert waits == []
    assert requests(ward, "/oauth2/token") == 2


def test_a_fresh_token_that_is_refused_too_is_told(ward: Simulator, box_config: BoxConfig) -> None:
    ward.faults.add(host="box", match="/2.0/events", status=401, times=-1)
    message = refusal(box_config, events, AccessRefusedError)
    assert "401 Unauthorized although the token was fresh" in message
    assert "KATSUYO_BOX_CLIENT_SECRET" in message
    assert requests(ward, "/2.0/events") == 2


@pytest.mark.parametrize(
    "change", [{"client_secret": "not-the-secret"}, {"client_id": "other"}, {"enterprise_id": "1"}]
)
def test_wrong_credentials_name_the_settings(ward: Simulator, box_config: BoxConfig, change: dict[str, str]) -> None:
    message = refusal(replace(box_config, **change), events, AccessRefusedError)
    assert "its login answered 400 Bad Request, code invalid_grant" in message
    assert "KATSUYO_BOX_CLIENT_ID" in message
    assert requests(ward, "/oauth2/token") == 1


def test_an_app_nobody_authorised_says_who_must(ward: Simulator, box_config: BoxConfig) -> None:
    body = '{"error":"unauthorized_client","error_description":"This app is not authorized by the enterprise"}'
    ward.faults.add(host="box", match="/oauth2/token", status=400, body=body)
    assert "have a Box administrator authorise the app" in refusal(box_config, events, AccessRefusedError)


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 503, "times": 2},
        {"status": 200, "body": "<html>proxy</html>"},
        {"status": 200, "body": "{}"},
        {"status": 200, "body": "[1]"},
        {"answer": "reset"},
        {"answer": "empty_200"},
        {"answer": "bad_json"},
        {"answer": "truncate"},
    ],
)
def test_trouble_at_the_login_is_waited_out(ward: Simulator, box_config: BoxConfig, fault: dict[str, Any]) -> None:
    ward.faults.add(host="box", match="/oauth2/token", **fault)
    waits = Waits()
    ask(box_config, events, waits)
    assert waits


@pytest.mark.parametrize(
    ("withheld", "scope", "question"),
    [
        ("manage_enterprise_properties", "Manage enterprise properties", events),
        ("manage_managed_users", "Manage users", lambda box: box.users(NOW)),
    ],
)
def test_a_missing_scope_is_named(
    ward: Simulator, box_config: BoxConfig, withheld: str, scope: str, question: Callable[[BoxSource], object]
) -> None:
    ward.configure(withheld_permissions=frozenset({withheld}))
    message = refusal(box_config, question, PermanentSourceError)
    assert f"give the app the scope '{scope}'" in message
    assert "have a Box administrator authorise the app" in message


def test_a_blocked_network_is_told(ward: Simulator, box_config: BoxConfig) -> None:
    body = '{"type":"error","status":403,"code":"access_from_location_blocked","message":"You are blocked"}'
    ward.faults.add(host="box", match="/2.0/events", status=403, body=body)
    assert "allow this machine's network" in refusal(box_config, events, AccessRefusedError)


def test_days_out_of_reach(ward: Simulator, box_config: BoxConfig) -> None:
    tomorrow = NOW.date() + timedelta(days=2)
    assert "has not begun" in refusal(box_config, lambda box: box.events(tomorrow, NOW), NotYetAvailableError)
    old = DAY - timedelta(days=400)
    assert "for one year" in refusal(box_config, lambda box: box.events(old, NOW), DayGoneError)
    stale = "the position in the stream"
    assert stale in refusal(box_config, lambda box: list(box.stream("12", lambda: NOW)), StreamPositionError)
    ward.faults.add(host="box", match="/2.0/events", status=400, body='{"type":"error","code":"bad_request"}')
    assert stale in refusal(box_config, lambda box: list(box.stream("12", lambda: NOW)), StreamPositionError)


def test_an_unreachable_host_names_the_setting(box_config: BoxConfig) -> None:
    message = refusal(replace(box_config, base_url="http://127.0.0.1:1"), events, TransientSourceError)
    assert "127.0.0.1:1 cannot be reached" in message
    assert "KATSUYO_BOX_BASE_URL" in message


def test_an_untrusted_certificate_names_the_setting(ward: Simulator, box_config: BoxConfig) -> None:
    # The login host of the simulator is the one that speaks TLS; that it is not Box does not matter here.
    config = replace(box_config, base_url=ward.urls["login"], ca_file=None)
    assert "KATSUYO_CA_FILE" in refusal(config, events, PermanentSourceError)
    trusted = replace(box_config, base_url=ward.urls["login"])
    assert "certificate" not in refusal(trusted, events, AccessRefusedError)


@pytest.mark.parametrize(
    ("change", "setting"),
    [
        ({"base_url": "http://box.example"}, "KATSUYO_BOX_BASE_URL"),
        ({"ca_file": Path("/nowhere/ca.pem")}, "KATSUYO_CA_FILE"),
    ],
)
def test_settings_that_cannot_work_are_named(box_config: BoxConfig, change: dict[str, Any], setting: str) -> None:
    with pytest.raises(ConfigurationError, match=setting):
        ask(replace(box_config, **change), events)


def test_no_log_at_any_level_holds_secret_or_token(
    ward: Simulator, box_config: BoxConfig, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        ask(box_config, events)
        ward.faults.add(host="box", match="/oauth2/token", status=400, body='{"error":"invalid_grant"}')
        refusal(box_config, events, AccessRefusedError)
    assert box_config.client_secret not in caplog.text
    assert "Bearer ey" not in caplog.text
