"""Login host, faults, control port, and the real client libraries against the simulated services."""

from __future__ import annotations

import asyncio
import gzip
import re
import ssl
import zlib
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest
import requests
from azure.core.exceptions import ClientAuthenticationError
from azure.identity.aio import ClientSecretCredential
from box_sdk_gen import (
    BaseUrls,
    BoxCCGAuth,
    BoxClient,
    BoxNetworkClient,
    BoxRetryStrategy,
    CCGConfig,
    GetEventsStreamType,
    NetworkSession,
)
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from kiota_http.middleware.options import RetryHandlerOption
from msgraph import GraphServiceClient
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.graph_request_adapter import GraphRequestAdapter, options
from msgraph_core import GraphClientFactory

from pipelines.simulator.faults import Fault
from tests.simulator import small_world
from tests.simulator.simulated import ask_graph_token, box_client, graph_client, report, running

TEAMS = "getTeamsUserActivityUserDetail"
TEAMS_PATH = f"/reports/{TEAMS}(date=2026-03-18)"


# The SDK's own modules warn about their own classes when they are first imported.
pytestmark = [
    pytest.mark.filterwarnings("ignore:GetQueryParameters is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:This class is deprecated. Please use the generic:DeprecationWarning"),
]


@pytest.fixture(scope="module")
def simulator():
    with running() as simulator:
        yield simulator


@pytest.fixture
def graph(simulator):
    with graph_client(simulator) as client:
        yield client


@pytest.mark.parametrize(
    ("changes", "status", "number"),
    [
        ({"client_secret": "mistaken"}, 401, 7000215),
        ({"tenant": "00000000-0000-0000-0000-000000000001"}, 400, 90002),
        ({"client_id": "someone-else"}, 400, 700016),
        ({"grant_type": "password"}, 400, 70003),
    ],
)
def test_token_endpoint_refuses_as_entra_does(simulator, changes, status, number):
    answer = ask_graph_token(simulator, **changes)
    body = answer.json()
    assert (answer.status_code, body["error_codes"]) == (status, [number])
    assert body["error_description"].startswith(f"AADSTS{number}: ")
    assert "mistaken" not in answer.text


def test_token_endpoint_and_discovery(simulator):
    token = ask_graph_token(simulator).json()
    assert token.keys() == {"token_type", "expires_in", "ext_expires_in", "access_token"}
    settings = simulator.settings()
    with httpx.Client(verify=ssl.create_default_context(cafile=settings["KATSUYO_CA_FILE"])) as client:
        document = client.get(
            f"{settings['KATSUYO_AUTHORITY']}/{settings['KATSUYO_TENANT_ID']}/v2.0/.well-known/openid-configuration"
        ).json()
    assert document["token_endpoint"].startswith(settings["KATSUYO_AUTHORITY"])


def test_secrets_never_show(simulator):
    config = simulator.services.config
    assert config.client_secret not in repr(config)
    assert config.box_client_secret not in repr(config)


def test_a_fault_happens_as_often_as_it_says_then_no_more(simulator, graph):
    simulator.faults.add(
        host="graph", match=r"signIns\?.*top=5", times=2, skip=1, status=429, headers={"Retry-After": "7"}
    )
    codes = [graph.get("/auditLogs/signIns?$top=5").status_code for _ in range(4)]
    assert codes == [200, 429, 429, 200]
    simulator.faults.add(Fault(match="/users", times=-1, status=502, body="<html>bad gateway</html>"))
    answers = [graph.get("/users") for _ in range(3)]
    simulator.faults.clear()
    assert {(answer.status_code, answer.headers["Content-Type"]) for answer in answers} == {(502, "text/html")}
    assert graph.get("/users").status_code == 200


@pytest.mark.parametrize("answer", ["reset", "reset_mid", "truncate", "chunked_cut"])
def test_broken_transfers_fail_in_the_client(simulator, graph, answer):
    simulator.faults.add(host="graph", match="/users", answer=answer)
    with pytest.raises(httpx.TransportError):
        graph.get("/users")
    assert graph.get("/users").status_code == 200


def test_a_stall_outlasts_the_client_and_not_the_simulator(simulator, graph):
    for answer in ("stall", "stall_mid"):
        simulator.faults.add(host="graph", match="/users", answer=answer, seconds=30)
        with pytest.raises(httpx.ReadTimeout):
            graph.get("/users", timeout=0.2)


def test_spoiled_bodies_arrive_well_framed(simulator, graph):
    whole = graph.get("/users").content
    simulator.faults.add(match="/users", answer="bad_json")
    assert graph.get("/users").content == whole[: len(whole) // 2]
    simulator.faults.add(match="/users", answer="empty_200")
    assert graph.get("/users").content == b""
    simulator.faults.add(host="download", answer="gzip_cut")
    location = graph.get(TEAMS_PATH).headers["Location"]
    with httpx.stream("GET", location) as answer:
        packed = b"".join(answer.iter_raw())
    assert len(packed) == int(answer.headers["Content-Length"])
    with pytest.raises(EOFError):
        gzip.decompress(packed)
    assert zlib.decompressobj(31).decompress(packed).startswith(b"\xef\xbb\xbf")


def test_a_body_may_be_changed_by_pattern(simulator, graph):
    whole = report(graph, f"{TEAMS}(date=2026-03-18)")
    simulator.faults.add(
        host="download", answer="replace", pattern="(?m)^(\ufeff?)([^,]*),([^,]*),", replacement=r"\1\3,\2,"
    )
    changed = report(graph, f"{TEAMS}(date=2026-03-18)")
    assert changed.startswith("\ufeffUser Id,Report Refresh Date,User Principal Name,".encode())
    assert len(changed) == len(whole)
    with pytest.raises(re.error):
        simulator.faults.add(answer="replace", pattern="(")


def test_pages_may_be_smaller_than_asked_for(simulator, graph):
    simulator.configure(largest_page=7)
    try:
        users, sign_ins = graph.get("/users?$top=999").json(), graph.get("/auditLogs/signIns").json()
        with box_client(simulator) as box:
            accounts = box.get("/2.0/users", params={"limit": 1000, "usemarker": "true"}).json()
            events = box.get("/2.0/events", params={"stream_type": "admin_logs", "limit": 500}).json()
    finally:
        simulator.configure(largest_page=1000)
    assert len(users["value"]) == len(sign_ins["value"]) == len(accounts["entries"]) == 7
    assert 0 < len(events["entries"]) <= 7
    assert "@odata.nextLink" in users
    assert accounts["next_marker"]


def test_report_faults_change_the_content(simulator, graph):
    whole = report(graph, f"{TEAMS}(date=2026-03-18)")
    simulator.faults.add(host="graph", match=TEAMS, answer="wrong_day")
    assert b"\r\n2026-03-17," in report(graph, f"{TEAMS}(date=2026-03-18)")
    simulator.faults.add(host="graph", match=TEAMS, answer="header_only")
    header = report(graph, f"{TEAMS}(date=2026-03-18)")
    assert header == whole.partition(b"\n")[0] + b"\n"
    simulator.faults.add(host="graph", match=TEAMS, answer="concealed")
    assert b"@" not in report(graph, f"{TEAMS}(date=2026-03-18)")
    assert graph.get("/admin/reportSettings").json()["displayConcealedNames"] is False
    assert report(graph, f"{TEAMS}(date=2026-03-18)") == whole


def test_a_period_report_may_disagree_with_its_days(simulator, graph):
    path = "getTeamsUserActivityCounts(period='D7')"
    right = report(graph, path).decode().splitlines()[4].split(",")
    simulator.faults.add(host="graph", match="ActivityCounts", answer="wrong_totals")
    wrong = report(graph, path).decode().splitlines()[4].split(",")
    assert wrong[:2] == right[:2]
    assert [int(value) for value in wrong[2:8]] == [int(v) + int(v) // 5 + 1 for v in right[2:8]]
    assert (wrong[-1], wrong[8]) == ("7", "")


@pytest.mark.parametrize("packed", [False, True])
def test_a_report_may_end_early_at_a_line_end(simulator, graph, packed):
    whole = report(graph, f"{TEAMS}(date=2026-03-18)")
    simulator.configure(gzip_downloads=packed)
    simulator.faults.add(host="download", answer="line_cut")
    cut = report(graph, f"{TEAMS}(date=2026-03-18)")
    simulator.configure(gzip_downloads=False)
    assert cut.endswith(b"\r\n")
    assert whole.startswith(cut)
    assert 5 < cut.count(b"\n") < whole.count(b"\n")


def test_gzip_option_of_the_download_host(simulator, graph):
    simulator.configure(gzip_downloads=True)
    answer = httpx.get(graph.get(TEAMS_PATH).headers["Location"])
    simulator.configure(gzip_downloads=False)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.content == report(graph, f"{TEAMS}(date=2026-03-18)")


def test_control_port_does_what_the_object_does(simulator, graph):
    with httpx.Client(base_url=f"{simulator.urls['control']}/_sim") as control:
        assert control.post("/faults", json=[{"host": "graph", "match": "/users", "status": 503}]).json() == {
            "added": 1
        }
        assert graph.get("/users").status_code == 503
        control.post("/faults", json=[{"match": "x"}])
        assert control.get("/faults").json()[0]["times"] == 1
        control.delete("/faults")
        assert control.get("/faults").json() == []
        control.post("/config", json={"display_concealed_names": True})
        assert graph.get("/admin/reportSettings").json()["displayConcealedNames"] is True
        control.post("/config", json={"display_concealed_names": False})
        moved = (small_world.NOW + timedelta(days=1)).isoformat()
        assert control.post("/now", json={"now": moved}).status_code == 200
        assert graph.get(f"/reports/{TEAMS}(date=2026-03-24)").status_code == 302
        simulator.set_now(small_world.NOW)
        wrong = [
            ("/faults", [{"answer": "nonsense"}]),
            ("/faults", [{"match": "("}]),
            ("/now", {"now": "2026-01-01T00:00"}),
        ]
        wrong += [("/config", {"staff": 3}), ("/config", {"withheld_permissions": ["Everything"]}), ("/nothing", {})]
        assert [control.post(path, json=body).status_code for path, body in wrong] == [400, 400, 400, 400, 400, 404]
        assert control.post("/revoke").json()["revoked"] >= 1
        assert graph.get("/users").status_code == 401
        log = control.get("/log").json()
    assert log["requests"]["graph GET /v1.0/users"]["status"]["503"] == 1
    assert log["authorization_on_download"] == 0
    assert not any("eyJ" in entry.target for entry in simulator.log.recent())


# The real client libraries.


async def graph_sdk(simulator, use, **changes):
    """Run `use(client, adapter)` with the construction that production code uses."""
    settings = {**simulator.settings(), **changes}
    credential = ClientSecretCredential(
        settings["KATSUYO_TENANT_ID"],
        settings["KATSUYO_CLIENT_ID"],
        settings["KATSUYO_CLIENT_SECRET"],
        authority=settings["KATSUYO_AUTHORITY"],
        connection_verify=settings["KATSUYO_CA_FILE"],
    )
    # The middleware client does not close the transport below it, so that one is closed by name.
    transport = httpx.AsyncHTTPTransport()
    http = GraphClientFactory.create_with_default_middleware(
        client=httpx.AsyncClient(transport=transport, timeout=10),
        options={**options, RetryHandlerOption.get_key(): RetryHandlerOption(delay=0, max_retries=1)},
    )
    async with transport, http, credential:
        provider = AzureIdentityAuthenticationProvider(
            credential, scopes=["https://graph.microsoft.com/.default"], allowed_hosts=["127.0.0.1"]
        )
        adapter = GraphRequestAdapter(provider, client=http)
        adapter.base_url = settings["KATSUYO_GRAPH_BASE_URL"]
        return await use(GraphServiceClient(request_adapter=adapter), adapter)


def test_msgraph_sdk_reads_reports_through_the_redirect_without_the_token():
    async def use(client, _):
        day = await client.reports.get_teams_user_activity_user_detail_with_date(date(2026, 3, 18)).get()
        week = await client.reports.get_email_activity_user_detail_with_period("D7").get()
        settings = await client.admin.report_settings.get()
        return day, week, settings

    with running() as simulator:
        day, week, settings = asyncio.run(graph_sdk(simulator, use))
        log = simulator.log.document()
    assert day.startswith(b"\xef\xbb\xbfReport Refresh Date,User Id,")
    assert week.startswith(b"\xef\xbb\xbfReport Refresh Date,User Principal Name,")
    assert settings.display_concealed_names is False
    assert log["authorization_on_download"] == 0
    assert log["requests"]["download GET /data/v1.0/download"]["count"] == 2


def test_msgraph_sdk_errors_and_sign_in_paging(simulator):
    from msgraph.generated.audit_logs.sign_ins.sign_ins_request_builder import SignInsRequestBuilder

    query = SignInsRequestBuilder.SignInsRequestBuilderGetQueryParameters(
        top=40, filter="createdDateTime ge 2026-03-18T00:00:00Z", orderby=["createdDateTime"]
    )

    async def use(client, _):
        with pytest.raises(ODataError) as error:
            await client.reports.get_teams_user_activity_user_detail_with_date(date(2026, 1, 1)).get()
        page = await client.audit_logs.sign_ins.get(RequestConfiguration(query_parameters=query))
        following = await client.audit_logs.sign_ins.with_url(page.odata_next_link).get()
        return error.value, page, following

    error, page, following = asyncio.run(graph_sdk(simulator, use))
    assert (error.response_status_code, error.error.code) == (400, "InvalidArgument")
    assert len(page.value) == len(following.value) == 40
    assert page.value[-1].created_date_time <= following.value[0].created_date_time


def test_azure_identity_reports_the_wrong_secret(simulator):
    async def use(client, _):
        await client.admin.report_settings.get()

    with pytest.raises(ClientAuthenticationError, match="AADSTS7000215"):
        asyncio.run(graph_sdk(simulator, use, KATSUYO_CLIENT_SECRET="wrong"))


def test_boxsdk_reads_both_streams_and_survives_a_revoked_token(simulator):
    settings, base = simulator.settings(), simulator.urls["box"]
    with requests.Session() as session:
        network = NetworkSession(
            base_urls=BaseUrls(base_url=base, upload_url=base, oauth_2_url=f"{base}/oauth2"),
            network_client=BoxNetworkClient(requests_session=session),
            retry_strategy=BoxRetryStrategy(retry_base_interval=0.01),
        )
        config = CCGConfig(
            settings["KATSUYO_BOX_CLIENT_ID"],
            settings["KATSUYO_BOX_CLIENT_SECRET"],
            enterprise_id=settings["KATSUYO_BOX_ENTERPRISE_ID"],
        )
        client = BoxClient(auth=BoxCCGAuth(config=config), network_session=network)
        after = small_world.NOW - timedelta(days=2)
        page = client.events.get_events(stream_type=GetEventsStreamType.ADMIN_LOGS, created_after=after, limit=50)
        simulator.revoke_tokens()
        stream = client.events.get_events(stream_type=GetEventsStreamType.ADMIN_LOGS_STREAMING, stream_position="now")
        users = client.users.get_users(usemarker=True, limit=5, fields=["login", "status"])
    assert page.chunk_size == len(page.entries) > 0
    assert page.entries[0].created_at >= after
    assert (stream.chunk_size, len(users.entries)) == (0, 5)


def test_every_answer_says_that_it_is_simulated(simulator, graph):
    with box_client(simulator) as box:
        answers = [graph.get("/users"), graph.get("/nowhere"), box.get("/2.0/users"), ask_graph_token(simulator)]
    assert {answer.headers["X-Simulated-Data"].rpartition(";")[2] for answer in answers} == {" seed 7"}


def test_stopping_leaves_nothing_behind():
    with running() as simulator:
        ca_file = simulator.settings()["KATSUYO_CA_FILE"]
        url = simulator.urls["graph"]
    assert not Path(ca_file).exists()
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def test_a_taken_port_is_an_error_at_once():
    with running() as simulator:
        taken = int(simulator.urls["box"].rpartition(":")[2])
        with pytest.raises(OSError, match="address already in use"), running(ports={"box": taken}):
            pass
