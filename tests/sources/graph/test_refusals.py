"""The Graph client against the simulated services: tokens, permissions and settings, refused in words that help."""

from __future__ import annotations

import base64
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from pipelines.errors import (
    AccessRefusedError,
    ConfigurationError,
    DayGoneError,
    NotYetAvailableError,
    PermanentSourceError,
    TransientSourceError,
)
from pipelines.simulator.server import Simulator
from pipelines.sources.answer import Answer
from pipelines.sources.graph.client import GraphConfig, GraphSource
from tests.sources.conftest import NOW, Waits
from tests.sources.graph.asking import DAY, TEAMS, ask, refusal, report, requests

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
    message = refusal(graph_config, report, AccessRefusedError)
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
    message = refusal(config, report, AccessRefusedError)
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
    old = refusal(graph_config, lambda graph: graph.report(TEAMS, today - timedelta(days=40), NOW), DayGoneError)
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
        refusal(graph_config, report, AccessRefusedError)
    for secret in (graph_config.client_secret, "token=", "Bearer ey"):
        assert secret not in caplog.text
