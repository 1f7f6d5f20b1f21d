"""What Dagster's records say of runs: real records of a real instance, written by small jobs."""

from datetime import timedelta
from pathlib import Path

import dagster as dg
import pytest

from pipelines.assets.fetching import ARRIVED
from pipelines.errors import ConfigurationError
from pipelines.orchestration.daily import run_daily
from pipelines.orchestration.looking import look
from pipelines.orchestration.run_facts import Automation, Complaint, Runs, read_automation, read_runs
from pipelines.orchestration.runs import run_lock
from pipelines.settings import Settings

LANDING = dg.AssetKey(["landing", "graph_users"])
WITHOUT = "graph users (1 of 1 days, the first 2026-04-01): it did not come."


@dg.op
def step(context: dg.OpExecutionContext):
    if sentence := context.run.tags.get("fails_with"):
        raise dg.Failure(sentence)
    if context.run.tags.get("breaks"):
        raise ValueError("a text that may hold anything")


def _run(instance: dg.DagsterInstance, job: str = "daily", **tags: str) -> None:
    graph = dg.GraphDefinition(job, node_defs=[step])
    graph.to_job().execute_in_process(instance=instance, tags=tags, raise_on_error=False)


def _sentences(runs: Runs) -> list[str]:
    return [complaint.sentence for run in runs.open for complaint in run.complaints]


def test_a_failed_run_is_open_until_a_good_one(settings: Settings, instance: dg.DagsterInstance) -> None:
    _run(instance)
    assert read_runs(settings, instance).open == ()
    _run(instance, fails_with="staff.csv, line 3: mend it.")
    runs = read_runs(settings, instance)
    assert runs.last is not None
    assert runs.last_good is not None
    assert (runs.last.outcome, runs.last_good.outcome) == ("failed", "done")
    assert _sentences(runs) == ["staff.csv, line 3: mend it."]
    # Pages that were made again do not mend it; a good morning does.
    _run(instance, job="render")
    assert _sentences(read_runs(settings, instance)) == ["staff.csv, line 3: mend it."]
    _run(instance)
    assert read_runs(settings, instance).open == ()


def test_the_text_of_an_unforeseen_error_is_not_told(settings: Settings, instance: dg.DagsterInstance) -> None:
    _run(instance, breaks="yes")
    assert _sentences(read_runs(settings, instance)) == [
        "The step step failed unexpectedly: its reason is in the run shown by `katsuyo ui`."
    ]


def test_a_failed_render_ends_with_a_good_one_of_its_own(settings: Settings, instance: dg.DagsterInstance) -> None:
    _run(instance)
    _run(instance, job="render", fails_with="The site is full.")
    assert _sentences(read_runs(settings, instance)) == ["The site is full."]
    _run(instance, job="render")
    assert read_runs(settings, instance).open == ()


def test_a_run_whose_check_of_the_landing_failed_is_done_with_gaps(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    @dg.asset(key=LANDING, check_specs=[dg.AssetCheckSpec(ARRIVED, asset=LANDING)])
    def landed():
        check = dg.AssetCheckResult(passed=False, check_name=ARRIVED, description=WITHOUT)
        return dg.MaterializeResult(check_results=[check])

    job = dg.define_asset_job("daily", selection=[LANDING])
    dg.Definitions([landed], jobs=[job]).resolve_job_def("daily").execute_in_process(instance=instance)
    runs = read_runs(settings, instance)
    assert runs.last_good is not None
    assert (runs.last_good.outcome, runs.open) == ("gaps", ())
    assert runs.last_good.complaints == (Complaint("graph_users", WITHOUT, ARRIVED),)


def test_a_run_without_its_process_is_killed_and_nothing_is_changed(
    settings: Settings, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = instance.create_run_for_job(dg.GraphDefinition("daily", node_defs=[]).to_job())
    event = dg.DagsterEvent(event_type_value=dg.DagsterEventType.PIPELINE_START.value, job_name="daily")
    instance.report_dagster_event(event, run.run_id)
    monkeypatch.setattr("pipelines.orchestration.run_facts.TO_BEGIN", timedelta(0))
    with run_lock(settings, run.run_id):
        assert read_runs(settings, instance).open == ()
    (killed,) = read_runs(settings, instance).open
    assert killed.outcome == "killed"
    found = instance.get_run_by_id(run.run_id)
    assert found is not None
    assert found.status is dg.DagsterRunStatus.STARTED


def test_nobody_has_switched_the_schedule_on(instance: dg.DagsterInstance) -> None:
    assert read_automation(instance) == Automation()


def test_a_look_at_a_new_data_folder_makes_nothing(tmp_path: Path) -> None:
    found = look(Settings(home=tmp_path / "home", site=tmp_path / "site"))
    assert {one.cause.partition("-")[0] for one in found.troubles} == {"keys", "publication"}
    assert list(tmp_path.iterdir()) == []


def test_a_morning_that_could_not_begin_is_a_failed_run(settings: Settings, instance: dg.DagsterInstance) -> None:
    with pytest.raises(ConfigurationError) as raised:
        run_daily(settings)
    runs = read_runs(settings, instance)
    assert _sentences(runs) == [str(raised.value)]
