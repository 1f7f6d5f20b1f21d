"""Dropped-in files: recognised by content, cut into days, refused in words that help."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.errors import InputFileError
from pipelines.sources.dropin import parser_of, recognise
from tests.sources.csv_bodies import (
    DAY,
    DEVICE_HEADER,
    EMAIL_HEADER,
    NOW,
    TEAMS_HEADER,
    device_row,
    email_row,
    report,
    teams_row,
)


def event(event_id: str, created_at: str) -> dict[str, object]:
    return {"type": "event", "event_id": event_id, "event_type": "DOWNLOAD", "created_at": created_at}


EVENTS = [
    event("a", "2026-06-01T16:59:59-07:00"),  # 23:59:59 UTC
    event("b", "2026-06-01T17:00:00-07:00"),  # midnight UTC
    event("b", "2026-06-01T17:00:00-07:00"),
    event("c", "2026-06-02T09:00:00+09:00"),  # the same midnight
]


def write(folder: Path, name: str, body: bytes | object) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body if isinstance(body, bytes) else json.dumps(body).encode())
    return path


def refusal(path: Path) -> str:
    with pytest.raises(InputFileError) as caught:
        recognise([path], NOW)
    return str(caught.value)


@pytest.mark.parametrize(
    ("dataset", "body"),
    [
        ("teams_user_activity", report(TEAMS_HEADER, teams_row(1), teams_row(2))),
        ("teams_device_usage", report(DEVICE_HEADER, device_row(1))),
        ("email_activity", report(EMAIL_HEADER, email_row(1), bom=False, end="\n")),
    ],
)
def test_reports_are_known_by_their_header(tmp_path: Path, dataset: str, body: bytes) -> None:
    (found,) = recognise([write(tmp_path, "a file of any name.txt", body)], NOW)
    assert (found.answer.source, found.answer.dataset, found.answer.day) == ("graph", dataset, DAY)
    assert found.answer.body == body
    assert found.answer.fetched_at == NOW
    assert not found.is_partial
    assert parser_of(found.answer)(found.answer).frame.height >= 1


@pytest.mark.parametrize("period", ["7", "30", "90", "180"])
def test_a_report_over_a_period_is_refused(tmp_path: Path, period: str) -> None:
    path = write(tmp_path, "d.csv", report(TEAMS_HEADER, teams_row(1, period=period)))
    assert "over a period of several days" in refusal(path)


@pytest.mark.parametrize(
    "body",
    [
        {"chunk_size": 4, "next_stream_position": "1152922976252290886", "entries": EVENTS},
        EVENTS,
        b"\n".join(json.dumps(one).encode() for one in EVENTS),
        json.dumps({"entries": EVENTS}, indent=2).encode(),
        b"\xef\xbb\xbf" + json.dumps(EVENTS).encode(),
    ],
    ids=["page", "array", "lines", "indented", "bom"],
)
def test_box_events_become_one_partial_answer_a_utc_day(tmp_path: Path, body: object) -> None:
    first, second = recognise([write(tmp_path, "events.json", body)], NOW)
    assert [first.answer.day, second.answer.day] == [date(2026, 6, 1), date(2026, 6, 2)]
    assert first.is_partial
    assert second.is_partial
    frames = [parser_of(found.answer)(found.answer).frame for found in (first, second)]
    assert [frame["event_id"].to_list() for frame in frames] == [["a"], ["b", "c"]]


def test_pages_of_one_day_in_many_files_are_one_answer(tmp_path: Path) -> None:
    write(tmp_path, "p1.json", {"entries": EVENTS[:2]})
    write(tmp_path, "p2.json", {"entries": EVENTS[2:]})
    first, second = recognise([tmp_path], NOW, (date(2026, 6, 2), date(2026, 6, 3)))
    assert parser_of(second.answer)(second.answer).frame["event_id"].to_list() == ["b", "c"]
    assert (first.is_partial, second.is_partial) == (True, False)
    assert {first.answer.channel, second.answer.channel} == {"import"}


def test_folders_are_walked_and_hidden_files_left_out(tmp_path: Path) -> None:
    write(tmp_path, "2026/june.csv", report(TEAMS_HEADER, teams_row(1)))
    write(tmp_path, "box/p1.json", EVENTS[:1])
    write(tmp_path, ".cache/x.csv", b"nothing of ours")
    write(tmp_path, ".DS_Store", b"\0")
    assert [found.answer.source for found in recognise([tmp_path], NOW)] == ["graph", "box"]


def test_nearly_a_report_names_the_difference(tmp_path: Path) -> None:
    header = TEAMS_HEADER.replace("Meetings Attended Count,Ad Hoc", "Meetings Attended,Ad Hoc")
    message = refusal(write(tmp_path, "t.csv", report(header, teams_row(1))))
    assert "nearly a Teams user activity report but lacks meetings_attended_count" in message
    assert "the nearest is" in message


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"name,amount\r\nperson1,3\r\n", "none of the known files"),
        (b"PK\x03\x04 zip", "none of the known files"),
        (b"", "is not CSV but empty"),
        ("氏名,件数\r\n".encode("cp932"), "not UTF-8"),
        (b"<html></html>", "not CSV but HTML"),
        (report(TEAMS_HEADER), "no rows below its header"),
        (report(TEAMS_HEADER, teams_row(1).replace(str(DAY), "1/6/26", 1)), "no date under Report Refresh Date"),
        (b'{"entries":[{"event_id":"a","created_at":"2026-06-01T0', "not complete JSON"),
        (b'{"error":{"code":"x"}}', "no Box enterprise event"),
        (b'[{"event_id":"a","created_at":"2026-06-01T00:00:00"}]', "no Box enterprise event"),
    ],
)
def test_anything_else_is_refused(tmp_path: Path, body: bytes, words: str) -> None:
    message = refusal(write(tmp_path, "x.bin", body))
    assert words in message
    assert "x.bin" in message
    assert "person1" not in message


def test_a_missing_path_is_named(tmp_path: Path) -> None:
    assert "does not exist" in refusal(tmp_path / "gone")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200) | st.text('{}[]",:\nev0', max_size=60).map(str.encode))
def test_any_file_is_recognised_or_refused(tmp_path: Path, body: bytes) -> None:
    path = write(tmp_path, "any", body)
    try:
        assert all(found.answer.body for found in recognise([path], NOW))
    except InputFileError:
        return
