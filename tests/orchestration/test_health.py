"""What is wrong is decided from facts alone: one cause is one trouble, whose sentence stays until something changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.orchestration.datasets import DatasetStatus
from pipelines.orchestration.facts import Expiry, Facts, Place
from pipelines.orchestration.health import Health, health
from pipelines.orchestration.run_facts import ARRIVED, NO_DAY_LOST, Automation, Complaint, Outcome, RunFact, Runs
from pipelines.orchestration.troubles import Trouble
from pipelines.sources.graph.reports import REPORTS

# 07:00 in Tokyo on 10 April.
NOW = datetime(2026, 4, 9, 22, tzinfo=UTC)
TODAY = date(2026, 4, 10)
MORNING = NOW - timedelta(hours=1)
FORBIDDEN = (
    "Microsoft Graph did not give the {} of 2026-04-0{}: it answered 403 Forbidden, code S2SUnauthorized "
    "(2 attempts in {} s, request id {}); give the application the permission Reports.Read.All and have an "
    "administrator consent to it."
)


def _run(outcome: Outcome, *complaints: Complaint, at: datetime = MORNING, job: str = "daily") -> RunFact:
    return RunFact(f"run of {at}", job, outcome, at, at, complaints)


GOOD = Facts(
    now=NOW, clock=NOW, runs=Runs(_run("done"), _run("done")), published_as_of=TODAY, published_to=date(2026, 4, 7)
)


def _one(found: Health) -> Trouble:
    (trouble,) = found.troubles
    return trouble


def _dataset(name: str, *, missing: list[date] | None = None, behind: list[date] | None = None) -> DatasetStatus:
    absent = [*(missing or []), *(behind or [])]
    kept = [day for day in absent if day >= TODAY - timedelta(days=28)]
    return DatasetStatus("graph", name, missing=missing or [], behind=behind or [], to_be_had=kept)


def test_nothing_is_wrong_with_a_good_morning() -> None:
    assert health(GOOD).troubles == ()
    assert health(GOOD).state == "good"


@pytest.mark.parametrize("outcome", ["failed", "killed"])
def test_after_a_failed_run_it_is_never_good(outcome: Outcome) -> None:
    failed = _run(outcome, Complaint("models", "Model marts.a: two rows for one key (1 more steps failed.)"))
    found = health(replace(GOOD, runs=Runs(failed, _run("done", at=NOW - timedelta(days=1)), (failed,))))
    assert found.state == "fix"
    assert _one(found).sentence == "Model marts.a: two rows for one key."


def test_one_permission_that_stops_many_datasets_is_one_trouble() -> None:
    names = sorted(REPORTS)[:5]
    complaints = [
        Complaint(f"graph_{name}", f"graph {name} (3 of 3 days, the first 2026-04-0{n}): {text}", ARRIVED)
        for n, name in enumerate(names)
        for text in [FORBIDDEN.format(name, n, n, name)]
    ]
    with_gaps = _run("gaps", *complaints)
    gaps = tuple(_dataset(name, missing=[date(2026, 4, 2)]) for name in names)
    found = _one(health(replace(GOOD, runs=Runs(with_gaps, with_gaps), datasets=gaps)))
    assert found.sentence == (
        "Microsoft Graph: it answered 403 Forbidden, code S2SUnauthorized; give the application the permission "
        "Reports.Read.All and have an administrator consent to it (5 datasets: "
        f"graph_{', graph_'.join(names[:4])} and 1 more)."
    )
    assert "アプリに権限 Reports.Read.All を付与" in found.japanese


@given(
    days=st.integers(1, 9), seconds=st.integers(0, 900), request_id=st.from_regex(r"[0-9a-f-]{8,36}", fullmatch=True)
)
def test_the_same_cause_has_the_same_sentence_on_any_day(days: int, seconds: int, request_id: str) -> None:
    def told(n: int, s: int, request: str) -> Trouble:
        sentence = f"graph users ({n} of 10 days, the first 2026-04-0{n}): {FORBIDDEN.format('users', n, s, request)}"
        run = _run("gaps", Complaint("graph_users", sentence, ARRIVED))
        return _one(health(replace(GOOD, runs=Runs(run, run))))

    assert told(days, seconds, request_id) == told(1, 2, "a-first-id")


def test_a_stopped_run_is_worth_a_look() -> None:
    stopped = _run("stopped")
    found = health(replace(GOOD, runs=Runs(stopped, _run("done"), (stopped,))))
    assert (found.state, _one(found).cause) == ("warning", "run-stopped-daily")


@pytest.mark.parametrize(
    ("automation", "said"),
    [
        (Automation(), "run `katsuyo run` each morning from cron"),
        (Automation(True, NOW, is_daemon_alive=True), "the schedule is on, so see in `katsuyo ui`"),
        (Automation(True, MORNING), "gave no sign of life since 2026-04-10 06:00"),
    ],
)
def test_days_without_a_publication_are_one_trouble_with_the_true_cause(automation: Automation, said: str) -> None:
    old = replace(GOOD, published_as_of=TODAY - timedelta(days=3), automation=automation)
    # Everything is behind, too, which follows from it.
    late = replace(
        old, datasets=(_dataset("email_activity", behind=[date(2026, 4, 5) + timedelta(days=n) for n in range(5)]),)
    )
    assert said in _one(health(late)).sentence
    assert health(late).state == "fix"


def test_at_dawn_the_publication_of_yesterday_is_the_newest_there_can_be() -> None:
    yesterday = replace(GOOD, published_as_of=TODAY - timedelta(days=1))
    assert health(yesterday).state == "good"
    noon = replace(yesterday, now=NOW + timedelta(hours=6))
    assert _one(health(noon)).cause == "publication"


def test_an_old_failure_does_not_hide_that_nothing_runs_any_more() -> None:
    at = NOW - timedelta(days=4)
    failed = _run("failed", Complaint("raw", "The disk is full."), at=at)
    found = health(replace(GOOD, runs=Runs(failed, None, (failed,)), published_as_of=TODAY - timedelta(days=5)))
    assert {one.cause.partition("-")[0] for one in found.troubles} == {"run", "publication"}


def test_a_gap_says_by_when_it_must_be_fetched_and_by_what() -> None:
    gap = _dataset("email_activity", missing=[date(2026, 3, 20), date(2026, 3, 21)])
    found = health(replace(GOOD, datasets=(gap,)))
    assert _one(found).sentence == (
        "2 days of graph email_activity can still be had but are missing: run `katsuyo run` before 2026-04-18, when "
        "graph email_activity of 2026-03-20 is lost for good."
    )
    assert found.state == "fix"
    # While a run fails for a named cause this is no news, until the time is running out.
    failed = _run("failed", Complaint("raw", "The disk is full."))
    runs = Runs(failed, None, (failed,))
    assert len(health(replace(GOOD, datasets=(gap,), runs=runs)).troubles) == 2
    younger = _dataset("email_activity", missing=[date(2026, 4, 1)])
    assert len(health(replace(GOOD, datasets=(younger,), runs=runs)).troubles) == 1


def test_what_landed_and_is_in_no_figure_is_said_unless_a_failed_run_says_why() -> None:
    facts = replace(
        GOOD, not_built=(("graph email_activity", 2, date(2026, 7, 1)), ("box events", 1, date(2026, 7, 3)))
    )
    found = _one(health(facts))
    assert (found.cause, found.severity) == ("not-built", "fix")
    assert "3 days of graph email_activity, box events" in found.sentence
    failed = replace(facts, runs=replace(GOOD.runs, open=(_run("failed", Complaint("", "", "The disk is full.")),)))
    assert [one.cause for one in health(failed).troubles if one.cause == "not-built"] == []


def test_a_lost_day_alone_is_nothing_to_mend() -> None:
    lost = _dataset("email_activity", missing=[date(2026, 3, 1)])
    named = _run("gaps", Complaint("landing_days", "the day 2026-03-01 can no longer be had", NO_DAY_LOST))
    found = health(replace(GOOD, datasets=(lost,), runs=Runs(named, named)))
    assert (found.state, _one(found).is_told_once) == ("warning", True)
    assert "1 day can no longer be had from the services and stay missing: graph email_activity 2026-03-01." in (
        _one(found).sentence
    )


@pytest.mark.parametrize(
    ("place", "state"),
    [
        (Place("data folder", "KATSUYO_HOME", free_bytes=0), "fix"),
        (Place("data folder", "KATSUYO_HOME", free_bytes=1_500_000_000), "warning"),
        (Place("data folder", "KATSUYO_HOME", free_bytes=3_000_000_000), "good"),
        (Place("site", "KATSUYO_SITE", is_writable=False), "fix"),
        (Place("data folder", "KATSUYO_HOME", is_open=True), "warning"),
        (Place("data folder", "KATSUYO_HOME", is_open=True, open_files=("warehouse.duckdb",)), "fix"),
        (Place("data folder", "KATSUYO_HOME", is_foreign=True), "warning"),
    ],
)
def test_folders_and_disks(place: Place, state: str) -> None:
    found = health(replace(GOOD, places=(place,)))
    assert found.state == state
    assert all(place.setting in one.sentence and place.setting in one.japanese for one in found.troubles)


@pytest.mark.parametrize(("left", "state"), [(60, "good"), (45, "warning"), (10, "fix"), (-1, "fix")])
def test_a_secret_that_ends(left: int, state: str) -> None:
    expiry = Expiry("client secret", "クライアントシークレット", TODAY + timedelta(days=left))
    assert health(replace(GOOD, expiries=(expiry,))).state == state


def test_what_is_to_be_mended_comes_first() -> None:
    places = (Place("data folder", "KATSUYO_HOME", is_foreign=True), Place("site", "KATSUYO_SITE", is_writable=False))
    found = health(replace(GOOD, places=places, key_problems=("The file of KATSUYO_VAULT_KEY_FILE is another one.",)))
    assert [one.severity for one in found.troubles] == ["fix", "fix", "warning"]
