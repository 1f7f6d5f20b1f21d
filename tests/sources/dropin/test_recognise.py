"""Dropped-in files: recognised by content, cut into days, refused in words that help."""

from __future__ import annotations

import csv
import io
import json
import zlib
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.errors import InputFileError
from pipelines.sources.dropin import parser_of
from pipelines.sources.graph.parse import normalise
from pipelines.sources.graph.reports import CATALOGUE, ReportSpec
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
from tests.sources.dropin.recognised import recognised


def event(event_id: str, created_at: str) -> dict[str, object]:
    return {"type": "event", "event_id": event_id, "event_type": "DOWNLOAD", "created_at": created_at}


# A report that the catalogue does not have.
RENAMED = report(EMAIL_HEADER.replace("Is Deleted", "User State"), email_row(1))
FILE_COLUMNS = "Viewed Or Edited File Count,Synced File Count,Shared Internally File Count,Shared Externally File Count"
SAMPLES = {path.stem: path for path in sorted((Path(__file__).parents[1] / "graph" / "samples").glob("*.csv"))}
every_sample = pytest.mark.parametrize("spec", [CATALOGUE[name] for name in SAMPLES], ids=list(SAMPLES))
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
        recognised([path], NOW)
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
    (found,) = recognised([write(tmp_path, "a file of any name.txt", body)], NOW)
    assert (found.answer.source, found.answer.dataset, found.answer.day) == ("graph", dataset, DAY)
    assert found.answer.body == body
    assert found.answer.fetched_at == NOW
    assert not found.is_partial
    assert parser_of(found.answer)(found.answer).frame.height >= 1


def sample(spec: ReportSpec, *, shuffled: bool = False) -> bytes:
    """The sample of a report; shuffled: the columns in another order and case, as another way of exporting has them."""
    rows = list(csv.reader(io.StringIO(SAMPLES[spec.dataset].read_text("utf-8-sig"), newline="")))
    if shuffled:
        order = sorted(range(len(rows[0])), key=lambda place: zlib.crc32(rows[0][place].encode()))
        rows = [[row[place] for place in order] for row in rows]
        on_screen = {name: alias for alias, name in spec.aliases.items()}
        rows[0] = [on_screen.get(normalise(name), name.lower()) for name in rows[0]]
    lines = io.StringIO(newline="")
    csv.writer(lines).writerows(rows)
    return lines.getvalue().encode("utf-8-sig")


@every_sample
def test_every_report_is_known_in_any_order_and_spelling(tmp_path: Path, spec: ReportSpec) -> None:
    now = datetime(2030, 1, 1, tzinfo=UTC)
    (found,) = recognised([write(tmp_path, "a.csv", sample(spec))], now)
    (shuffled,) = recognised([write(tmp_path, "b.csv", sample(spec, shuffled=True))], now)
    frame = parser_of(found.answer)(found.answer).frame
    refreshed = date.fromisoformat(frame["report_refresh_date"][0])
    lag = timedelta(days=spec.lag_days if spec.kind == "period" else 0)
    assert (found.answer.dataset, found.answer.day) == (spec.dataset, refreshed + lag)
    assert (shuffled.answer.dataset, shuffled.answer.day) == (found.answer.dataset, found.answer.day)
    other = parser_of(shuffled.answer)(shuffled.answer).frame
    assert sorted(other.columns) == sorted(frame.columns)
    assert other.select(frame.columns).equals(frame)


@every_sample
def test_another_period_is_refused_with_what_to_do(tmp_path: Path, spec: ReportSpec) -> None:
    rows = list(csv.reader(io.StringIO(sample(spec).decode("utf-8-sig"), newline="")))
    if "Report Period" not in rows[0]:
        assert "report_period" not in spec.required_columns
        return
    place = rows[0].index("Report Period")
    lines = io.StringIO(newline="")
    csv.writer(lines).writerows([rows[0], *([*row[:place], "90", *row[place + 1 :]] for row in rows[1:])])
    message = refusal(write(tmp_path, "a.csv", lines.getvalue().encode()))
    assert spec.label in message
    assert ("one day" if spec.kind == "day" else f"{spec.period.removeprefix('D')} days") in message


def test_an_old_export_of_totals_does_not_pass_for_one_of_today(tmp_path: Path) -> None:
    body = sample(CATALOGUE["teams_activity_counts"])
    (found,) = recognised([write(tmp_path, "a.csv", body)], datetime(2030, 1, 1, tzinfo=UTC))
    (young,) = recognised([tmp_path], datetime.combine(found.answer.day - timedelta(days=1), time(), UTC))
    assert young.answer.day == found.answer.day - timedelta(days=1)


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
    first, second = recognised([write(tmp_path, "events.json", body)], NOW)
    assert [first.answer.day, second.answer.day] == [date(2026, 6, 1), date(2026, 6, 2)]
    assert first.is_partial
    assert second.is_partial
    frames = [parser_of(found.answer)(found.answer).frame for found in (first, second)]
    assert [frame["event_id"].to_list() for frame in frames] == [["a"], ["b", "c"]]


def test_pages_of_one_day_in_many_files_are_one_answer(tmp_path: Path) -> None:
    write(tmp_path, "p1.json", {"entries": EVENTS[:2]})
    write(tmp_path, "p2.json", {"entries": EVENTS[2:]})
    first, second = recognised([tmp_path], NOW, (date(2026, 6, 2), date(2026, 6, 3)))
    assert parser_of(second.answer)(second.answer).frame["event_id"].to_list() == ["b", "c"]
    assert (first.is_partial, second.is_partial) == (True, False)
    assert {first.answer.channel, second.answer.channel} == {"import"}


def test_folders_are_walked_and_hidden_files_left_out(tmp_path: Path) -> None:
    write(tmp_path, "2026/june.csv", report(TEAMS_HEADER, teams_row(1)))
    write(tmp_path, "box/p1.json", EVENTS[:1])
    write(tmp_path, ".cache/x.csv", b"nothing of ours")
    write(tmp_path, ".DS_Store", b"\0")
    assert [found.answer.source for found in recognised([tmp_path], NOW)] == ["graph", "box"]


def test_nearly_a_report_names_the_difference(tmp_path: Path) -> None:
    header = TEAMS_HEADER.replace("Meetings Attended Count,Ad Hoc", "Meetings Attended,Ad Hoc")
    message = refusal(write(tmp_path, "t.csv", report(header, teams_row(1))))
    assert "nearest is the Teams user activity report, but it lacks meetings_attended_count" in message
    assert "the nearest is" in message


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"name,amount\r\nperson1,3\r\n", "none of the known files"),
        (b"PK\x03\x04 zip", "ZIP archive or an Excel workbook"),
        (b"", "is not CSV but empty"),
        (f"{TEAMS_HEADER}\n{teams_row(1)},職員".encode("cp932"), "not UTF-8 text but CP932"),
        (b"\x81,\xff\xff", "in no encoding known here"),
        (report(EMAIL_HEADER, email_row(1)).decode("utf-8-sig").encode("utf-16"), "UTF-16"),
        (report(EMAIL_HEADER, email_row(1)).replace(b",", b";"), "separated by semicolons"),
        (report(EMAIL_HEADER, email_row(1)).replace(b",", b"\t"), "separated by tabs"),
        (RENAMED, "nearest is the email activity report, but it lacks is_deleted"),
        (report(f"{EMAIL_HEADER},{FILE_COLUMNS}", f"{email_row(1)},1,1,1,1"), "the columns of both"),
        (b"<html></html>", "not CSV but HTML"),
        (report(TEAMS_HEADER), "no rows below its header"),
        (report(TEAMS_HEADER, teams_row(1).replace(str(DAY), "1-6-26", 1)), "no date under Report Refresh Date"),
        (b'{"entries":[{"event_id":"a","created_at":"2026-06-01T0', "not complete JSON"),
        (b'{"error":{"code":"x"}}', "an error of the service, not a report"),
        (b'{"type":"error","status":429}', "an error of Box"),
        (b'[{"event_id":"a","created_at":"2026-06-01T00:00:00"}]', "no Box enterprise events"),
        (
            b'[{"Report Refresh Date":"2026-06-01","Send Count":"1","Receive Count":"1","Read Count":"",'
            b'"User Principal Name":"","Last Activity Date":"","Is Deleted":"","Meeting Created Count":""}]',
            "email activity report in",
        ),
        (b'{"value":[{"reportRefreshDate":"2026-06-01","userPrincipalName":"a@x"}]}', "a usage report in JSON"),
        (
            b'{"value":[{"id":"1","userPrincipalName":"a@x","createdDateTime":"","appDisplayName":""}]}',
            "holds sign-ins",
        ),
        (b'{"entries":[{"id":"1","login":"a@x","status":"active"}]}', "users of Box"),
        (
            b"Report Refresh Date,Send,Receive,Read,Report Date,Report Period\r\n2026-06-01,1,2,3,2026-06-01,7\r\n",
            "counts for the whole organisation",
        ),
        (
            b"Report Refresh Date,Site Id,Site URL,Storage Used (Byte),Report Period\r\n2026-06-01,a,b,1,7\r\n",
            "of sites",
        ),
        (
            report(TEAMS_HEADER, teams_row(1)).replace(b"\xef\xbb\xbf", b"Exported by A. Person\r\n\r\n"),
            "lines 1 to 2 stand above its header",
        ),
        (report(teams_row(1), teams_row(2)), "a row of data instead of a header"),
        (report(TEAMS_HEADER, teams_row(1, day=date(2026, 6, 3))), "a day that is not over"),
        (report(TEAMS_HEADER, teams_row(1).replace(str(DAY), "6/1/2026", 1)), "can be read in two ways"),
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
        assert all(found.answer.body for found in recognised([path], NOW))
    except InputFileError:
        return
