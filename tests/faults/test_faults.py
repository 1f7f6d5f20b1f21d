"""Every way in which a service may fail while its answer looks like success, one case each (cases.yaml).

A case starts from a good landing, goes wrong against the simulated services, and is followed by a clean run. Whatever
went wrong, nothing good may be lost, nothing empty may count, and the clean run must end where an undisturbed one does.
What the clients do with long waits (a Retry-After of 600 s is waited out when the time allowed holds it) is proven
without waiting in tests/sources, as is every shape of event.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import time
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Literal

import duckdb
import msgspec
import polars as pl
import pytest
import yaml

from pipelines import ingest
from pipelines.errors import RejectedAnswerError, SourceError
from pipelines.ingest import DayOutcome, Ingested
from pipelines.ingest.outcomes import is_fatal
from pipelines.ingest.workspace import Workspace
from pipelines.landing.store import Landed, Landing
from pipelines.simulator.faults import Fault
from pipelines.sources.graph.reports import REPORTS
from pipelines.warehouse.raw.load import load_dataset
from tests.faults.conftest import AN_HOUR, DAYS, GOOD_DAYS, NOW, SNAPSHOTS, Desk

IN_TWO_SECONDS = "in two seconds"  # a header value: becomes an HTTP date
# Where the fault happens unless the case says otherwise; DAY is the day of the case, EVE the day before.
TARGETS = {
    "graph_sign_ins": ("graph", r"/auditLogs/signIns.*ge(%20|\+)DAY"),
    "graph_users": ("graph", "/users"),
    "graph_report_settings": ("graph", "/reportSettings"),
    "box_events": ("box", "/2.0/events.*created_after=EVE"),
    "box_users": ("box", "/2.0/users"),
    **{f"graph_{spec.dataset}": ("graph", f"{spec.function}.*DAY") for spec in REPORTS.values()},
}


class Case(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """One entry of cases.yaml.

    `stands_for` says which mistake of a naive implementation it guards against. `faults` are those of the simulator,
    `answers` JSON documents served instead of the pages, `server` options of the simulator. `words` stand in the
    sentence; `content` says what lands in case of success: the undisturbed bytes, the same values in other bytes, or
    something else, described by `rows` and `holds` (sorted values of a column).
    """

    name: str
    stands_for: str
    dataset: str
    outcome: Literal["recovered", "not_yet", "gone", "rejected", "failed"]
    day: str = "known"
    faults: list[dict[str, Any]] = []
    answers: list[dict[str, Any]] = []
    server: dict[str, Any] = {}
    words: list[str] = []
    content: Literal["same", "alike", "other"] = "same"
    rows: int | None = None
    holds: dict[str, list[str | None]] = {}
    asks: list[str] = []  # must occur among the requests
    requests: int | None = None  # of the faulty run for this day, where the number matters
    seconds: float = 0.0  # the least time it may take
    ends_run: bool = False  # hopeless for every day alike, so the other days are not asked for
    days_alone: bool = False  # the fault hits any day, so only the one is asked for
    fewer: bool = False  # some rows are still to come
    with_snapshots: bool = False  # the directory and the totals of the tenant land before, as on every run

    @property
    def hit(self) -> date:
        return DAYS["today" if self.dataset in SNAPSHOTS else self.day]

    @property
    def days(self) -> list[date]:
        """The days asked for: also one that landed before and one that did not, unless the fault cannot tell days."""
        anywhere = any(fault.get("host") == "download" for fault in self.faults)
        if self.dataset in SNAPSHOTS or self.days_alone or anywhere:
            return [self.hit]
        return sorted({self.hit, DAYS["neighbour"], DAYS["new"]})


CASES = msgspec.convert(yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text("utf-8")), list[Case])


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.dataset}: {case.name}")
def test_nothing_is_lost_and_nothing_is_invented(desk: Desk, case: Case, tmp_path: Path) -> None:
    undisturbed = Landing(desk.undisturbed(case.dataset) / "landing")
    home = tmp_path / "data"
    shutil.copytree(desk.good(case.dataset), home)
    workspace = desk.workspace(home, NOW)
    landing = workspace.landing
    if case.with_snapshots:
        desk.take(workspace, "graph_users", []).raise_if_failed()
        ingest.raise_if_any_failed(ingest.ingest_period_reports(workspace))
    before = _files(landing)
    known = {day: landing.current(*_names(case), day) for day in landing.days(*_names(case))}

    desk.simulator.log.clear()
    _inject(desk, case)
    outcomes, sentence = _run(desk, case, workspace)

    _check_outcome(case, outcomes, sentence)
    _check_sentence(desk, sentence, case.words)
    _check_requests(desk, case)
    # Whatever happened, files are only ever added, and what counted before still counts unless better came.
    assert {path: _files(landing).get(path) for path in before} == before
    assert not _empty_successes(case, landing)
    hit = landing.current(*_names(case), case.hit)
    if case.outcome == "recovered":
        assert hit is not None
        _check_content(case, hit, undisturbed.current(*_names(case), case.hit))
    else:
        assert _sha(hit) == _sha(known.get(case.hit))
    for day in case.days:
        if day != case.hit and not case.ends_run:
            assert _sha(landing.current(*_names(case), day)) == _sha(undisturbed.current(*_names(case), day)), day
    if case.outcome == "rejected":
        _check_kept_aside(case, workspace, sentence)

    desk.heal()
    if case.day not in ("recent", "forgotten"):
        desk.take(desk.workspace(home, NOW + AN_HOUR), case.dataset, case.days).raise_if_failed()
        for day in {*case.days, *known}:
            assert _sha(landing.current(*_names(case), day)) == _sha(undisturbed.current(*_names(case), day)), day
    if case.dataset == "box_events":
        _check_events_load_once(landing)


def _inject(desk: Desk, case: Case) -> None:
    host, match = TARGETS[case.dataset]
    scripted = [{"status": 200, "body": json.dumps(document)} for document in case.answers]
    for given in [*case.faults, *scripted]:
        default = match if given.get("host", host) == host else ""
        fault = {"host": host, "match": default, **given}
        fault = json.loads(_dated(json.dumps(fault), case.hit))
        headers = {name: _header(value) for name, value in fault.get("headers", {}).items()}
        desk.simulator.faults.add(msgspec.convert({**fault, "headers": headers}, Fault))
    if case.server:
        desk.simulator.configure(**{**case.server, **_instants(case.server)})


def _instants(options: dict[str, Any]) -> dict[str, datetime]:
    return {name: datetime.fromisoformat(options[name]) for name in ("now",) if name in options}


def _dated(text: str, day: date) -> str:
    return text.replace("DAY", day.isoformat()).replace("EVE", (day - timedelta(days=1)).isoformat())


def _header(value: str) -> str:
    if value == IN_TWO_SECONDS:
        return format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    return value


def _run(desk: Desk, case: Case, workspace: Workspace) -> tuple[tuple[DayOutcome, ...] | None, str]:
    """The outcomes of all days (None if the run was given up) and the sentence a person reads, if any."""
    started = time.monotonic()
    try:
        ingested: Ingested = desk.take(workspace, case.dataset, case.days)
    except SourceError as error:
        return None, str(error)
    finally:
        assert time.monotonic() - started >= case.seconds
    failed = [outcome.error for outcome in ingested.outcomes if outcome.error is not None]
    errors = {str(error) for error in failed}
    assert len(errors) <= 1, errors
    if errors:
        with pytest.raises((RejectedAnswerError, SourceError), match=re.escape(*errors)):
            ingested.raise_if_failed()
    is_given_up = any(map(is_fatal, failed))
    return None if is_given_up else ingested.outcomes, "".join(errors)


def _check_outcome(case: Case, outcomes: tuple[DayOutcome, ...] | None, sentence: str) -> None:
    assert (outcomes is None) == (case.ends_run or (case.dataset in SNAPSHOTS and case.outcome == "failed")), sentence
    if outcomes is None:
        assert case.outcome == "failed", sentence
        return
    became = {outcome.day: outcome.status for outcome in outcomes}
    expected = ("new", "unchanged") if case.outcome == "recovered" else (case.outcome,)
    assert became[case.hit] in expected, sentence
    assert all(status in ("new", "unchanged") for day, status in became.items() if day != case.hit), sentence
    assert bool(sentence) == (case.outcome in ("rejected", "failed"))


def _check_sentence(desk: Desk, sentence: str, words: list[str]) -> None:
    for word in words:
        assert word in sentence
    if sentence:
        assert sentence.endswith(".")
    world, settings = desk.simulator.services.world, desk.settings
    names = world.people.select("upn", "mail", "display_name", "family_name", "box_login", "entra_id").unpivot()
    secret = [settings["client_secret"], settings["box_client_secret"], "token=", "Bearer", "eyJ"]
    personal = [one for one in [*names["value"].drop_nulls().unique(), *secret] if str(one) in sentence]
    assert not personal


def _check_requests(desk: Desk, case: Case) -> None:
    log = desk.simulator.log
    assert log.authorization_on_download == 0
    asked = log.recent()
    if case.faults or case.answers:
        assert any(request.fault for request in asked), "the fault never happened"
    for text in case.asks:
        assert any(text in request.target for request in asked), text
    if case.requests is not None:
        host, match = TARGETS[case.dataset]
        pattern = _dated(match, case.hit).replace("(%20|\\+)", ".")
        assert sum(request.host == host and re.search(pattern, request.target) is not None for request in asked) == (
            case.requests
        )


def _check_content(case: Case, landed: Landed, expected: Landed | None) -> None:
    if case.content == "same":
        assert _sha(landed) == _sha(expected)
    table = pl.read_parquet(landed.table)
    if case.content == "alike":
        assert expected is not None
        assert _sha(landed) != _sha(expected)
        right = pl.read_parquet(expected.table)
        assert table.select(right.columns).equals(right)
    if case.fewer:
        assert expected is not None
        assert 0 < table.height < expected.revision.row_count
    if case.rows is not None:
        assert table.height == case.rows
    for column, values in case.holds.items():
        assert sorted(table[column].unique().to_list(), key=str) == sorted(values, key=str)


def _check_kept_aside(case: Case, workspace: Workspace, sentence: str) -> None:
    revisions = workspace.landing.revisions(*_names(case), case.hit)
    (aside,) = [one for one in revisions if one.revision.verdict == "rejected"]
    assert aside.revision.reason == sentence
    assert not aside.table.exists()
    stored = workspace.vault.get(aside.table.relative_to(workspace.landing.root).with_suffix(""))
    assert hashlib.sha256(stored).hexdigest() == aside.revision.sha256


def _check_events_load_once(landing: Landing) -> None:
    with duckdb.connect() as con:
        con.execute("create schema if not exists raw")
        load_dataset(con, landing, "box", "events")
        again = load_dataset(con, landing, "box", "events")
        counted = con.execute("select count(*), count(distinct event_id) from raw.box_events").fetchall()[0]
    tables = [one.table for day in landing.days("box", "events") for one in landing.accepted("box", "events", day)]
    distinct = pl.concat([pl.read_parquet(table, columns=["event_id"]) for table in tables])["event_id"].n_unique()
    assert counted == (distinct, distinct)
    assert again.days == ()


def _empty_successes(case: Case, landing: Landing) -> list[date]:
    """Days whose accepted answer holds nothing although there was something to hold."""
    empty = []
    for day in landing.days(*_names(case)):
        current = landing.current(*_names(case), day)
        if current and not current.revision.row_count and day != DAYS["quiet"]:
            empty.append(day)
    return empty


def _names(case: Case) -> tuple[str, str]:
    source, _, dataset = case.dataset.partition("_")
    return source, dataset


def _sha(landed: Landed | None) -> str | None:
    return landed.revision.sha256 if landed else None


def _files(landing: Landing) -> dict[Path, bytes]:
    """Tables and manifests; the note that the same bytes came again may change."""
    found = (path for path in landing.root.rglob("*") if path.suffix in (".parquet", ".json"))
    return {path: path.read_bytes() for path in found}


def test_a_day_that_fades_at_the_service_stays_whole(desk: Desk, tmp_path: Path) -> None:
    """Thirty days on, Graph still gives the last hours of the day and calls it a success."""
    shutil.copytree(desk.good("graph_sign_ins"), tmp_path / "data")
    later = datetime(2026, 12, 2, 6, tzinfo=UTC)
    desk.simulator.set_now(later)
    workspace = desk.workspace(tmp_path / "data", later)
    (outcome,) = desk.take(workspace, "graph_sign_ins", [DAYS["known"]]).outcomes
    assert outcome.status == "gone"
    good = Landing(desk.good("graph_sign_ins") / "landing")
    assert _files(workspace.landing).keys() == {
        workspace.landing.root / one.relative_to(good.root) for one in _files(good)
    }


def test_good_days_are_the_same_whoever_asks(desk: Desk) -> None:
    """The suite compares with an undisturbed run, so that run itself must not depend on the hour."""
    for dataset in TARGETS:
        good, later = Landing(desk.good(dataset) / "landing"), Landing(desk.undisturbed(dataset) / "landing")
        source, _, name = dataset.partition("_")
        for day in [DAYS["today"]] if dataset in SNAPSHOTS else GOOD_DAYS:
            assert _sha(good.current(source, name, day)) == _sha(later.current(source, name, day))
