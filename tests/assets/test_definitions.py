"""Dagster loads the whole system with nothing set, and a renamed asset or schedule shows up here."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import pytest

from pipelines.common.days import newest_complete_day
from pipelines.common.shipped import SQL_DIR
from pipelines.ingest import STEPS
from pipelines.orchestration.schedules import healing_tags
from pipelines.orchestration.system import build_definitions
from pipelines.settings import Settings
from pipelines.sources.graph.reports import CATALOGUE
from pipelines.warehouse.models.model import load_project
from tests import CHECKOUT

FETCHED = {
    *(f"graph_{dataset}" for dataset in CATALOGUE),
    "graph_report_settings", "graph_users", "graph_named_locations", "graph_sign_ins",
    "graph_non_interactive_sign_ins", "graph_sign_in_summaries", "box_events", "box_users",
}  # fmt: skip
STREAMED = {"box_event_stream", "box_backfill"}
ORG = {
    *("org_departments", "org_department_succession", "org_staff", "org_assignments", "org_absences", "org_networks"),
    *("org_training", "org_rollout", "org_helpdesk_tickets", "org_telework_declarations", "org_vpn_sessions"),
    *("org_telework_rules", "org_targets"),
}


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return build_definitions(Settings())


@pytest.fixture(scope="module")
def graph(definitions: dg.Definitions) -> dg.AssetGraph:
    return definitions.resolve_asset_graph()


def test_every_step_is_an_asset(graph: dg.AssetGraph) -> None:
    models = {(model.schema, name) for name, model in load_project(SQL_DIR).models.items()}
    expected = (
        {("landing", name) for name in FETCHED | STREAMED | {"org_files"}}
        | {("raw", name) for name in FETCHED | ORG | {"box_activity_report", "landing_days", "calendar", "parameters"}}
        | models
        | {("published", "katsuyo"), ("site", "pages")}
    )
    assert {tuple(key.path) for key in graph.get_all_asset_keys()} == expected


def test_every_step_comes_after_those_it_waits_for() -> None:
    """tests/crash runs STEPS in the order of the table, and Dagster prefers it."""
    made: set[str] = set()
    for step in STEPS:
        assert made.issuperset(step.after), step.name
        made |= {*step.names}


def test_a_raw_table_waits_for_everything_that_lands_its_rows(graph: dg.AssetGraph) -> None:
    waits = {key.path[-1]: {parent.path[-1] for parent in graph.get(key).parent_keys}
             for key in graph.get_all_asset_keys() if key.path[0] == "raw"}  # fmt: skip
    assert waits["box_events"] == {"box_events", "box_event_stream", "box_backfill"}
    assert {name for name in ORG if waits[name] == {"org_files"}} == ORG
    assert {name for name in FETCHED if waits[name] == {name}} == FETCHED - {"box_events"}
    assert not waits["box_activity_report"]
    assert waits["landing_days"] == FETCHED | ORG | {"box_activity_report"}
    assert waits["calendar"] == {"landing_days"}


def test_lineage_leads_from_every_service_to_the_pages(graph: dg.AssetGraph) -> None:
    upstream: set[dg.AssetKey] = set()
    frontier = {dg.AssetKey(["site", "pages"])}
    while frontier:
        upstream |= frontier
        frontier = {parent for key in frontier for parent in graph.get(key).parent_keys} - upstream
    reached = {tuple(key.path) for key in upstream}
    assert {("landing", name) for name in FETCHED | STREAMED | {"org_files"}} <= reached
    assert ("raw", "box_activity_report") in reached


def test_only_the_landing_is_partitioned(graph: dg.AssetGraph) -> None:
    partitioned = {key.path[0] for key in graph.get_all_asset_keys() if graph.get(key).partitions_def}
    assert partitioned == {"landing"}


def test_it_loads_with_an_empty_environment(tmp_path: Path) -> None:
    """Importing touches nothing outside: no file, no network, no setting."""
    done = subprocess.run(
        [Path(sys.executable).parent / "dg", "check", "defs"],
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "DAGSTER_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "successfully" in (done.stdout + done.stderr).lower()


def test_the_schedule_asks_for_all_that_can_still_be_had_in_one_run(tmp_path: Path) -> None:
    """On the first morning all that Graph keeps, and of Box the newest days: its history has a pace of its own."""
    # 06:00 in Tokyo on 6 July is 21:00 UTC on 5 July: the newest complete UTC day is the 4th.
    six = datetime(2026, 7, 5, 21, tzinfo=UTC)
    definitions = build_definitions(Settings(home=tmp_path))
    schedule = definitions.resolve_schedule_def("daily_at_six")
    with dg.partition_loading_context(six):
        context = dg.build_schedule_context(
            scheduled_execution_time=six, repository_def=definitions.get_repository_def()
        )
        tick = schedule.evaluate_tick(context)
    (request,) = tick.run_requests or []
    assert request.tags["dagster/asset_partition_range_start"] == "2026-06-05"  # sign-ins are kept for 30 days
    assert request.tags["dagster/asset_partition_range_end"] == "2026-07-04"
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 6 * * *", "Asia/Tokyo")


def test_no_run_begins_before_the_first_day(tmp_path: Path) -> None:
    now = datetime(2026, 1, 3, 21, tzinfo=UTC)
    assert newest_complete_day(now) == date(2026, 1, 2)
    tags = healing_tags(Settings(home=tmp_path, first_day=date(2026, 1, 1)), now)
    assert {tag: day for tag, day in tags.items() if tag.startswith("dagster/")} == {
        "dagster/asset_partition_range_start": "2026-01-01",
        "dagster/asset_partition_range_end": "2026-01-02",
    }
