"""The Graph client against the simulated services: right answers, and every fault waited out."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import pytest

from pipelines.errors import (
    PageExpiredError,
    PermanentSourceError,
    SourceError,
    TransientSourceError,
)
from pipelines.simulator.apis.clock import micros
from pipelines.simulator.apis.sign_in_log import SignInQuery
from pipelines.simulator.server import Simulator
from pipelines.sources.answer import Answer
from pipelines.sources.graph.client import USER_FIELDS, GraphConfig, GraphSource
from pipelines.sources.graph.connection import GraphConnection
from pipelines.sources.graph.parse import parse_report
from pipelines.sources.graph.records import parse_report_settings, parse_sign_ins, parse_users
from pipelines.sources.graph.reports import REPORTS
from pipelines.sources.retry import RetryPolicy
from tests.sources.conftest import NOW, Waits
from tests.sources.graph.asking import DAY, TEAMS, ask, refusal, report, requests

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


@pytest.mark.parametrize("question", [GraphSource.sign_ins, GraphSource.non_interactive_sign_ins])
def test_every_instant_is_asked_for_with_one_day(
    ward: Simulator, graph_config: GraphConfig, question: Callable[[GraphSource, date, datetime], Awaitable[Answer]]
) -> None:
    """A sign-in at midnight belongs to the day that begins; the service itself reads what was asked."""
    asked = []
    for day in (DAY, DAY + timedelta(days=1)):
        ask(graph_config, lambda graph, day=day: question(graph, day, NOW))
        filters = parse_qs(urlsplit(ward.log.recent()[-1].target).query)["$filter"]
        asked += [SignInQuery(text, beta=True) for text in filters]
    midnights = [micros(datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC) + timedelta(days=n)) for n in range(3)]
    assert [(query.from_us, query.until_us) for query in asked] == [*pairwise(midnights)]


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


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("https://graph.microsoft.com/v1.0/users?$skiptoken=x", True),
        ("https://GRAPH.microsoft.com:443/v1.0/users", True),
        ("http://graph.microsoft.com/v1.0/users", False),
        ("https://graph.microsoft.com.elsewhere.example/v1.0/users", False),
        ("https://graph.microsoft.com@elsewhere.example/v1.0/users", False),
        ("https://graph.microsoft.com:8443/v1.0/users", False),
        ("/v1.0/users", False),
    ],
)
def test_which_addresses_are_graph_itself(url: str, own: bool) -> None:
    config = GraphConfig(tenant_id="t", client_id="c", client_secret="s")
    assert GraphConnection(config, RetryPolicy("Graph", max_seconds=1)).is_own(url) is own


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


class SomethingElseError(Exception):
    """A failure of the caller's own."""


def test_leaving_early_leaves_nothing_running(ward: Simulator, graph_config: GraphConfig) -> None:
    days = [DAY - timedelta(days=back) for back in range(10)]

    async def leave() -> None:
        async with GraphSource(graph_config) as graph:
            async for _ in graph.reports(TEAMS, days, lambda: NOW):
                raise SomethingElseError

    async def leave_in_the_middle() -> int:
        with pytest.raises(SomethingElseError):
            await leave()
        return len(asyncio.all_tasks())

    assert asyncio.run(leave_in_the_middle()) == 1
    # What was on its way is still answered and logged: let it pass before the next test counts requests.
    seen = -1
    while seen != len(ward.log.recent()):
        seen = len(ward.log.recent())
        time.sleep(0.1)


def test_a_page_that_expired_begins_the_listing_again(ward: Simulator, graph_config: GraphConfig) -> None:
    """Thrown away are the pages read so far; not for ever, and never as a refusal of the application."""
    ward.configure(largest_page=20)
    expected = ask(graph_config, lambda graph: graph.users(NOW)).body
    body = '{"error":{"code":"Directory_ExpiredPageToken","message":"(text)"}}'
    ward.faults.add(host="graph", match="skiptoken", status=400, body=body, times=2, skip=1)
    assert ask(graph_config, lambda graph: graph.users(NOW)).body == expected
    ward.faults.add(host="graph", match="skiptoken", status=410, body="{}", times=-1)
    message = refusal(graph_config, lambda graph: graph.users(NOW), PageExpiredError)
    assert "the address of its next page is no longer good" in message
