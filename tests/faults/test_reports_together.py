"""All reports of a run at once: what goes wrong with one of them, or with all in the middle, costs nothing else."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipelines import ingest
from pipelines.errors import CONCEALED_NAMES, PermanentSourceError
from pipelines.ingest import Ingested
from pipelines.ingest.workspace import Workspace
from pipelines.sources.graph.reports import CATALOGUE, PERIOD_REPORTS, REPORTS
from pipelines.sources.quota import Quota
from tests import CHECKOUT
from tests.faults.conftest import DAYS, GOOD_DAYS, NOW, Desk

FEW = [REPORTS[name] for name in ("teams_user_activity", "email_activity", "onedrive_activity")]
FORBIDDEN = '{"error":{"code":"S2SUnauthorized","message":"Invalid permission."}}'


@pytest.fixture
def workspace(desk: Desk, tmp_path: Path) -> Workspace:
    return desk.workspace(tmp_path / "data", NOW)


def statuses(ingested: list[Ingested]) -> dict[str, set[str]]:
    return {one.dataset: {outcome.status for outcome in one.outcomes} for one in ingested}


def test_every_report_lands_within_the_quotas_of_the_service(desk: Desk, tmp_path: Path) -> None:
    """28 days of every report, in windows a thousandth as long: nothing is refused and nothing is asked for twice."""
    desk.simulator.configure(enforce_quotas=True, quota_time_scale=0.001)
    workspace = desk.workspace(tmp_path / "data", NOW)
    workspace.graph_config = replace(workspace.graph_config, report_quota=Quota(14, 0.6))
    desk.simulator.log.clear()
    days = [DAYS["new"] - timedelta(days=back) for back in range(15)]
    ingest.raise_if_any_failed(ingest.ingest_period_reports(workspace))
    ingested = ingest.ingest_reports(workspace, [(spec, days) for spec in REPORTS.values()])
    ingest.raise_if_any_failed(ingested)
    assert desk.simulator.log.refused() == 0
    assert desk.simulator.log.quotas.exceeded() == []
    assert {len(one.outcomes) for one in ingested} == {15}
    assert all({"new"} <= found <= {"new", "not_yet"} for found in statuses(ingested).values())
    for spec in REPORTS.values():
        asked = [request for request in desk.simulator.log.recent() if spec.function in request.target]
        assert len(asked) == 15


def test_a_forbidden_report_does_not_stop_the_others(desk: Desk, workspace: Workspace) -> None:
    desk.simulator.faults.add(host="graph", match="getEmailActivityUserDetail", status=403, times=-1, body=FORBIDDEN)
    desk.simulator.log.clear()
    ingested = ingest.ingest_reports(workspace, [(spec, GOOD_DAYS) for spec in FEW])
    assert statuses(ingested) == {
        "teams_user_activity": {"new"},
        "email_activity": {"failed"},
        "onedrive_activity": {"new"},
    }
    with pytest.raises(PermanentSourceError, match=r"email_activity \(2 of 2 days.*Reports\.Read\.All.*\.$"):
        ingest.raise_if_any_failed(ingested)
    asked = [one for one in desk.simulator.log.recent() if "getEmailActivity" in one.target and one.host == "graph"]
    assert len(asked) <= len(GOOD_DAYS)


@pytest.mark.parametrize("is_rejected", [False, True])
def test_the_reports_land_unchecked_without_what_they_are_compared_with(
    desk: Desk, workspace: Workspace, is_rejected: bool
) -> None:
    """Case 02: the totals answer 500 for ever, or come without the column that counts."""
    (fault,) = json.loads((CHECKOUT / "tests" / "cases" / "02" / "faults.json").read_text())
    if is_rejected:
        fault = {
            "host": "download",
            "times": -1,
            "answer": "replace",
            "pattern": "Office 365 Active",
            "replacement": "E",
        }
    desk.simulator.faults.add(**fault)
    step = next(step for step in ingest.STEPS if step.name == "graph_totals")
    (gap,) = ingest.gaps_of(ingest.take_step(step, ingest.Request(workspace, [], step.names)).ingested)
    assert "graph services_user_counts" in gap
    ingested = ingest.ingest_reports(workspace, [(spec, GOOD_DAYS) for spec in REPORTS.values()])
    assert all("new" in found <= {"new", "not_yet"} for found in statuses(ingested).values())
    notices = {
        outcome.notice or "" for one in ingested if one.dataset == "office365_active_users" for outcome in one.outcomes
    }
    assert all("could not be compared" in notice for notice in notices)


def test_what_failed_is_told_in_one_sentence(desk: Desk, workspace: Workspace) -> None:
    desk.simulator.faults.add(host="graph", match="(getEmail|getOneDrive)", status=403, times=-1, body=FORBIDDEN)
    ingested = ingest.ingest_reports(workspace, [(spec, GOOD_DAYS) for spec in FEW])
    with pytest.raises(PermanentSourceError) as caught:
        ingest.raise_if_any_failed(ingested)
    assert "graph email_activity (2 of 2 days" in str(caught.value)
    assert str(caught.value).endswith("; also failed: graph onedrive_activity (2 of 2 days).")


def test_names_concealed_before_the_run_stop_it_before_anything_is_asked(desk: Desk, workspace: Workspace) -> None:
    desk.simulator.configure(display_concealed_names=True)
    desk.simulator.log.clear()
    ingested = ingest.ingest_reports(workspace, [(spec, GOOD_DAYS) for spec in FEW])
    assert {str(outcome.error) for one in ingested for outcome in one.outcomes} == {CONCEALED_NAMES}
    assert not any("/reports/" in request.target for request in desk.simulator.log.recent())
    # The totals of the tenant hold no names and go on landing.
    ingest.raise_if_any_failed(ingest.ingest_period_reports(workspace))
    assert workspace.landing.newest("graph", "teams_activity_counts") is not None


def test_names_concealed_in_the_middle_of_the_run(desk: Desk, tmp_path: Path) -> None:
    """The first question says no, the last one yes: what came with names stays, the rest is kept aside."""
    home = tmp_path / "data"
    shutil.copytree(desk.good("graph_teams_user_activity"), home)
    workspace = desk.workspace(home, NOW)
    before = {day: workspace.landing.current("graph", "teams_user_activity", day) for day in GOOD_DAYS}
    desk.simulator.configure(display_concealed_names=True)
    desk.simulator.faults.add(
        host="graph", match="/reportSettings", answer="replace", pattern="true", replacement="false"
    )
    ingest.ingest_reports(workspace, [(spec, [*GOOD_DAYS, DAYS["new"]]) for spec in FEW])
    for day, landed in before.items():
        assert workspace.landing.current("graph", "teams_user_activity", day) == landed
    for spec in FEW:
        (aside,) = workspace.landing.revisions("graph", spec.dataset, DAYS["new"])
        assert aside.revision.verdict == "rejected"
        assert "conceals the names" in str(aside.revision.reason)


def test_copilot_without_a_licence_is_a_notice(desk: Desk, workspace: Workspace) -> None:
    ingested = ingest.ingest_period_reports(workspace)
    ingest.raise_if_any_failed(ingested)
    assert statuses(ingested) == {name: {"absent"} if name == "copilot_usage" else {"new"} for name in PERIOD_REPORTS}
    (outcome,) = next(one for one in ingested if one.dataset == "copilot_usage").outcomes
    assert outcome.notice is not None
    assert "Copilot usage report is left out, which does no harm" in outcome.notice
    assert workspace.landing.days("graph", "copilot_usage") == []


def test_copilot_that_cannot_be_reached_is_a_failure(desk: Desk, workspace: Workspace) -> None:
    desk.simulator.faults.add(host="graph", match="/copilot/", status=503, times=-1)
    (ingested,) = ingest.ingest_period_reports(workspace, [CATALOGUE["copilot_usage"]])
    assert statuses([ingested]) == {"copilot_usage": {"failed"}}


def test_what_is_older_than_the_service_keeps_is_asked_for_once(desk: Desk, workspace: Workspace) -> None:
    days = [DAYS["forgotten"] + timedelta(days=ahead) for ahead in range(20)]
    desk.simulator.log.clear()
    ingested = ingest.ingest_reports(workspace, [(spec, [*days, *GOOD_DAYS]) for spec in FEW[:1]])
    outcomes = {outcome.day: outcome.status for outcome in ingested[0].outcomes}
    assert [outcomes[day] for day in GOOD_DAYS] == ["new", "new"]
    assert {outcomes[day] for day in days} == {"failed"}
    asked = [one for one in desk.simulator.log.recent() if FEW[0].function in one.target and one.host == "graph"]
    assert len(asked) < len(days)
