"""When a day of a report counts: against the directory, the totals of the tenant, and what was accepted before."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from pipelines.errors import RejectedAnswerError
from pipelines.ingest.acceptance import Acceptance
from pipelines.ingest.workspace import Workspace
from pipelines.landing.manifest import Revision
from pipelines.settings import Settings
from pipelines.sources.answer import Answer
from pipelines.sources.graph.reports import REPORTS
from tests.sources.csv_bodies import DAY, NOW, TEAMS_HEADER, report, teams_row

ASKED_ON = NOW.date()
ACTIVE_HEADER = (
    "Report Refresh Date,User Principal Name,Is Deleted,Has Exchange License,Has OneDrive License,"
    "Has SharePoint License,Has Teams License,Exchange Last Activity Date,OneDrive Last Activity Date,"
    "SharePoint Last Activity Date,Teams Last Activity Date"
)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(Settings(home=tmp_path))


def land(workspace: Workspace, dataset: str, day: date, frame: pl.DataFrame, at: datetime = NOW) -> None:
    """An accepted revision as the landing keeps it."""
    sha256 = f"{frame.height:064}"
    revision = Revision(
        source="graph", dataset=dataset, day=day, fetched_at=at, confirmed_at=at, sha256=sha256, byte_count=1,
        row_count=frame.height, verdict="accepted",
    )  # fmt: skip
    workspace.landing.add(revision, frame)


def directory(workspace: Workspace, licensed: int, day: date = ASKED_ON, without: int = 5) -> None:
    licences = ["1"] * licensed + ["0"] * without + ["2"] * without
    enabled = ["true"] * (licensed + without) + ["false"] * without
    land(workspace, "users", day, pl.DataFrame({"account_enabled": enabled, "assigned_license_count": licences}))


def totals(workspace: Workspace, day: date = ASKED_ON, **counts: str | None) -> None:
    row = {"report_date": DAY.isoformat(), **counts}
    frame = pl.DataFrame([row, {**row, "report_date": "2026-05-01"}], schema=dict.fromkeys(row, pl.String))
    land(workspace, "teams_activity_counts", day, frame)


def teams(rows: int, without_licence: int = 0) -> Answer:
    """Each row has 3 team chat messages, 5 private ones, 2 meetings attended and no call."""
    lines = [teams_row(number) for number in range(rows)]
    lines += [teams_row(number).replace(",Yes,1", ",No,1") for number in range(rows, rows + without_licence)]
    return Answer("graph", "teams_user_activity", DAY, report(TEAMS_HEADER, *lines), NOW)


def rejection(workspace: Workspace, answer: Answer) -> str | None:
    """The reason, or None for an accepted day."""
    try:
        Acceptance(workspace).parser(REPORTS[answer.dataset])(answer)
    except RejectedAnswerError as error:
        reason = str(error)
    else:
        return None
    assert reason.endswith(".")
    assert "@" not in reason
    return reason


def test_nothing_to_compare_with_is_no_reason_to_reject(workspace: Workspace) -> None:
    assert rejection(workspace, teams(1)) is None


@pytest.mark.parametrize(("rows", "is_good"), [(20, True), (19, False)])
def test_half_of_the_licensed_accounts_are_the_least(workspace: Workspace, rows: int, is_good: bool) -> None:
    directory(workspace, licensed=40)
    reason = rejection(workspace, teams(rows))
    assert (reason is None) == is_good
    if reason:
        assert "19 accounts although 40 hold a licence" in reason
        assert "KATSUYO_ROW_FLOOR_SHARE" in reason


def test_the_floor_is_a_setting(tmp_path: Path) -> None:
    for share, is_good in ((0.0, True), (0.9, False)):
        workspace = Workspace(Settings(home=tmp_path / str(share), row_floor_share=share))
        directory(workspace, licensed=40)
        assert (rejection(workspace, teams(30)) is None) == is_good


def test_the_directory_of_the_day_counts_not_that_of_today(workspace: Workspace) -> None:
    directory(workspace, licensed=10, day=DAY - timedelta(days=30))
    directory(workspace, licensed=20, day=DAY + timedelta(days=1))
    directory(workspace, licensed=400, day=ASKED_ON)
    assert rejection(workspace, teams(12)) is None
    assert "although 20 hold" in (rejection(workspace, teams(9)) or "")


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({"team_chat_messages": "300", "private_chat_messages": "500", "calls": "0"}, None),
        ({"team_chat_messages": "300", "private_chat_messages": "540"}, None),  # within a tenth
        ({"team_chat_messages": "300", "private_chat_messages": "600"}, "500 private_chat_messages although"),
        ({"private_chat_messages": "440"}, "500 private_chat_messages although the tenant's total of that day is 440"),
        ({"calls": "10"}, "no activity at all"),
        ({"calls": "10", "team_chat_messages": "300"}, None),  # ten calls more or less prove nothing
        ({"calls": "11", "team_chat_messages": "300"}, "0 calls although the tenant's total of that day is 11"),
        ({"meetings_attended": "100"}, "200 meetings_attended although"),  # as the documentation spells it
        ({"meetings_attended_count": "100"}, "200 meetings_attended_count although"),  # as the wire does
        ({"team_chat_messages": "0", "private_chat_messages": "0"}, None),  # totals that are not there yet
        ({"team_chat_messages": None, "private_chat_messages": ""}, None),  # blank is not zero
        ({}, None),
    ],
)
def test_sums_of_licensed_rows_agree_with_the_totals(
    workspace: Workspace, counts: dict[str, str | None], words: str | None
) -> None:
    totals(workspace, **counts)
    reason = rejection(workspace, teams(100, without_licence=50))
    assert (reason is None) == (words is None), reason
    assert words is None or words in str(reason)


def test_no_activity_in_the_report_although_there_was_some(workspace: Workspace) -> None:
    totals(workspace, team_chat_messages="4")
    silent = teams(2).body.replace(b",3,5,0,2,0,2,", b",0,0,0,0,0,0,")
    reason = rejection(workspace, Answer("graph", "teams_user_activity", DAY, silent, NOW))
    assert "no activity at all although the tenant's totals of that day do" in str(reason)


def test_totals_of_another_day_of_asking_prove_nothing(workspace: Workspace) -> None:
    totals(workspace, day=ASKED_ON - timedelta(days=1), team_chat_messages="9000")
    assert rejection(workspace, teams(100)) is None


@pytest.mark.parametrize(("rows", "is_good"), [(90, True), (89, False)])
def test_a_revision_hardly_ever_loses_rows(workspace: Workspace, rows: int, is_good: bool) -> None:
    land(workspace, "teams_user_activity", DAY, pl.DataFrame({"x": ["1"] * 100}), NOW - timedelta(days=1))
    reason = rejection(workspace, teams(rows))
    assert (reason is None) == is_good
    if reason:
        assert "89 accounts although 100 came before: these stay" in reason


@pytest.mark.parametrize(
    ("active", "inactive", "share", "words"),
    [
        ("40", "60", 0.5, None),
        ("40", "70", 0.5, None),  # 10 more or less prove nothing
        ("40", "75", 0.5, "lists 100 licensed accounts although the tenant counts 115"),
        ("40", "75", 0.0, None),  # where a day lists active accounts only
        ("0", None, 0.5, None),
    ],
)
def test_licensed_rows_agree_with_the_users_of_the_tenant(
    tmp_path: Path, active: str, inactive: str | None, share: float, words: str | None
) -> None:
    workspace = Workspace(Settings(home=tmp_path, row_floor_share=share))
    row = {"office_365_active": active, "office_365_inactive": inactive}
    land(workspace, "services_user_counts", ASKED_ON, pl.DataFrame([row], schema=dict.fromkeys(row, pl.String)))
    lines = [f"{DAY},person{number}@city.mirai-ku.example,False,True,False,False,True,,,," for number in range(100)]
    lines += [f"{DAY},former{number}@city.mirai-ku.example,True,False,False,False,False,,,," for number in range(50)]
    answer = Answer("graph", "office365_active_users", DAY, report(ACTIVE_HEADER, *lines), NOW.astimezone(UTC))
    reason = rejection(workspace, answer)
    assert (reason is None) == (words is None), reason
    assert words is None or words in str(reason)
