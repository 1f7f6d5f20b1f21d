"""The simulated Graph host: shapes, limits and paging as the real one has them."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.simulator import small_world
from tests.simulator.simulated import WORLD, graph_client, report, running

TEAMS_HEADER = (
    "Report Refresh Date,User Id,User Principal Name,Last Activity Date,Is Deleted,Deleted Date,Assigned Products,"
    "Team Chat Message Count,Private Chat Message Count,Call Count,Meeting Count,Meetings Organized Count,"
    "Meetings Attended Count,Ad Hoc Meetings Organized Count,Ad Hoc Meetings Attended Count,"
    "Scheduled One-time Meetings Organized Count,Scheduled One-time Meetings Attended Count,"
    "Scheduled Recurring Meetings Organized Count,Scheduled Recurring Meetings Attended Count,Audio Duration,"
    "Video Duration,Screen Share Duration,Audio Duration In Seconds,Video Duration In Seconds,"
    "Screen Share Duration In Seconds,Has Other Action,Urgent Messages,Post Messages,Tenant Display Name,"
    "Shared Channel Tenant Display Names,Reply Messages,Is Licensed,Report Period"
)
DEVICE_HEADER = (
    "Report Refresh Date,User Id,User Principal Name,Last Activity Date,Is Deleted,Deleted Date,Used Web,"
    "Used Windows Phone,Used iOS,Used Mac,Used Android Phone,Used Windows,Used  Chrome OS,Used Linux,"
    "Is Licensed,Report Period"
)
EMAIL_HEADER = (
    "Report Refresh Date,User Principal Name,Display Name,Is Deleted,Deleted Date,Last Activity Date,Send Count,"
    "Receive Count,Read Count,Meeting Created Count,Meeting Interacted Count,Assigned Products,Report Period"
)
TEAMS = "getTeamsUserActivityUserDetail"
DEVICES, MAIL = "getTeamsDeviceUsageUserDetail", "getEmailActivityUserDetail"
SIGN_INS = "/auditLogs/signIns"


@pytest.fixture(scope="module")
def simulator():
    with running() as simulator:
        yield simulator


@pytest.fixture
def graph(simulator):
    with graph_client(simulator) as client:
        yield client


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    ("name", "header"),
    [
        (TEAMS, TEAMS_HEADER),
        ("getTeamsDeviceUsageUserDetail", DEVICE_HEADER),
        ("getEmailActivityUserDetail", EMAIL_HEADER),
    ],
)
def test_report_has_bom_crlf_and_the_header_of_the_wire(graph, name, header):
    content = report(graph, f"{name}(date=2026-03-18)")
    assert content.startswith(b"\xef\xbb\xbf" + header.encode() + b"\r\n")
    assert content.endswith(b"\r\n")
    assert content.count(b"\n") == content.count(b"\r\n") > 20


def test_report_holds_everyone_with_an_account_and_the_true_numbers(graph):
    table = {row["User Principal Name"]: row for row in rows(report(graph, f"{TEAMS}(date=2026-03-18)"))}
    assert (
        table["staff0001@city.mirai-ku.example"]
        | {
            "Team Chat Message Count": "1",
            "Private Chat Message Count": "2",
            "Audio Duration": "PT7M1S",
            "Audio Duration In Seconds": "421",
            "Last Activity Date": "2026-03-18",
            "Report Refresh Date": "2026-03-18",
            "Report Period": "1",
            "Is Licensed": "Yes",
            "Has Other Action": "No",
            "Is Deleted": "False",
        }
        == table["staff0001@city.mirai-ku.example"]
    )
    silent = table[f"staff000{small_world.SILENT}@city.mirai-ku.example"]
    assert (silent["Last Activity Date"], silent["Team Chat Message Count"], silent["Audio Duration"]) == (
        "",
        "0",
        "PT0S",
    )
    assert "ENTERPRISE MOBILITY + SECURITY" in silent["Assigned Products"]
    gone = table[f"staff000{small_world.LEFT_LONG_AGO}@city.mirai-ku.example"]
    assert (gone["Is Deleted"], gone["Deleted Date"], gone["Is Licensed"]) == ("True", "2026-03-23", "No")
    assert table[f"staff000{small_world.UNLICENSED}@city.mirai-ku.example"]["Is Licensed"] == "No"
    guest = table["yamada_vendor.example#EXT#@city.mirai-ku.example"]
    assert guest["Tenant Display Name"] == "vendor.example" != silent["Tenant Display Name"]


def test_last_activity_date_may_be_older_than_the_day(graph):
    sunday = {row["User Principal Name"]: row for row in rows(report(graph, f"{TEAMS}(date=2026-03-15)"))}
    row = sunday["staff0001@city.mirai-ku.example"]
    assert (row["Last Activity Date"], row["Team Chat Message Count"]) == ("2026-03-13", "0")


def test_mail_report_lists_licensed_mailboxes_only(graph):
    names = {row["User Principal Name"] for row in rows(report(graph, f"{MAIL}(date=2026-03-18)"))}
    assert len(names) == small_world.PEOPLE - 3  # the unlicensed one and two leavers
    assert not any("madoguchi" in name or "#EXT#" in name for name in names)


def test_names_with_commas_and_quotes_are_quoted_and_those_of_the_directory(graph):
    content = report(graph, f"{MAIL}(date=2026-03-18)")
    assert '"職員, 11"'.encode() in content
    assert '"職員13 ""常勤"""'.encode() in content
    users = graph.get("/users", params={"$select": "userPrincipalName,displayName"}).json()["value"]
    names = {user["userPrincipalName"]: user["displayName"] for user in users}
    shown = {row["User Principal Name"]: row["Display Name"] for row in rows(content)}
    assert {upn: names[upn] for upn in shown} == shown


def test_period_report_sums_the_days_up_to_the_newest(graph):
    week = {row["User Principal Name"]: row for row in rows(report(graph, f"{TEAMS}(period='D7')"))}
    row = week["staff0001@city.mirai-ku.example"]
    assert (row["Report Refresh Date"], row["Report Period"]) == ("2026-03-23", "7")
    assert row["Audio Duration In Seconds"] == str(421 * 5)
    counts = rows(report(graph, "getTeamsUserActivityCounts(period='D7')"))
    assert [row["Report Date"] for row in counts] == [f"2026-03-{day}" for day in range(23, 16, -1)]
    assert counts[0]["Audio Duration"] == ""
    people = rows(report(graph, "getTeamsUserActivityUserCounts(period='D30')"))
    assert len(people) == 30
    assert int(people[3]["Meetings"]) > 20


@pytest.mark.parametrize("day", ["2026-02-24", "2026-03-24", "2026-03-25", "2026-04-02", "2026-13-45"])
def test_forgotten_too_recent_and_malformed_dates_are_one_400(graph, day):
    answer = graph.get(f"/reports/{TEAMS}(date={day})")
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400, "InvalidArgument")
    assert error["message"] == f"Invalid date value specified: {day}. Only support data for the past 28 days."
    assert error["innerError"].keys() == {"date", "request-id", "client-request-id"}


@pytest.mark.parametrize("day", ["2026-02-25", "2026-03-23"])
def test_oldest_and_newest_days_are_served(graph, day):
    assert rows(report(graph, f"{TEAMS}(date={day})"))[0]["Report Refresh Date"] == day


def test_history_option_and_empty_recent_day():
    with running(unlimited_history=True, recent_day_is_empty=True) as simulator, graph_client(simulator) as graph:
        assert len(rows(report(graph, f"{TEAMS}(date=2026-02-17)"))) > 20
        assert report(graph, f"{TEAMS}(date=2026-03-24)") == b"\xef\xbb\xbf" + TEAMS_HEADER.encode() + b"\r\n"
        assert graph.get(f"/reports/{TEAMS}(date=2026-03-25)").status_code == 400


def test_recent_days_grow_until_the_restatement_window_closes():
    with running() as simulator, graph_client(simulator) as graph:
        path = f"{TEAMS}(date=2026-03-23)"
        first = report(graph, path)
        assert first == report(graph, path)  # deterministic
        simulator.set_now(small_world.NOW + timedelta(days=3))
        final = report(graph, path)
        simulator.set_now(small_world.NOW + timedelta(days=9))
        assert report(graph, path) == final

        def total(content):
            return sum(int(row["Private Chat Message Count"]) for row in rows(content))

        assert total(first) < total(final)
        assert len(rows(first)) == len(rows(final))


def test_concealed_names_hide_people_but_not_counts():
    with running(display_concealed_names=True) as simulator, graph_client(simulator) as graph:
        table = rows(report(graph, f"{TEAMS}(date=2026-03-18)"))
        mail = rows(report(graph, f"{MAIL}(date=2026-03-17)"))
        assert graph.get("/admin/reportSettings").json()["displayConcealedNames"] is True
        simulator.configure(display_concealed_names=False)
        plain = rows(report(graph, f"{TEAMS}(date=2026-03-18)"))
    assert {row["User Id"] for row in table} == {"00000000-0000-0000-0000-000000000000"}
    names = {row["User Principal Name"] for row in table}
    assert all(len(name) == 32 and set(name) <= set("0123456789ABCDEF") for name in names)
    assert {row["User Principal Name"] for row in mail} < names  # the same in every report
    assert [row["Call Count"] for row in table] == [row["Call Count"] for row in plain]


def test_redirect_goes_to_another_port_with_a_ticket_of_its_own(simulator, graph):
    first, second = (graph.get(f"/reports/{TEAMS}(date=2026-03-18)") for _ in range(2))
    assert (first.status_code, first.headers["Content-Type"].split(";")[0], first.content) == (302, "text/plain", b"")
    location = httpx.URL(first.headers["Location"])
    assert (location.host, location.path) == ("localhost", "/data/v1.0/download")
    assert location.port != httpx.URL(simulator.urls["graph"]).port
    assert location != second.headers["Location"]
    answer = httpx.get(location)
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Simulated-Data"].endswith("; seed 7")


def test_download_refuses_bearer_tokens_and_expired_tickets():
    with running(ticket_seconds=-1.0) as simulator, graph_client(simulator) as graph:
        location = graph.get(f"/reports/{TEAMS}(date=2026-03-18)").headers["Location"]
        assert httpx.get(location).status_code == 403
        assert httpx.get(location, headers={"Authorization": "Bearer x"}).status_code == 400
        assert simulator.log.document()["authorization_on_download"] == 1


def test_paths_with_double_slashes_quotes_and_encoded_dollars(simulator, graph):
    assert graph.get(f"{simulator.urls['graph']}/v1.0//reports/{TEAMS}(date='2026-03-18')").status_code == 302
    assert len(graph.get("/users?%24top=3").json()["value"]) == 3


def test_without_a_token_or_after_revocation_401():
    with running() as simulator, graph_client(simulator) as graph:
        bare = httpx.get(f"{simulator.urls['graph']}/v1.0/users")
        assert (bare.status_code, bare.json()["error"]["code"]) == (401, "InvalidAuthenticationToken")
        assert graph.get("/users").status_code == 200
        simulator.revoke_tokens()
        assert graph.get("/users").status_code == 401


@pytest.mark.parametrize(
    ("permission", "path", "code"),
    [
        ("Reports.Read.All", f"/reports/{TEAMS}(date=2026-03-18)", "UnknownError"),
        ("ReportSettings.Read.All", "/admin/reportSettings", "UnknownError"),
        ("User.Read.All", "/users", "Authorization_RequestDenied"),
        ("AuditLog.Read.All", SIGN_INS, "Authentication_MSGraphPermissionMissing"),
        ("Policy.Read.All", "/identity/conditionalAccess/namedLocations", "AccessDenied"),
    ],
)
def test_each_missing_permission_has_its_own_403(simulator, graph, permission, path, code):
    simulator.configure(withheld_permissions=frozenset({permission}))
    answer = graph.get(path)
    simulator.configure(withheld_permissions=frozenset())
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, code)
    assert graph.get(path).status_code in (200, 302)


def test_users_without_select_have_eleven_properties_and_no_department(graph):
    page = graph.get("/users").json()
    assert len(page["value"][0]) == 11
    assert "department" not in page["value"][0]


def test_users_as_of_now(graph):
    select = "id,userPrincipalName,department,employeeId,accountEnabled,userType,mail"
    users = {
        user["userPrincipalName"]: user for user in graph.get("/users", params={"$select": select}).json()["value"]
    }
    assert users["staff0001@city.mirai-ku.example"] == {
        "id": WORLD.people["entra_id"][1],
        "userPrincipalName": "staff0001@city.mirai-ku.example",
        "department": "情報管理課",
        "employeeId": "E00001",
        "accountEnabled": True,
        "userType": "Member",
        "mail": "staff0001@city.mirai-ku.example",
    }
    leaver = users[f"staff000{small_world.LEFT_RECENTLY}@city.mirai-ku.example"]
    assert (leaver["accountEnabled"], leaver["department"]) == (False, "情報管理課")
    assert f"staff000{small_world.LEFT_LONG_AGO}@city.mirai-ku.example" not in users
    guest = users["yamada_vendor.example#EXT#@city.mirai-ku.example"]
    assert (guest["userType"], guest["mail"], guest["department"]) == ("Guest", "yamada@vendor.example", None)


def test_users_pages_follow_the_next_link_on_the_host_that_was_asked(simulator, graph):
    page = graph.get("/users", params={"$select": "id,mail", "$top": 10}).json()
    seen = [user["id"] for user in page["value"]]
    while "@odata.nextLink" in page:
        assert page["@odata.nextLink"].startswith(simulator.urls["graph"])
        page = graph.get(page["@odata.nextLink"]).json()
        seen += [user["id"] for user in page["value"]]
    assert len(seen) == len(set(seen)) == small_world.PEOPLE - 1 + 3


@pytest.mark.parametrize("query", ["$top=1000", "$skip=5", "$select=id,shoeSize", "$orderby=mail"])
def test_users_refuses_what_graph_refuses(graph, query):
    answer = graph.get(f"/users?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


def sign_ins(graph, url=SIGN_INS, **parameters):
    page = graph.get(url, params=parameters).json()
    records, pages = page["value"], 1
    while "@odata.nextLink" in page:
        page = graph.get(page["@odata.nextLink"]).json()
        records, pages = records + page["value"], pages + 1
    return records, pages


UTC_DAY = "createdDateTime ge 2026-03-18T00:00:00Z and createdDateTime lt 2026-03-19T00:00:00Z"


def test_sign_ins_of_a_utc_day_in_pages(graph):
    records, pages = sign_ins(graph, **{"$filter": UTC_DAY, "$orderby": "createdDateTime", "$top": 10})
    times = [record["createdDateTime"] for record in records]
    assert times == sorted(times)
    assert times[0] >= "2026-03-18T00:00:00Z"
    assert times[-1] < "2026-03-19T00:00:00Z"
    whole, one = sign_ins(graph, **{"$filter": UTC_DAY, "$orderby": "createdDateTime"})
    assert whole == records
    assert (one, pages) == (1, -(-len(records) // 10))
    # Two Tokyo days meet in a UTC day; only interactive sign-ins are shown.
    expected = 0
    for day in ("2026-03-18", "2026-03-19"):
        frame = WORLD.sign_ins(datetime.fromisoformat(day).date()).filter("is_interactive")
        expected += frame.filter(frame["created_at"].dt.date() == datetime(2026, 3, 18, tzinfo=UTC).date()).height
    assert len({record["id"] for record in records}) == expected
    newest_first, _ = sign_ins(graph, **{"$filter": UTC_DAY})
    assert [record["createdDateTime"] for record in newest_first] == times[::-1]


def test_sign_in_records_look_like_live_ones(graph):
    records, _ = sign_ins(graph, **{"$filter": UTC_DAY})
    assert {len(record) for record in records} == {24}
    success = next(record for record in records if record["status"]["errorCode"] == 0)
    failure = next(record for record in records if record["status"]["errorCode"])
    assert success["status"]["failureReason"] == "Other."
    assert failure["status"]["failureReason"].startswith("Error validating credentials")
    assert success["riskEventTypes"] == []
    assert len(success["appliedConditionalAccessPolicies"]) == 4
    unmanaged = next(record["deviceDetail"] for record in records if not record["deviceDetail"]["isManaged"])
    assert (unmanaged["deviceId"], unmanaged["trustType"]) == ("", None)
    size = len(graph.get(SIGN_INS, params={"$filter": UTC_DAY}).content) / len(records)
    assert 1300 < size < 2200


def test_sign_ins_other_filters_and_refusals(graph):
    person = WORLD.people["upn"][1]
    records, _ = sign_ins(graph, **{"$filter": f"{UTC_DAY} and userPrincipalName eq '{person}'"})
    assert {record["userPrincipalName"] for record in records} == {person}
    failed, _ = sign_ins(graph, **{"$filter": f"{UTC_DAY} and status/errorCode eq 50126"})
    assert {record["status"]["errorCode"] for record in failed} == {50126}
    unknown = graph.get(SIGN_INS, params={"$filter": "signInEventTypes/any(t: t eq 'nonInteractiveUser')"})
    assert unknown.status_code == 400
    message = "Could not find a property named 'signInEventTypes' on type 'microsoft.graph.signIn'."
    assert unknown.json()["error"]["message"] == message
    assert graph.get(SIGN_INS, params={"$skip": "1"}).status_code == 400
    assert graph.get(SIGN_INS, params={"$top": "1001"}).status_code == 400


def test_beta_shows_the_sign_ins_that_are_not_interactive(simulator, graph):
    beta = f"{simulator.urls['graph']}/beta{SIGN_INS}"

    def shown(event_type, **more):
        text = f"signInEventTypes/any(t: t eq '{event_type}') and {UTC_DAY}"
        return sign_ins(graph, beta, **{"$filter": text, "$orderby": "createdDateTime", **more})

    silent, pages = shown("nonInteractiveUser", **{"$top": 20})
    assert pages == -(-len(silent) // 20) > 2
    assert {record["isInteractive"] for record in silent} == {False}
    assert {tuple(record["signInEventTypes"]) for record in silent} == {("nonInteractiveUser",)}
    times = [record["createdDateTime"] for record in silent]
    assert times == sorted(times)
    by_hand, _ = sign_ins(graph, **{"$filter": UTC_DAY, "$orderby": "createdDateTime"})
    assert {record["id"] for record in silent}.isdisjoint(record["id"] for record in by_hand)
    same, _ = shown("interactiveUser")
    assert [record | {"signInEventTypes": ["interactiveUser"]} for record in by_hand] == same
    assert sign_ins(graph, beta, **{"$filter": UTC_DAY, "$orderby": "createdDateTime"})[0] == same
    assert shown("servicePrincipal")[0] == []
    both = "signInEventTypes/any(t: t eq 'interactiveUser' or t eq 'nonInteractiveUser')"
    assert graph.get(beta, params={"$filter": both}).status_code == 400
    assert graph.get(f"{simulator.urls['graph']}/beta/users").status_code == 400


def test_sign_ins_know_neither_the_future_nor_what_is_older_than_thirty_days(simulator, graph):
    records, _ = sign_ins(graph)
    times = [datetime.fromisoformat(record["createdDateTime"]) for record in records]
    assert small_world.NOW - timedelta(minutes=30) < max(times) <= small_world.NOW
    assert small_world.NOW - timedelta(days=30) <= min(times) < small_world.NOW - timedelta(days=29)
    simulator.configure(has_premium_licence=False)
    refusal = graph.get(SIGN_INS)
    simulator.configure(has_premium_licence=True)
    assert refusal.json()["error"]["code"] == "Authentication_RequestFromNonPremiumTenantOrB2CTenant"


def test_named_locations_are_those_valid_today(graph):
    locations = graph.get("/identity/conditionalAccess/namedLocations").json()["value"]
    ranges = {location["displayName"]: location.get("ipRanges") for location in locations}
    assert {entry["cidrAddress"] for entry in ranges["本庁舎"]} == {"203.0.113.0/25", "2001:db8:1::/48"}
    assert "旧出張所" not in ranges
