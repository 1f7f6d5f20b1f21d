"""The Graph client against the simulated services: right answers, every fault, every refusal in words."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import TypeVar

import pytest

from pipelines.errors import (
    ConfigurationError,
    NotYetAvailableError,
    PermanentSourceError,
    SourceError,
    TransientSourceError,
)
from pipelines.simulator.server import Simulator
from pipelines.sources.answer import Answer
from pipelines.sources.graph.client import USER_FIELDS, GraphConfig, GraphSource
from pipelines.sources.graph.parse import parse_report
from pipelines.sources.graph.records import parse_report_settings, parse_sign_ins, parse_users
from pipelines.sources.graph.reports import REPORTS
from tests.sources.conftest import NOW, Waits

T = TypeVar("T")
TEAMS = REPORTS["teams_user_activity"]
DAY = date(2026, 6, 8)
TEAMS_PATH = "getTeamsUserActivityUserDetail"


def ask(config: GraphConfig, question: Callable[[GraphSource], Awaitable[T]], waits: Waits | None = None) -> T:
    """Open a source, ask one question, close it again."""
    recorded = Waits() if waits is None else waits

    async def conversation() -> T:
        async with GraphSource(config, sleep=recorded.sleep_async) as graph:
            return await question(graph)

    return asyncio.run(conversation())


def report(graph: GraphSource) -> Awaitable[Answer]:
    return graph.report(TEAMS, DAY, NOW)


def refusal(config: GraphConfig, question: Callable[[GraphSource], Awaitable[object]], kind: type[SourceError]) -> str:
    with pytest.raises(SourceError) as caught:
        ask(config, question)
    message = str(caught.value)
    assert type(caught.value) is kind, message
    assert message.startswith("Microsoft Graph did not give the ")
    assert message.endswith(".")
    assert config.client_secret not in message
    assert "token=" not in message
    return message


def requests(ward: Simulator, host: str) -> int:
    return sum(request.host == host for request in ward.log.recent())


# What comes back when all goes well


@pytest.mark.parametrize("dataset", list(REPORTS))
def test_every_report_of_the_catalogue(graph_config: GraphConfig, dataset: str) -> None:
    spec = REPORTS[dataset]
    answer = ask(graph_config, lambda graph: graph.report(spec, DAY, NOW))
    assert (answer.source, answer.dataset, answer.day, answer.fetched_at) == ("graph", dataset, DAY, NOW)
    assert answer.body.startswith(b"\xef\xbb\xbfReport Refresh Date,")
    assert answer.origin == "東京都みらい区（架空）; seed 20260102"
    frame = parse_report(spec)(answer).frame
    assert frame.height > 50
    assert set(frame["report_refresh_date"]) == {DAY.isoformat()}


@pytest.mark.parametrize("gzip_downloads", [True, False])
def test_compressed_or_not_the_bytes_are_the_same(
    ward: Simulator, graph_config: GraphConfig, gzip_downloads: bool
) -> None:
    ward.configure(gzip_downloads=gzip_downloads)
    body = ask(graph_config, report).body
    assert body.startswith(b"\xef\xbb\xbf")
    assert body.endswith(b"\r\n")


def test_twenty_days_at_once_give_twenty_right_days(ward: Simulator, graph_config: GraphConfig) -> None:
    days = [DAY - timedelta(days=back) for back in range(20)]

    async def all_days(graph: GraphSource) -> dict[date, Answer | SourceError]:
        return {day: result async for day, result in graph.reports(TEAMS, days, lambda: NOW)}

    results = ask(graph_config, all_days)
    assert set(results) == set(days)
    parse = parse_report(TEAMS)
    for day, answer in results.items():
        assert isinstance(answer, Answer)
        assert answer.day == day
        assert parse(answer).frame.height > 50  # refuses another day than the answer's
    assert requests(ward, "login") == 1
    assert requests(ward, "download") == 20


def test_a_day_that_fails_does_not_hold_up_the_others(ward: Simulator, graph_config: GraphConfig) -> None:
    ward.faults.add(host="graph", match=rf"date={DAY}", times=-1, status=403, body='{"error":{"code":"AccessDenied"}}')
    days = [DAY - timedelta(days=1), DAY, DAY + timedelta(days=1)]

    async def all_days(graph: GraphSource) -> dict[date, Answer | SourceError]:
        return {day: result async for day, result in graph.reports(TEAMS, days, lambda: NOW)}

    results = ask(graph_config, all_days)
    assert isinstance(results.pop(DAY), PermanentSourceError)
    assert all(isinstance(result, Answer) for result in results.values())


def test_the_token_never_reaches_the_download_host(ward: Simulator, graph_config: GraphConfig) -> None:
    ask(graph_config, report)
    assert requests(ward, "download") == 1
    assert ward.log.authorization_on_download == 0


def test_users_come_whole_and_with_no_more_than_asked_for(ward: Simulator, graph_config: GraphConfig) -> None:
    answer = ask(graph_config, lambda graph: graph.users(NOW))
    records = [json.loads(line) for line in answer.body.splitlines()]
    assert {name for record in records for name in record} <= set(USER_FIELDS)
    parsed = parse_users(answer)
    assert parsed.unknown_fields == {}
    assert parsed.frame.height == len(records) >= 120
    assert parsed.frame["department"].null_count() < parsed.frame.height
    assert answer.request_id is None or answer.request_id
    assert requests(ward, "graph") == 1


def test_sign_ins_are_those_of_the_utc_day(ward: Simulator, graph_config: GraphConfig) -> None:
    answer = ask(graph_config, lambda graph: graph.sign_ins(DAY, NOW))
    parsed = parse_sign_ins(answer)
    assert parsed.unknown_fields == {}
    world = ward.services.world
    expected = {
        sign_in["id"]
        for tokyo_day in (DAY, DAY + timedelta(days=1))
        for sign_in in world.sign_ins(tokyo_day).iter_rows(named=True)
        if sign_in["created_at"].date() == DAY and sign_in["is_interactive"]
    }
    assert set(parsed.frame["id"]) == expected
    assert parsed.frame["created_date_time"].is_sorted()


def test_report_settings_and_named_locations(ward: Simulator, graph_config: GraphConfig) -> None:
    ward.configure(display_concealed_names=True)
    answer = ask(graph_config, lambda graph: graph.report_settings(NOW))
    assert parse_report_settings(answer).frame["display_concealed_names"].to_list() == ["true"]
    locations = ask(graph_config, lambda graph: graph.named_locations(NOW))
    assert all("ipRanges" in json.loads(line) for line in locations.body.splitlines() if b"ipNamed" in line)


def test_pages_are_followed_on_the_same_host(ward: Simulator, graph_config: GraphConfig) -> None:
    token = base64.urlsafe_b64encode(b'{"start": 0}').decode()
    first = {
        "value": [{"id": "first", "userPrincipalName": "f@x.example"}],
        "@odata.nextLink": f"{graph_config.base_url}/users?$select=id,userPrincipalName&$top=50&$skiptoken={token}",
    }
    # Written over several lines, as no service does today: still one record a line.
    ward.faults.add(host="graph", match="/users", status=200, body=json.dumps(first, indent=2))
    parsed = parse_users(ask(graph_config, lambda graph: graph.users(NOW)))
    assert parsed.frame["id"][0] == "first"
    assert parsed.frame.height > 120
    assert requests(ward, "graph") >= 4


@pytest.mark.parametrize(
    "elsewhere", ["https://elsewhere.example/v1.0/users", "http://127.0.0.1:1/v1.0/users", "x://["]
)
def test_a_next_page_on_another_host_is_refused(ward: Simulator, graph_config: GraphConfig, elsewhere: str) -> None:
    body = json.dumps({"value": [], "@odata.nextLink": elsewhere})
    ward.faults.add(host="graph", match="/users", times=-1, status=200, body=body)
    message = refusal(graph_config, lambda graph: graph.users(NOW), PermanentSourceError)
    assert "another host" in message
    assert elsewhere not in message


def test_pages_in_a_circle_are_refused(ward: Simulator, graph_config: GraphConfig) -> None:
    body = json.dumps({"value": [], "@odata.nextLink": f"{graph_config.base_url}/users?$skiptoken=again"})
    ward.faults.add(host="graph", match="/users", times=-1, status=200, body=body)
    assert "without end" in refusal(graph_config, lambda graph: graph.users(NOW), PermanentSourceError)


# What is asked again


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        ("graph", "reset"),
        ("graph", "empty_200"),
        *(("download", kind) for kind in ("reset", "reset_mid", "truncate", "chunked_cut", "gzip_cut", "empty_200")),
    ],
)
def test_a_broken_report_is_asked_for_again(ward: Simulator, graph_config: GraphConfig, host: str, kind: str) -> None:
    expected = ask(graph_config, report).body
    ward.faults.add(host=host, answer=kind, times=2)
    ward.log.clear()
    waits = Waits()
    assert ask(graph_config, report, waits).body == expected
    assert len(waits) == 2
    # Every attempt begins at Graph, so each download has a ticket of its own.
    assert requests(ward, "graph") == 3


@pytest.mark.parametrize("kind", ["reset_mid", "truncate", "chunked_cut", "gzip_cut", "empty_200", "bad_json"])
def test_a_broken_page_is_asked_for_again(ward: Simulator, graph_config: GraphConfig, kind: str) -> None:
    expected = ask(graph_config, lambda graph: graph.sign_ins(DAY, NOW)).body
    ward.faults.add(host="graph", match="signIns", answer=kind)
    waits = Waits()
    assert ask(graph_config, lambda graph: graph.sign_ins(DAY, NOW), waits).body == expected
    assert len(waits) == 1


@pytest.mark.parametrize("status", [403, 404, 410, 500])
def test_a_refused_ticket_begins_again_at_graph(ward: Simulator, graph_config: GraphConfig, status: int) -> None:
    ward.faults.add(host="download", status=status, body="The link has expired.")
    ask(graph_config, report)
    assert requests(ward, "graph") == 2


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_passing_trouble_is_waited_out(ward: Simulator, graph_config: GraphConfig, status: int) -> None:
    ward.faults.add(host="graph", status=status, body="<html>busy</html>", times=3)
    waits = Waits()
    ask(graph_config, report, waits)
    assert len(waits) == 3


def test_retry_after_is_honoured_in_both_forms(ward: Simulator, graph_config: GraphConfig) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=200), usegmt=True)
    for value in ("600", later):
        ward.faults.add(host="graph", status=429, headers={"Retry-After": value})
    waits = Waits()
    ask(graph_config, report, waits)
    assert waits[0] == 600
    assert 150 < waits[1] <= 200


def test_retry_after_beyond_the_time_allowed_ends_at_once(ward: Simulator, graph_config: GraphConfig) -> None:
    ward.faults.add(host="graph", status=429, headers={"Retry-After": "600"}, times=-1)
    message = refusal(replace(graph_config, max_retry_seconds=300), report, TransientSourceError)
    assert "429 Too Many Requests and asks to wait 600 s" in message
    assert "KATSUYO_MAX_RETRY_SECONDS" in message


def test_a_stalled_body_ends_with_the_time_allowed(ward: Simulator, graph_config: GraphConfig) -> None:
    ward.faults.add(host="download", answer="stall_mid", seconds=1.0)
    assert "not complete within 0 s" in refusal(
        replace(graph_config, max_retry_seconds=0.3), report, TransientSourceError
    )


def test_trouble_without_end_is_told_with_attempts(ward: Simulator, graph_config: GraphConfig) -> None:
    ward.faults.add(host="graph", status=503, times=-1)
    message = refusal(graph_config, report, TransientSourceError)
    assert "503 Service Unavailable (" in message
    assert "attempts in" in message


def test_a_proxy_page_is_no_empty_answer(ward: Simulator, graph_config: GraphConfig) -> None:
    ward.faults.add(host="graph", match="/users", status=200, body="<html>Please sign in</html>", times=-1)
    message = refusal(graph_config, lambda graph: graph.users(NOW), TransientSourceError)
    assert "not the documented JSON (4 attempts" in message
    ward.faults.clear()
    ward.faults.add(host="graph", match="/users", status=200, body='{"error":{}}', times=-1)
    refusal(graph_config, lambda graph: graph.users(NOW), TransientSourceError)


def test_a_redirect_that_cannot_be_followed_is_told_without_the_ticket(
    ward: Simulator, graph_config: GraphConfig
) -> None:
    for location in ("https://downloads.example/?token=secret-ticket", "ftp://downloads.example/?token=secret-ticket"):
        ward.faults.clear()
        ward.faults.add(host="graph", status=302, headers={"Location": location}, times=-1)
        message = refusal(graph_config, report, TransientSourceError)
        assert "redirects to a download address" in message
        assert "secret-ticket" not in message


# Tokens


def test_a_token_that_died_is_renewed_once(ward: Simulator, graph_config: GraphConfig) -> None:
    async def twice(graph: GraphSource) -> list[Answer]:
        first = await graph.users(NOW)
        ward.revoke_tokens()
        days = [DAY - timedelta(days=back) for back in range(6)]
        return [first, *[result async for _, result in graph.reports(TEAMS, days, lambda: NOW)]]

    waits = Waits()
    assert all(isinstance(answer, Answer) for answer in ask(graph_config, twice, waits))
    assert waits == []
    assert requests(ward, "login") == 2


def test_a_fresh_token_that_is_refused_too_is_told(ward: Simulator, graph_config: GraphConfig) -> None:
    ward.faults.add(host="graph", status=401, body='{"error":{"code":"InvalidAuthenticationToken"}}', times=-1)
    message = refusal(graph_config, report, PermanentSourceError)
    assert "401 Unauthorized, code InvalidAuthenticationToken although the token was fresh" in message
    assert "KATSUYO_CLIENT_SECRET" in message
    assert requests(ward, "graph") == 2


def test_a_claims_challenge_is_answered_with_a_new_token(ward: Simulator, graph_config: GraphConfig) -> None:
    claims = base64.b64encode(b'{"access_token":{"nbf":{"essential":true,"value":"1"}}}').decode()
    challenge = {"WWW-Authenticate": f'Bearer realm="", error="insufficient_claims", claims="{claims}"'}
    ward.faults.add(host="graph", status=401, headers=challenge)
    ask(graph_config, report)
    assert requests(ward, "login") == 2


@pytest.mark.parametrize("challenge", ['Bearer claims="%%%"', 'Bearer claims="/w=="'])
def test_a_challenge_of_nonsense_is_a_plain_401(ward: Simulator, graph_config: GraphConfig, challenge: str) -> None:
    ward.faults.add(host="graph", status=401, headers={"WWW-Authenticate": challenge})
    ask(graph_config, report)
    assert requests(ward, "login") == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"client_secret": "not-the-secret"}, "the client secret is wrong (AADSTS7000215)"),
        ({"client_id": "11111111-0000-4000-8000-000000000000"}, "the tenant does not know the application"),
        ({"tenant_id": "11111111-0000-4000-8000-000000000000"}, "there is no such tenant"),
    ],
)
def test_wrong_credentials_say_which_setting(
    ward: Simulator, graph_config: GraphConfig, change: dict[str, str], words: str
) -> None:
    config = replace(graph_config, **change)
    message = refusal(config, report, PermanentSourceError)
    assert words in message
    assert "check KATSUYO_" in message or "KATSUYO_CLIENT_SECRET" in message
    assert requests(ward, "login") == 1
    assert requests(ward, "graph") == 0


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 503, "times": 2},
        {"status": 429, "headers": {"Retry-After": "7"}},
        {"status": 200, "body": "<html>proxy</html>"},
        {"status": 200, "body": "{}"},
        {"status": 200, "body": '{"access_token":"x"}'},
        {"status": 200, "body": "[1]"},
        {"answer": "reset"},
        {"answer": "empty_200"},
        {"answer": "bad_json"},
        {"answer": "truncate"},
    ],
)
def test_trouble_at_the_login_is_waited_out(
    ward: Simulator, graph_config: GraphConfig, fault: dict[str, object]
) -> None:
    ward.faults.add(host="login", **fault)
    waits = Waits()
    ask(graph_config, report, waits)
    assert waits
    if fault.get("headers"):
        assert waits == [7]


# Refusals


@pytest.mark.parametrize(
    ("permission", "question"),
    [
        ("Reports.Read.All", report),
        ("ReportSettings.Read.All", lambda graph: graph.report_settings(NOW)),
        ("User.Read.All", lambda graph: graph.users(NOW)),
        ("AuditLog.Read.All", lambda graph: graph.sign_ins(DAY, NOW)),
        ("Policy.Read.All", lambda graph: graph.named_locations(NOW)),
    ],
)
def test_a_missing_permission_is_named(
    ward: Simulator, graph_config: GraphConfig, permission: str, question: Callable[[GraphSource], Awaitable[object]]
) -> None:
    ward.configure(withheld_permissions=frozenset({permission}))
    message = refusal(graph_config, question, PermanentSourceError)
    assert f"give the application the permission {permission}" in message
    assert "403 Forbidden" in message
    assert requests(ward, "graph") == 1


def test_sign_ins_need_a_premium_licence(ward: Simulator, graph_config: GraphConfig) -> None:
    ward.configure(has_premium_licence=False)
    assert "Entra ID P1" in refusal(graph_config, lambda graph: graph.sign_ins(DAY, NOW), PermanentSourceError)


def test_a_gateway_403_passes(ward: Simulator, graph_config: GraphConfig) -> None:
    ward.faults.add(host="graph", status=403, body="<html>no</html>", times=2)
    ask(graph_config, report)
    ward.faults.add(host="graph", status=403, body="<html>no</html>", times=-1)
    assert "Reports.Read.All" in refusal(graph_config, report, PermanentSourceError)


def test_a_day_that_is_not_there_yet_and_one_that_is_gone(graph_config: GraphConfig) -> None:
    today = NOW.astimezone(UTC).date()
    recent = refusal(graph_config, lambda graph: graph.report(TEAMS, today, NOW), NotYetAvailableError)
    assert "no report of that day yet" in recent
    old = refusal(
        graph_config, lambda graph: graph.report(TEAMS, today - timedelta(days=40), NOW), PermanentSourceError
    )
    assert "keeps days for 28 days and this one is 40 days back" in old


def test_an_untrusted_certificate_names_the_setting(graph_config: GraphConfig) -> None:
    message = refusal(replace(graph_config, ca_file=None), report, PermanentSourceError)
    assert "certificate of localhost" in message
    assert "KATSUYO_CA_FILE" in message


@pytest.mark.parametrize(
    ("change", "setting"),
    [
        ({"base_url": "http://127.0.0.1:1/v1.0"}, "KATSUYO_GRAPH_BASE_URL"),
        ({"authority": "https://localhost:1"}, "KATSUYO_AUTHORITY"),
    ],
)
def test_an_unreachable_host_names_the_setting(graph_config: GraphConfig, change: dict[str, str], setting: str) -> None:
    message = refusal(replace(graph_config, **change), report, TransientSourceError)
    assert "cannot be reached (4 attempts" in message
    assert setting in message


@pytest.mark.parametrize(
    ("change", "setting"),
    [
        ({"base_url": "http://graph.example/v1.0"}, "KATSUYO_GRAPH_BASE_URL"),
        ({"authority": "http://login.example"}, "KATSUYO_AUTHORITY"),
        ({"tenant_id": "not a tenant!"}, "KATSUYO_TENANT_ID"),
        ({"client_secret": ""}, "KATSUYO_CLIENT_SECRET"),
        ({"ca_file": Path("/nowhere/ca.pem")}, "KATSUYO_CA_FILE"),
        ({"ca_file": Path(__file__)}, "KATSUYO_CA_FILE"),
    ],
)
def test_settings_that_cannot_work_are_named(graph_config: GraphConfig, change: dict, setting: str) -> None:
    with pytest.raises(ConfigurationError, match=setting):
        ask(replace(graph_config, **change), report)


def test_no_log_at_any_level_holds_secret_token_or_ticket(
    ward: Simulator, graph_config: GraphConfig, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        ask(graph_config, report)
        ward.faults.add(host="login", status=401, body='{"error":"invalid_client","error_description":"AADSTS7000215"}')
        refusal(graph_config, report, PermanentSourceError)
    for secret in (graph_config.client_secret, "token=", "Bearer ey"):
        assert secret not in caplog.text


class SomethingElseError(Exception):
    """A failure of the caller's own."""


def test_leaving_early_leaves_nothing_running(ward: Simulator, graph_config: GraphConfig) -> None:
    days = [DAY - timedelta(days=back) for back in range(10)]

    async def leave_in_the_middle() -> int:
        with pytest.raises(SomethingElseError):
            async with GraphSource(graph_config) as graph:
                async for _ in graph.reports(TEAMS, days, lambda: NOW):
                    raise SomethingElseError
        return len(asyncio.all_tasks())

    assert asyncio.run(leave_in_the_middle()) == 1
    # What was on its way is still answered and logged: let it pass before the next test counts requests.
    seen = -1
    while seen != len(ward.log.recent()):
        seen = len(ward.log.recent())
        time.sleep(0.1)
