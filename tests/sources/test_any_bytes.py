"""Whatever bytes arrive, a parser gives the rows that are in them or says why not; it never fails otherwise.

Every parser is compared with a plain reader of the standard library: the same rows, the same cells, none invented, none
lost. The bytes are good answers, good answers that something happened to (damage.py), text and noise.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import InputFileError, RejectedAnswerError
from pipelines.sources.answer import Answer, Parser
from pipelines.sources.box.records import parse_events
from pipelines.sources.box.records import parse_users as parse_box_users
from pipelines.sources.cells import COUNT, DATE, FLAG, LABEL
from pipelines.sources.dropin import parser_of
from pipelines.sources.graph.parse import normalise, parse_report
from pipelines.sources.graph.records import parse_report_settings, parse_sign_ins, parse_users
from pipelines.sources.graph.report_cells import kind_of
from pipelines.sources.graph.reports import REPORTS, ReportSpec
from pipelines.sources.org import checks, files
from pipelines.sources.org.schema import FILES
from tests.conftest import NOON
from tests.sources import csv_bodies
from tests.sources.box.test_records import SAMPLES
from tests.sources.box.test_records import USER as BOX_USER
from tests.sources.csv_bodies import DAY, answer
from tests.sources.damage import any_bytes
from tests.sources.dropin.recognised import recognised
from tests.sources.graph.test_records import SIGN_IN, USER
from tests.sources.org.test_org_files import GOOD

# The examples are drawn from a fixed seed: what passed today passes tomorrow.
MANY = settings(deadline=None, derandomize=True, database=None, max_examples=150)
FEW = settings(MANY, max_examples=60)
# For those of which each checks thirteen files.
FEWER = settings(MANY, max_examples=15)


def _lines(*records: object) -> bytes:
    return b"".join(json.dumps(record, ensure_ascii=False).encode() + b"\n" for record in records)


def _report_body(spec: ReportSpec) -> bytes:
    """Two rows with every required column and one more, which holds a quoted cell."""
    known = {"report_refresh_date": DAY.isoformat(), "report_period": "1", "user_id": csv_bodies.user_id(1)}
    plain = {COUNT: "3", FLAG: "Yes", DATE: "2026-05-30", LABEL: "ProPlus"}
    known |= {name: plain[kind] for name in spec.required_columns if (kind := kind_of(name))} | known
    rows = []
    for number in (1, 2):
        values = {**known, "user_principal_name": f"person{number}@city.mirai-ku.example"}
        rows.append(",".join([*(values.get(name, str(number)) for name in spec.required_columns), '"A, ""B"""']))
    return csv_bodies.report(",".join([*spec.required_columns, "tenant_display_name"]), *rows)


def _rows_of_csv(text: str) -> list[list[str]]:
    return [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]


@pytest.mark.parametrize("spec", REPORTS.values(), ids=list(REPORTS))
@given(data=st.data())
@settings(MANY)
def test_a_report(spec: ReportSpec, data: st.DataObject) -> None:
    body = data.draw(any_bytes(_report_body(spec)))
    try:
        frame = parse_report(spec)(answer(body, spec.dataset)).frame
    except RejectedAnswerError as error:
        _says_what_to_do(error)
        return
    header, *rows = _rows_of_csv(body.decode("utf-8-sig"))
    assert frame.columns == [normalise(name) for name in header]
    for name, made, cells in zip(frame.columns, frame.get_columns(), zip(*rows, strict=True), strict=True):
        # A cell is as it came, or the plain form of its kind.
        for value, cell in zip(made, cells, strict=True):
            kind = kind_of(name)
            assert (value or "") == cell or (kind is not None and (value or "") == (kind.read(cell) or "")), name
    assert set(frame["report_refresh_date"]) == {DAY.isoformat()}


def _check_records(parse: Parser, answer: Answer, fields: dict[str, str]) -> None:
    """`fields`: column -> field of the record. As many rows as lines, each with the values of its own line.

    What is counted as odd is the only thing that may be missing.
    """
    try:
        parsed = parse(answer)
    except RejectedAnswerError as error:
        _says_what_to_do(error)
        return
    frame, odd = parsed.frame, parsed.odd
    records = {place: one for place, one in enumerate(_records_of(answer.body), 1) if place not in odd.set_aside}
    assert frame.height == len(records)
    for column, name in fields.items():
        for value, (place, record) in zip(frame[column], records.items(), strict=True):
            if place not in odd.fields.get(name, []):
                assert value == _as_text(record.get(name)), column


def _records_of(body: bytes) -> list[dict[str, Any]]:
    """What is not kept is not looked at, so it need not be good text; a record may span lines."""
    decoder, text, place, records = json.JSONDecoder(strict=False), body.decode("utf-8", "replace"), 0, []
    while text[place:].strip(" \t\r\n"):
        place += len(text[place:]) - len(text[place:].lstrip(" \t\r\n"))
        record, place = decoder.raw_decode(text, place)
        records.append(record)
    return records


def _as_text(value: Any) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return None if value in (None, "") else str(value)


@given(body=any_bytes(_lines(USER, {**USER, "id": "2", "mail": None, "brandNew": {"a": "\n"}})))
@MANY
def test_the_directory(body: bytes) -> None:
    fields = {"id": "id", "user_principal_name": "userPrincipalName", "department": "department", "mail": "mail"}
    _check_records(parse_users, answer(body, "users"), fields)


@given(body=any_bytes(_lines(SIGN_IN, {**SIGN_IN, "id": "2", "status": None, "ipAddress": ""})))
@MANY
def test_sign_ins(body: bytes) -> None:
    fields = {"id": "id", "created_date_time": "createdDateTime", "user_id": "userId", "ip_address": "ipAddress"}
    _check_records(parse_sign_ins, answer(body, "sign_ins"), fields)


@given(body=any_bytes(_lines({"displayConcealedNames": True}), _lines({"displayConcealedNames": False, "new": 1})))
@FEW
def test_report_settings(body: bytes) -> None:
    fields = {"display_concealed_names": "displayConcealedNames"}
    _check_records(parse_report_settings, answer(body, "report_settings"), fields)


@given(body=any_bytes(_lines(*(sample["event"] for sample in SAMPLES[:6])), _lines(*(s["event"] for s in SAMPLES[6:]))))
@MANY
def test_box_events(body: bytes) -> None:
    _check_records(
        parse_events, answer(body, "events", source="box"), {"event_id": "event_id", "event_type": "event_type"}
    )


@given(body=any_bytes(_lines(BOX_USER, {**BOX_USER, "id": 7, "login": "AppUser_1_a@boxdevedition.com"})))
@FEW
def test_box_users(body: bytes) -> None:
    _check_records(parse_box_users, answer(body, "users", source="box"), {"id": "id", "login": "login", "role": "role"})


@given(
    body=any_bytes(
        csv_bodies.report(csv_bodies.TEAMS_HEADER, csv_bodies.teams_row(1), csv_bodies.teams_row(2, tenant='"A, B"')),
        csv_bodies.report(csv_bodies.EMAIL_HEADER, csv_bodies.email_row(1)),
        json.dumps({"entries": [sample["event"] for sample in SAMPLES[:4]]}, ensure_ascii=False).encode(),
        _lines(*(sample["event"] for sample in SAMPLES[:4])),
    )
)
@MANY
def test_a_dropped_in_file(body: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(body)
        try:
            found = recognised([path], NOON)
        except InputFileError as error:
            _says_what_to_do(error)
            return
    for one in found:
        assert isinstance(one.answer.day, date)
        if one.answer.source == "box":
            # Records of the input, none invented; what is not kept need not be good text.
            text = body.decode("utf-8", "replace")
            assert all(str(record["event_id"]) in text for record in _records_of(one.answer.body))
        else:
            assert one.answer.body == body
        try:
            parser_of(one.answer)(one.answer)
        except RejectedAnswerError as error:
            _says_what_to_do(error)


@pytest.mark.parametrize("dataset", GOOD)
@given(data=st.data())
@settings(FEWER)
def test_a_file_of_the_organisation(dataset: str, data: st.DataObject) -> None:
    body = data.draw(any_bytes(GOOD[dataset].encode(), GOOD[dataset].encode("cp932")))
    given_files = {**{name: text.encode() for name, text in GOOD.items()}, dataset: body}
    answers = [Answer("org", name, NOON.date(), content, NOON) for name, content in given_files.items()]
    try:
        checks.check(answers)
    except InputFileError as error:
        _says_what_to_do(error)
    try:
        frame = files.parse(Answer("org", dataset, NOON.date(), body, NOON)).frame
    except RejectedAnswerError as error:
        _says_what_to_do(error)
        return
    assert set(frame.columns) <= set(FILES[dataset].columns)
    assert frame.height <= len(body.splitlines())
    assert all(dtype == pl.String for dtype in frame.dtypes)


def _says_what_to_do(error: Exception) -> None:
    """One sentence, and nothing of what was in the bytes: they may hold names."""
    sentence = str(error)
    assert sentence.endswith(".")
    assert not any(private in sentence for private in ("city.mirai-ku.example", "職員 一", "職員1", "@x.jp"))
