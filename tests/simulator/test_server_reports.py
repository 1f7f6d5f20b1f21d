"""The usage reports over a generated ward: header and cells of the wire, and numbers that agree with each other."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from pipelines.simulator.server import ServerConfig, Simulator
from pipelines.simulator.world import World, WorldConfig
from tests.simulator.simulated import graph_client, report

FIRST, LAST = date(2026, 3, 16), date(2026, 4, 10)
NOW = datetime(2026, 4, 12, 21, tzinfo=UTC)  # newest day 10 April, of the apps 8 April
DAY = "2026-04-03"  # restated in all reports
TEAMS, MAIL, ACTIVE = "getTeamsUserActivityUserDetail", "getEmailActivityUserDetail", "getOffice365ActiveUserDetail"
MAIL_APPS, ONEDRIVE = "getEmailAppUsageUserDetail", "getOneDriveActivityUserDetail"
SHAREPOINT, APPS = "getSharePointActivityUserDetail", "getM365AppUserDetail"
SERVICES = "getOffice365ServicesUserCounts"
FILE_COLUMNS = (
    "Viewed Or Edited File Count,Synced File Count,Shared Internally File Count,Shared Externally File Count,"
)
SIX = ("Exchange", "OneDrive", "SharePoint", "Skype For Business", "Yammer", "Teams")
HEADERS = {
    MAIL_APPS: (
        "Report Refresh Date,User Principal Name,Display Name,Is Deleted,Deleted Date,Last Activity Date,Mail For Mac,"
        "Outlook For Mac,Outlook For Windows,Outlook For Mobile,Other For Mobile,Outlook For Web,POP3 App,IMAP4 App,"
        "SMTP App,Report Period"
    ),
    ONEDRIVE: (
        "Report Refresh Date,User Principal Name,Is Deleted,Deleted Date,Last Activity Date,"
        f"{FILE_COLUMNS}Assigned Products,Report Period"
    ),
    SHAREPOINT: (
        "Report Refresh Date,User Principal Name,Is Deleted,Deleted Date,Last Activity Date,"
        f"{FILE_COLUMNS}Visited Page Count,Assigned Products,Report Period"
    ),
    ACTIVE: ",".join(
        [
            "Report Refresh Date,User Principal Name,Display Name,Is Deleted,Deleted Date",
            *(f"Has {name} License" for name in SIX),
            *(f"{name} Last Activity Date" for name in SIX),
            *(f"{name} License Assign Date" for name in SIX),
            "Assigned Products",
        ]
    ),
    APPS: (
        "Report Refresh Date,User Principal Name,Last Activation Date,Last Activity Date,Report Period,Windows,Mac,"
        "Mobile,Web,Outlook,Word,Excel,PowerPoint,OneNote,Teams,Outlook (Windows),Word (Windows),Excel (Windows),"
        "PowerPoint (Windows),OneNote (Windows),Teams (Windows),Outlook (Mac),Word (Mac),Excel (Mac),PowerPoint (Mac),"
        "OneNote (Mac),Teams (Mac),Outlook (Mobile),Word (Mobile),Excel (Mobile),PowerPoint (Mobile),OneNote (Mobile),"
        "Teams (Mobile),Outlook (Web),Word (Web),Excel (Web),PowerPoint (Web),OneNote (Web),Teams (Web)"
    ),
    SERVICES: ",".join(
        [
            "Report Refresh Date",
            *(f"{name} Active,{name} Inactive" for name in (*SIX, "Office 365")),
            "Report Period",
        ]
    ),
}


@pytest.fixture(scope="module")
def simulator():
    world = World.build(WorldConfig(seed=5, staff=200, first_day=FIRST, last_day=LAST))
    with Simulator(world, ServerConfig(now=NOW)) as simulator:
        yield simulator


@pytest.fixture
def graph(simulator):
    with graph_client(simulator) as client:
        yield client


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))


def by_person(graph, name: str, argument: str = f"date={DAY}") -> dict[str, dict[str, str]]:
    table = rows(report(graph, f"{name}({argument})"))
    people = {row["User Principal Name"]: row for row in table}
    assert len(people) == len(table) > 100
    return people


def is_active(row: dict[str, str], *columns: str) -> bool:
    return any(int(row[column]) > 0 for column in columns)


@pytest.mark.parametrize("name", HEADERS)
def test_header_and_line_ends_are_those_of_the_wire(graph, name):
    content = report(graph, f"{name}(period='D7')")
    assert content.startswith(b"\xef\xbb\xbf" + HEADERS[name].encode() + b"\r\n")
    assert content.endswith(b"\r\n")
    assert content.count(b"\n") == content.count(b"\r\n") > 1
    if name != SERVICES:
        day = report(graph, f"{name}(date={DAY})")
        assert day.partition(b"\r\n")[0] == content.partition(b"\r\n")[0]
        assert {row.get("Report Period", "1") for row in rows(day)} == {"1"}
        assert {row["Report Refresh Date"] for row in rows(day)} == {DAY}


def test_mail_apps_are_version_texts_of_those_who_mailed(graph):
    apps, mail = by_person(graph, MAIL_APPS), by_person(graph, MAIL)
    assert apps.keys() == mail.keys()
    names = HEADERS[MAIL_APPS].split(",")[6:15]
    used = {person for person, row in apps.items() if any(row[name] for name in names)}
    assert used == {person for person, row in mail.items() if is_active(row, "Send Count", "Read Count")}
    cells = {row["Outlook For Windows"] for row in apps.values()}
    assert cells == {"", "ProPlus", "Undetermined"}
    assert sum(row["Outlook For Mobile"] != "" for row in apps.values()) > 3


def test_devices_and_apps_tell_the_same(graph):
    apps, mail = by_person(graph, APPS), by_person(graph, MAIL_APPS)
    devices = by_person(graph, "getTeamsDeviceUsageUserDetail")
    assert apps.keys() <= devices.keys()
    for person, row in apps.items():
        device = devices[person]
        assert row["Teams (Windows)"] == device["Used Windows"]
        assert row["Teams (Web)"] == device["Used Web"]
        phone = "Yes" if "Yes" in (device["Used iOS"], device["Used Android Phone"]) else "No"
        assert row["Teams (Mobile)"] == phone
        assert (row["Outlook (Web)"] == "Yes") == (mail[person]["Outlook For Web"] != "")
        for platform in ("Windows", "Mac", "Mobile", "Web"):
            cells = [
                row[f"{app} ({platform})"] for app in ("Outlook", "Word", "Excel", "PowerPoint", "OneNote", "Teams")
            ]
            assert row[platform] == ("Yes" if "Yes" in cells else "No")
        word = [row[f"Word ({platform})"] for platform in ("Windows", "Mac", "Mobile", "Web")]
        assert row["Word"] == ("Yes" if "Yes" in word else "No")
    without_installation = [row for row in apps.values() if not row["Last Activation Date"]]
    assert without_installation
    assert {row["Word (Windows)"] for row in without_installation} == {"No"}


def test_active_users_have_the_dates_of_the_other_reports(graph):
    active, mail, teams = by_person(graph, ACTIVE), by_person(graph, MAIL), by_person(graph, TEAMS)
    files = {"OneDrive": by_person(graph, ONEDRIVE), "SharePoint": by_person(graph, SHAREPOINT)}
    for person, row in mail.items():
        shown = active[person]
        assert shown["Exchange Last Activity Date"] == row["Last Activity Date"]
        counted = is_active(teams[person], "Team Chat Message Count", "Private Chat Message Count", "Meeting Count")
        assert not counted or shown["Teams Last Activity Date"] == DAY
        assert shown["Teams Last Activity Date"] <= teams[person]["Last Activity Date"]
        for service, table in files.items():
            assert shown[f"{service} Last Activity Date"] == table[person]["Last Activity Date"]
        assert {shown[f"Has {name} License"] for name in SIX} == {"True"}
        assert "" not in {shown[f"{name} License Assign Date"] for name in SIX}
    gone = [row for person, row in active.items() if person not in mail]
    assert gone
    assert {row["Has Teams License"] for row in gone} == {"False"}
    assert {row["Assigned Products"] for row in gone} == {""}


def test_a_licence_that_is_gone_counts_as_deleted_for_files_at_once(graph):
    """31 March: its leavers, and those of 9 April, have lost the licence, but not yet the account."""
    files, teams = by_person(graph, ONEDRIVE, "date=2026-03-31"), by_person(graph, TEAMS, "date=2026-03-31")
    lost = {person for person, row in files.items() if row["Is Deleted"] == "True"}
    assert lost
    assert {files[person]["Deleted Date"] for person in lost} == {"2026-04-01", "2026-04-10"}
    assert {teams[person]["Is Deleted"] for person in lost} == {"False"}


@pytest.mark.parametrize("day", ["2026-04-10", "2026-04-08", "2026-04-05", "2026-03-31"])
def test_tenant_counts_of_a_day_are_the_licensed_rows_of_that_day(graph, day):
    licensed = [row for row in by_person(graph, TEAMS, f"date={day}").values() if row["Is Licensed"] == "Yes"]
    totals = {row["Report Date"]: row for row in rows(report(graph, "getTeamsUserActivityCounts(period='D30')"))}[day]
    for name, column in {
        "Team Chat Messages": "Team Chat Message Count",
        "Private Chat Messages": "Private Chat Message Count",
        "Calls": "Call Count",
        "Meetings": "Meeting Count",
        "Meetings Organized Count": "Meetings Organized Count",
        "Post Messages": "Post Messages",
        "Reply Messages": "Reply Messages",
    }.items():
        assert int(totals[name]) == sum(int(row[column]) for row in licensed), name
    people = {row["Report Date"]: row for row in rows(report(graph, "getTeamsUserActivityUserCounts(period='D30')"))}[
        day
    ]
    assert int(people["Meetings"]) == sum(row["Meeting Count"] != "0" for row in licensed)
    assert int(people["Other Actions"]) == sum(row["Has Other Action"] == "Yes" for row in licensed)


def test_services_counts_are_the_active_and_the_other_licensed_people(graph):
    table = by_person(graph, ACTIVE, "period='D7'")
    (counts,) = rows(report(graph, f"{SERVICES}(period='D7')"))
    licensed = [row for row in table.values() if row["Has Exchange License"] == "True"]
    for name in SIX:
        dates = [row[f"{name} Last Activity Date"] for row in licensed]
        assert int(counts[f"{name} Active"]) == sum(value >= "2026-04-04" for value in dates)
        assert int(counts[f"{name} Active"]) + int(counts[f"{name} Inactive"]) == len(licensed)
    assert any("" < row["SharePoint Last Activity Date"] < "2026-04-04" for row in licensed)
    assert 0 < int(counts["SharePoint Active"]) < int(counts["Office 365 Active"])
    assert counts["Report Period"] == "7"


def test_a_week_of_files_is_the_sum_of_its_days(graph):
    week = by_person(graph, SHAREPOINT, "period='D7'")
    days = [by_person(graph, SHAREPOINT, f"date={LAST - timedelta(days=back)}") for back in range(7)]
    for column in ("Viewed Or Edited File Count", "Visited Page Count"):
        totals = {person: sum(int(day[person][column]) for day in days if person in day) for person in week}
        assert {person: int(row[column]) for person, row in week.items()} == totals


def test_the_apps_come_later_and_are_restated_once(simulator, graph):
    header = b"\xef\xbb\xbf" + HEADERS[APPS].encode() + b"\r\n"
    assert report(graph, f"{APPS}(date=2026-04-10)") == header
    assert report(graph, f"{APPS}(date=2026-04-09)") == header
    assert graph.get(f"/reports/{APPS}(date=2026-04-11)").status_code == 400
    week = by_person(graph, APPS, "period='D7'")
    assert {row["Report Refresh Date"] for row in week.values()} == {"2026-04-08"}

    def silent(table):
        return sum(row["Last Activity Date"] != "2026-04-08" for row in table.values())

    try:
        versions = []
        for age in (4, 5, 6, 7, 9):
            simulator.set_now(datetime(2026, 4, 8, 21, tzinfo=UTC) + timedelta(days=age))
            versions.append(by_person(graph, APPS, "date=2026-04-08"))
    finally:
        simulator.set_now(NOW)
    assert versions[0] == versions[1] == versions[2] != versions[3] == versions[4]
    assert silent(versions[2]) > silent(versions[3])


@pytest.mark.parametrize("name", [*HEADERS, "getTeamsUserActivityCounts", "getTeamsUserActivityUserCounts"])
def test_concealed_names_and_report_faults_concern_every_report(simulator, graph, name):
    mode = "period='D7'" if "Counts" in name else f"date={DAY}"
    whole = report(graph, f"{name}({mode})")
    simulator.configure(display_concealed_names=True)
    concealed = report(graph, f"{name}({mode})")
    simulator.configure(display_concealed_names=False)
    assert b"@" not in concealed
    assert len(rows(concealed)) == len(rows(whole))
    simulator.faults.add(host="graph", match=name, answer="wrong_day")
    assert rows(report(graph, f"{name}({mode})"))[0]["Report Refresh Date"] < rows(whole)[0]["Report Refresh Date"]
    simulator.faults.add(host="graph", match=name, answer="header_only")
    assert report(graph, f"{name}({mode})") == whole.partition(b"\n")[0] + b"\n"


COPILOT = "getMicrosoft365CopilotUsageUserDetail(period='D7')"
COPILOT_HEADER = (
    "Report Refresh Date,Report Period,User Principal Name,Display Name,Last Activity Date,"
    "Microsoft Teams Copilot Last Activity Date,Word Copilot Last Activity Date,Excel Copilot Last Activity Date,"
    "PowerPoint Copilot Last Activity Date,Outlook Copilot Last Activity Date,OneNote Copilot Last Activity Date,"
    "Loop Copilot Last Activity Date,Copilot Chat Last Activity Date"
)


def test_copilot_is_refused_without_a_licence(simulator, graph):
    for folder in ("v1.0/copilot/reports", "beta/reports", "beta/copilot/reports"):
        answer = graph.get(f"{simulator.urls['graph']}/{folder}/{COPILOT}")
        error = answer.json()["error"]
        assert (answer.status_code, error["code"]) == (403, "UnknownError")
        assert "Copilot license" in json.loads(error["message"])["error"]["message"]
    assert graph.get(f"/reports/{COPILOT}").status_code == 400
    assert graph.get(f"{simulator.urls['graph']}/beta/reports/{TEAMS}(period='D7')").status_code == 400


def test_copilot_lists_those_with_a_licence(simulator, graph):
    beta = f"{simulator.urls['graph']}/beta/reports/{COPILOT}"
    simulator.configure(copilot_licences=7)
    try:
        answer = graph.get(f"/copilot/reports/{COPILOT}")
        content = httpx.get(answer.headers["Location"]).content
        csv_of_beta = httpx.get(graph.get(beta, params={"$format": "text/csv"}).headers["Location"]).content
        document = graph.get(beta).json()["value"]
    finally:
        simulator.configure(copilot_licences=0)
    assert content == csv_of_beta
    assert content.startswith(b"\xef\xbb\xbf" + COPILOT_HEADER.encode() + b"\r\n")
    table = rows(content)
    dates = [row["Microsoft Teams Copilot Last Activity Date"] for row in table]
    assert len(table) == len(document) == 7
    assert any(dates)
    for row, shown in zip(table, document, strict=True):
        last = [row[name] for name in COPILOT_HEADER.split(",")[5:]]
        assert row["Last Activity Date"] == max(last)
        assert max(last) <= row["Report Refresh Date"] == "2026-04-10"
        assert shown["userPrincipalName"] == row["User Principal Name"]
        assert (shown["wordCopilotLastActivityDate"] or "") == row["Word Copilot Last Activity Date"]
        assert shown["copilotActivityUserDetailsByPeriod"] == [{"reportPeriod": 7}]
