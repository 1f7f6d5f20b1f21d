"""The catalogue of reports is complete: one entry, one classification, one staging model, one likeness in the ward.

Samples (samples/<dataset>.csv) have two people and are written as the service was seen to write: BOM, CRLF, the header
found on the wire, blanks instead of zeros, version texts for flags. A new report that lacks a part fails here; only a
sample may be missing, until somebody has seen an answer.
"""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from msgraph.generated.reports.reports_request_builder import ReportsRequestBuilder

from pipelines.errors import RejectedAnswerError
from pipelines.privacy.fields import FIELDS
from pipelines.privacy.minimise import Minimiser
from pipelines.simulator.server import Simulator
from pipelines.sources.answer import Answer
from pipelines.sources.graph.client import GraphConfig, GraphSource
from pipelines.sources.graph.parse import normalise, parse_report
from pipelines.sources.graph.reports import CATALOGUE, PERIOD_REPORTS, REPORTS, ReportSpec
from pipelines.warehouse.raw.schema import raw_tables
from tests.project import PROJECT
from tests.sources.conftest import NOW
from tests.sources.graph.asking import DAY, ask, requests

SAMPLE_DAY, ASKED_ON = date(2026, 6, 1), date(2026, 6, 3)
SAMPLES = {path.stem: path for path in sorted((Path(__file__).parent / "samples").glob("*.csv"))}
every_report = pytest.mark.parametrize("spec", CATALOGUE.values(), ids=lambda spec: spec.dataset)
every_sample = pytest.mark.parametrize("spec", [CATALOGUE[name] for name in SAMPLES], ids=lambda spec: spec.dataset)


def sample(spec: ReportSpec) -> Answer:
    body = SAMPLES[spec.dataset].read_bytes()
    day = SAMPLE_DAY if spec.kind == "day" else ASKED_ON
    return Answer("graph", spec.dataset, day, body, datetime(2026, 6, 3, 21, tzinfo=UTC))


def header(spec: ReportSpec) -> list[str]:
    return next(csv.reader([sample(spec).body.decode("utf-8-sig").splitlines()[0]]))


@every_sample
def test_a_report_is_read_and_every_field_is_classified(spec: ReportSpec, minimiser: Minimiser) -> None:
    frame = parse_report(spec)(sample(spec)).frame
    assert frame.height == (1 if spec.dataset == "services_user_counts" else 2)
    assert frame.columns == spec.named([normalise(name) for name in header(spec)])
    keyed = _landed(frame, spec, minimiser).write_csv()
    assert "@" not in keyed
    assert "職員" not in keyed


def _landed(frame: pl.DataFrame, spec: ReportSpec, minimiser: Minimiser) -> pl.DataFrame:
    """What the landing keeps: no field is unknown, and each has its column in the raw table."""
    minimised = minimiser.apply(frame, "graph", spec.dataset)
    assert minimised.dropped_fields == {}
    assert set(minimised.frame.columns) <= raw_tables()[f"graph_{spec.dataset}"].column_types().keys()
    return minimised.frame


@every_report
def test_a_report_has_its_places(spec: ReportSpec) -> None:
    assert ("graph", spec.dataset) in FIELDS
    model = PROJECT.models[f"stg_graph__{spec.dataset}"]
    assert model.depends_on == (f"raw.graph_{spec.dataset}",)
    assert spec.documentation.startswith("https://learn.microsoft.com/")
    assert spec.description.endswith(".")
    assert bool(spec.builder) != bool(spec.path)
    assert not spec.builder or hasattr(ReportsRequestBuilder, spec.builder)
    assert spec.control is None or spec.control.dataset in PERIOD_REPORTS


@every_report
def test_what_is_said_of_columns_is_said_of_columns_there_are(spec: ReportSpec) -> None:
    kept = raw_tables()[f"graph_{spec.dataset}"].column_types()
    for columns in (*spec.numbers.values(), *spec.uses.values()):
        assert {*columns.split()} <= kept.keys()
    assert {*spec.required_columns} <= FIELDS["graph", spec.dataset].keys()


def test_names_are_distinct() -> None:
    for field in ("label", "name_ja", "name_en", "description"):
        assert len({getattr(spec, field) for spec in CATALOGUE.values()}) == len(CATALOGUE)


def _lacking(spec: ReportSpec) -> Iterator[tuple[str, bytes]]:
    """The sample without each required column in turn."""
    names = header(spec)
    rows = sample(spec).body.partition(b"\r\n")[2]
    for place, name in enumerate(names):
        if normalise(name) in spec.required_columns:
            renamed = ",".join([*names[:place], "Something Else", *names[place + 1 :]])
            yield normalise(name), b"\xef\xbb\xbf" + renamed.encode() + b"\r\n" + rows


@every_sample
def test_a_renamed_column_is_named(spec: ReportSpec) -> None:
    good = sample(spec)
    for name, body in _lacking(spec):
        with pytest.raises(RejectedAnswerError, match=rf"lacks the column {name}\b.*see {spec.documentation}"):
            parse_report(spec)(Answer(good.source, good.dataset, good.day, body, good.fetched_at))


@pytest.mark.parametrize("spec", [PERIOD_REPORTS[name] for name in SAMPLES if name in PERIOD_REPORTS])
@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (",{period}\r\n", ",90\r\n", "not of the period"),
        ("2026-06-01,", "2026-06-09,", "as of which one day"),
        ("2026-06-01,", "soon,", "under report_refresh_date that is not a date"),
    ],
)
def test_a_period_report_is_of_the_period_asked_for(spec: ReportSpec, old: str, new: str, words: str) -> None:
    good = sample(spec)
    period = spec.period.removeprefix("D")
    old = old.format(period=period)
    body = good.body.decode().replace(old, new).encode()
    with pytest.raises(RejectedAnswerError, match=words):
        parse_report(spec)(Answer(good.source, good.dataset, good.day, body, good.fetched_at))


def test_a_copilot_column_may_stand_there_twice_if_it_says_the_same() -> None:
    spec = PERIOD_REPORTS["copilot_usage"]
    good = sample(spec)
    first, *rows = good.body.decode("utf-8-sig").splitlines()

    def twice(*dates: str) -> Answer:
        lines = [
            f"{first},Word Copilot Last Activity Date",
            *(f"{row},{day}" for row, day in zip(rows, dates, strict=True)),
        ]
        return Answer(good.source, good.dataset, good.day, ("\r\n".join(lines) + "\r\n").encode(), good.fetched_at)

    assert parse_report(spec)(twice("", "")).frame.equals(parse_report(spec)(good).frame)
    with pytest.raises(RejectedAnswerError, match="two different things under the one name word_copilot_"):
        parse_report(spec)(twice("2026-05-31", ""))


@pytest.mark.parametrize("dataset", ["teams_activity_counts", "teams_user_counts"])
def test_a_day_twice_in_the_totals_is_refused(dataset: str) -> None:
    spec = CATALOGUE[dataset]
    good = sample(spec)
    body = good.body.replace(b"2026-05-31", b"2026-06-01")
    with pytest.raises(RejectedAnswerError, match="a day twice"):
        parse_report(spec)(Answer(good.source, good.dataset, good.day, body, good.fetched_at))


def test_every_report_asked_for_at_once_gives_the_right_days(
    ward: Simulator, graph_config: GraphConfig, minimiser: Minimiser
) -> None:
    """All builders of one SDK client share their parameters: without care every answer is of the last day asked for."""
    days = [DAY - timedelta(days=back) for back in range(3)]

    async def everything(graph: GraphSource) -> list[Answer]:
        return await asyncio.gather(*(graph.report(spec, day, NOW) for day in days for spec in REPORTS.values()))

    answers = ask(graph_config, everything)
    assert {(answer.dataset, answer.day) for answer in answers} == {(name, day) for name in REPORTS for day in days}
    for answer in answers:
        spec = REPORTS[answer.dataset]
        frame = parse_report(spec)(answer).frame  # refuses another day than asked for
        assert frame.height > 50
        assert {*spec.required_columns} <= {*frame.columns}
        assert "@" not in _landed(frame, spec, minimiser).write_csv()
    asked = {request.target for request in ward.log.recent() if request.host == "graph"}
    assert len(asked) == len(answers) == requests(ward, "download")
