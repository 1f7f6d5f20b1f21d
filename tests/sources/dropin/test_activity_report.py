"""The Box User Activity report: both languages, local times, blank rows, overlapping pages, nothing in clear."""

from __future__ import annotations

import csv
import io
import tempfile
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings

from pipelines.errors import InputFileError, RejectedAnswerError
from pipelines.landing.intake import Intake
from pipelines.landing.store import Landing
from pipelines.sources.answer import Answer
from pipelines.sources.dropin import parser_of, recognise
from pipelines.sources.dropin.activity_report import COLUMNS, parse_activity_report
from pipelines.warehouse.raw.load import load_dataset
from tests.sources.csv_bodies import NOW
from tests.sources.damage import any_bytes
from tests.sources.dropin.recognised import recognised

ENGLISH = "Date,User Name,User Email,User ID,IP Address,Action,Affected,Affected ID,Size (KB),Parent Folder,Details"
JAPANESE = "日付,ユーザーID,ユーザーのメールアドレス,IPアドレス,操作,対象,影響を受けるID,サイズ (KB),詳細"


def english(time: str, who: str = "tanaka@city.example", action: str = "Downloaded", item: str = "見積書.xlsx") -> str:
    what = f'{action},{item},1500000000001,"1,024",業者共有,Service: Box Drive'
    return f'{time},"Tanaka, Taro",{who},20000000001,192.0.2.10,{what}'


def write(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.write_bytes(("\ufeff" + "".join(f"{line}\r\n" for line in lines)).encode())
    return path


def rows(path: Path, zone: str = "Asia/Tokyo") -> list[dict]:
    found = recognised([path], NOW, zone=ZoneInfo(zone))
    assert {one.answer.dataset for one in found} == {"activity_report"}
    return [row for one in found for row in parser_of(one.answer)(one.answer).frame.to_dicts()]


def test_both_languages_give_the_same_row_but_for_the_word(tmp_path: Path) -> None:
    first = rows(write(tmp_path, "e.csv", ENGLISH, english("2026-06-02 08:59:59")))
    who = "20000000001,tanaka@city.example,192.0.2.10"
    what = "ダウンロード,見積書.xlsx,1500000000001,1024,サービス：Box Drive"
    japanese = f"2026-06-02 08:59:59,{who},{what}"
    second = rows(write(tmp_path, "j.csv", JAPANESE, japanese))
    (row,), (other,) = first, second
    assert row | {"action": "", "row": ""} == other | {"action": "", "row": ""}
    assert (row["action"], other["action"]) == ("Downloaded", "ダウンロード")
    assert row["created_at"] == "2026-06-01T23:59:59.000Z"
    assert (row["size_bytes"], row["service_name"], row["actor_kind"]) == ("1048576", "Box Drive", "person")
    assert tuple(row) == COLUMNS


def test_the_zone_is_that_of_the_administrator(tmp_path: Path) -> None:
    path = write(tmp_path, "e.csv", ENGLISH, english("2026-03-08 01:30:00"), english("2026-03-08 03:30:00"))
    instants = [row["created_at"] for row in rows(path, "America/Los_Angeles")]
    assert instants == ["2026-03-08T09:30:00.000Z", "2026-03-08T10:30:00.000Z"]


def test_rows_are_cut_into_utc_days_and_are_parts_unless_vouched_for(tmp_path: Path) -> None:
    path = write(tmp_path, "e.csv", ENGLISH, english("2026-06-02 08:00:00"), english("2026-06-02 10:00:00"))
    found = recognised([path], NOW, (date(2026, 6, 2), date(2026, 6, 2)))
    assert [(one.answer.day, one.is_partial) for one in found] == [(date(2026, 6, 1), True), (date(2026, 6, 2), False)]


def test_extra_and_missing_columns_and_blank_rows_do_no_harm(tmp_path: Path) -> None:
    header = "Overall,Date,User Email,Action"
    lines = [
        ",,,",
        "x,2026-06-02 10:00:00,,Previewed",
        ",,,",
        "y,2026-06-02 10:00:00,AppUser_1_a@boxdevedition.com,Edited",
    ]
    found = rows(write(tmp_path, "e.csv", header, *lines))
    assert sorted((row["actor_kind"], row["action"]) for row in found) == [
        ("anonymous", "Previewed"),
        ("machine", "Edited"),
    ]


def test_overlapping_pages_and_another_import_change_nothing(tmp_path: Path, intake: Intake, landing: Landing) -> None:
    """Two equal rows of one page are two actions; the same two on the next page are no more."""
    twice, once = english("2026-06-02 10:00:00"), english("2026-06-02 11:00:00")
    exports = tmp_path / "exports"
    exports.mkdir()
    write(exports, "user_activity_Page_1.csv", ENGLISH, twice, twice)
    write(exports, "user_activity_Page_2.csv", ENGLISH, twice, twice, once)
    with duckdb.connect() as con:
        for _ in range(2):
            for one in recognised([exports], NOW):
                assert intake.take(one.answer, parser_of(one.answer), is_partial=one.is_partial).is_accepted
            load_dataset(con, landing, "box", "activity_report")
            assert con.execute("select count(*), count(distinct row_key) from raw.box_activity_report").fetchall() == [
                (3, 3)
            ]
        write(exports, "user_activity_Page_3.csv", ENGLISH, once, english("2026-06-02 12:00:00"))
        for one in recognised([exports], NOW):
            intake.take(one.answer, parser_of(one.answer), is_partial=one.is_partial)
        load_dataset(con, landing, "box", "activity_report")
        assert con.execute("select count(*) from raw.box_activity_report").fetchall() == [(4,)]
        stored = str(con.execute("select * from raw.box_activity_report").fetchall())
    assert "xlsx" in stored
    assert [one for one in ("tanaka", "Tanaka", "見積書", "業者共有", "20000000001", "192.0.2") if one in stored] == []


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ((ENGLISH, english("2026/6/2 10:00")), "1 of 1 rows without an action or a date"),
        ((ENGLISH, english("2026-06-02 10:00:00", action="")), "opened and saved by a spreadsheet"),
        ((ENGLISH, english("2026-06-02 10:00:00") + ",more"), "no well-formed CSV"),
        ((ENGLISH,), "no rows below its header"),
        ((ENGLISH, english("0000-01-01 10:00:00")), "1 of 1 rows without an action or a date"),
        (("Date,User Name,Action", "2026-06-02 10:00:00,A,Edited"), "none of the known files"),
    ],
)
def test_a_report_that_cannot_be_read_in_full_is_refused(tmp_path: Path, lines: tuple[str, ...], words: str) -> None:
    with pytest.raises(InputFileError, match=words) as caught:
        recognised([write(tmp_path, "e.csv", *lines)], NOW)
    assert "tanaka" not in str(caught.value)


@pytest.mark.parametrize("body", [b"", b"row,created_at\n1,2\n", b"\xff\xfe\0", b'"'])
def test_an_answer_of_another_make_is_rejected(body: bytes) -> None:
    with pytest.raises(RejectedAnswerError, match="import it again"):
        parse_activity_report(Answer("box", "activity_report", date(2026, 6, 2), body, NOW))


GOOD = "".join(
    f"{line}\n" for line in (ENGLISH, english("2026-06-02 10:00:00"), english("2026-06-03 10:00:00"))
).encode()


@given(body=any_bytes(GOOD))
@settings(deadline=None, derandomize=True, database=None, max_examples=100)
def test_any_bytes_are_read_in_full_or_refused(body: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(body)
        try:
            found, notes = recognised([path], NOW), recognise([path], NOW).notes
        except InputFileError:
            return
        frames = [parser_of(one.answer)(one.answer).frame for one in found]
        lines = [line for line in csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")) if any(line)]
        if frames and found[0].answer.dataset == "activity_report":
            assert sum(frame.height for frame in frames) == len(lines) - 1 or "set aside" in notes[0]
