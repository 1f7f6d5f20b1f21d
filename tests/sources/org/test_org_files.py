"""How the organisation's files may be written: encodings, headers, dates, shares; and what is no such file."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import InputFileError, RejectedAnswerError
from pipelines.sources.answer import Answer
from pipelines.sources.org import files, schema
from pipelines.sources.org.files import read_file
from pipelines.sources.org.schema import FILES, Column, OrgFile
from pipelines.sources.org.values import as_text, tidied, typed
from tests.conftest import NOON
from tests.sources.org.org_folder import DAY, GOOD, examined, write_folder


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_good_files_are_read_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    expected = examined(tmp_path).tables
    for answer in files.read_answers(write_folder(tmp_path, encoding), DAY, NOON):
        assert read_file(answer.body, FILES[answer.dataset]).table.equals(expected[answer.dataset])


def _in_japanese(text: str, spec: OrgFile, place: int) -> bytes:
    """The file with Japanese header names, its columns turned round, every second name in full width."""
    header, *rows = list(csv.reader(io.StringIO(text)))
    japanese = {column.name: column.japanese[place % len(column.japanese)] for column in spec.fields}
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([f" {japanese[name]}　" for name in header][::-1])
    writer.writerows([row[::-1] for row in rows])
    return out.getvalue().encode("cp932")


@pytest.mark.parametrize("dataset", FILES)
def test_japanese_and_english_headers_give_the_same_table(dataset: str) -> None:
    spec = FILES[dataset]
    english = read_file(GOOD[dataset].encode(), spec)
    for place in range(4):
        japanese = read_file(_in_japanese(GOOD[dataset], spec, place), spec)
        assert japanese.table.equals(english.table)
        assert (japanese.complaints, japanese.unknown_columns) == ([], {})


def test_no_header_name_means_two_columns_of_a_file() -> None:
    for spec in FILES.values():
        names = [name for column in spec.fields for name in (column.name, *column.japanese)]
        assert len(names) == len(set(names)), spec.dataset


def test_an_optional_column_that_is_absent_is_null(tmp_path: Path) -> None:
    departments = examined(tmp_path).tables["departments"]
    assert departments["telework_seats"].to_list() == [None] * 4
    assert as_text(departments)["telework_seats"].dtype == pl.String


def test_an_unknown_column_is_reported_and_not_kept() -> None:
    text = "職員番号,氏名,メールアドレス,採用日,退職日\n1,山田,a@x.jp,2020-04-01,\n"
    found = read_file(text.encode(), FILES["staff"])
    assert found.unknown_columns == {"氏名": 1}
    assert "山田" not in str(found.table.rows())


def test_empty_lines_and_cells_of_a_spreadsheet_do_no_harm() -> None:
    lines = [
        "employee_number,address,joined_on,left_on,,",
        "１００１ ,A@x.jp, 2020/4/1 ,,,",
        ",,,,,",
        "",
        "1002,b,R2.4.1,",
    ]
    text = "".join(f"{line}\r\n" for line in lines)
    found = read_file(text.encode("utf-8-sig"), FILES["staff"])
    assert [str(complaint) for complaint in found.complaints] == [
        "staff.csv line 5 does not have 6 fields like the header: correct the file and run again."
    ]
    assert found.table.rows() == [("1001", "a@x.jp", date(2020, 4, 1), None, 2)]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-04-01", date(2026, 4, 1)), ("2026/4/1", date(2026, 4, 1)), ("２０２６／４／１", date(2026, 4, 1)),
        ("2026年4月1日", date(2026, 4, 1)), ("令和8年4月1日", date(2026, 4, 1)), ("R8.4.1", date(2026, 4, 1)),
        ("令和元年5月1日", date(2019, 5, 1)), ("H31.4.30", date(2019, 4, 30)), ("20260401", date(2026, 4, 1)),
        ("2026/4/1 0:00", date(2026, 4, 1)), ("2024-02-29", date(2024, 2, 29)),
        ("R1.4.1", None), ("2025-02-29", None), ("46113", None), ("26/4/1", None), ("1/4/2026", None), ("未定", None),
    ],
)  # fmt: skip
def test_ways_to_write_a_day(text: str, day: date | None) -> None:
    assert _typed(text, schema.DATE) == day


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (schema.SHARE, "0.5", 0.5), (schema.SHARE, "50%", 0.5), (schema.SHARE, "５０％", 0.5),
        *((schema.SHARE, text, None) for text in ("x", "nan", "1e-1", "-0.5", "0,5", "%")),
        *((schema.TRUTH, text, True) for text in ("1", "有", "可", "はい", "○", "TRUE", "１")),
        *((schema.TRUTH, text, False) for text in ("0", "無", "否", "いいえ", "×", "no")), (schema.TRUTH, "?", None),
        (schema.COUNT, "１２", 12), (schema.COUNT, "3.0", 3), (schema.COUNT, "-1", None),
        (schema.INSTANT, "2026/4/1 8:30", datetime(2026, 3, 31, 23, 30, tzinfo=UTC)),
        (schema.INSTANT, "2026-04-01T08:30:00Z", datetime(2026, 4, 1, 8, 30, tzinfo=UTC)),
        (schema.INSTANT, "2026-04-01T08:30:05.123-05:00", datetime(2026, 4, 1, 13, 30, 5, tzinfo=UTC)),
        (schema.INSTANT, "2026-04-01", None), (schema.INSTANT, "2026-04-01 24:30", None),
    ],
)  # fmt: skip
def test_ways_to_write_a_value(kind: str, text: str, value: object) -> None:
    assert _typed(text, kind) == value


def _typed(text: str, kind: str) -> object:
    return typed(tidied(pl.Series("x", [text]), kind), Column("x", kind)).item()


ERAS = {"令和{}年{}月{}日": 2018, "R{}.{}.{}": 2018}
FORMS = ["{:04d}-{:02d}-{:02d}", "{}/{}/{}", "{}年{}月{}日", "{:04d}{:02d}{:02d}"]


@given(st.dates(date(2019, 5, 1), date(2099, 12, 31)), st.sampled_from([*FORMS, *ERAS]), st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_day_written_in_any_form_comes_back(day: date, form: str, is_wide: bool) -> None:
    text = form.format(day.year - ERAS.get(form, 0), day.month, day.day)
    if is_wide:
        text = "".join(chr(ord(character) + 0xFEE0) if character.isdigit() else character for character in text)
    assert _typed(text, schema.DATE) == day


@given(st.integers(1, 10_000), st.booleans())
@settings(max_examples=40, deadline=None)
def test_a_share_comes_back_as_number_or_per_cent(parts: int, is_per_cent: bool) -> None:
    text = f"{parts / 100}%" if is_per_cent else f"{parts / 10_000}"
    assert _typed(text, schema.SHARE) == pytest.approx(parts / 10_000)


@given(
    st.lists(st.text('aZ０9 　",、表能ソ髙№①ｱ%=', min_size=1).filter(str.strip), max_size=5),
    st.sampled_from(["utf-8", "utf-8-sig", "cp932"]),
)
@settings(max_examples=40, deadline=None)
def test_what_is_landed_reads_the_same_again(titles: list[str], encoding: str) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([["session_id", "held_on", "title", "employee_number"],
                               *([f"T{n}", "R8.4.1", title, "1"] for n, title in enumerate(titles))])  # fmt: skip
    first = as_text(read_file(out.getvalue().encode(encoding), FILES["training"]).table.drop(schema.LINE))
    assert first["title"].to_list() == [title.strip() for title in titles]
    again = read_file(first.write_csv().encode(encoding), FILES["training"]).table.drop(schema.LINE)
    assert as_text(again).equals(first)


@given(st.binary(max_size=200), st.sampled_from(sorted(FILES)), st.booleans())
@settings(max_examples=120, deadline=None)
def test_any_bytes_are_a_table_or_a_refusal(noise: bytes, dataset: str, keeps_header: bool) -> None:
    header = ",".join(FILES[dataset].columns).encode() + b"\n" if keeps_header else b""
    try:
        parsed = files.parse(Answer("org", dataset, DAY, header + noise, NOON))
    except RejectedAnswerError as error:
        assert str(error).endswith(".")  # noqa: PT017 - either way is right
    else:
        assert parsed.frame.columns == list(FILES[dataset].columns)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"1001,a@x.jp,2020-04-01,\n", "staff.csv has no column employee_number"),
        ("職員番号,職員コード\n".encode(), "two columns that mean employee_number"),
        ("職員番号\n".encode("utf-16"), "neither UTF-8 nor CP932"),
        (b'employee_number,"address\n', "cannot be read as CSV"),
        (b"", "staff.csv is empty"),
    ],
)
def test_a_file_that_is_none_of_ours_is_refused(body: bytes, sentence: str) -> None:
    with pytest.raises(InputFileError, match=sentence) as caught:
        read_file(body, FILES["staff"])
    assert "a@x.jp" not in str(caught.value)


def test_missing_files_and_folder_are_named(tmp_path: Path) -> None:
    write_folder(tmp_path)
    for name in ("networks", "staff"):
        (tmp_path / f"{name}.csv").unlink()
    with pytest.raises(InputFileError, match=r"staff\.csv and networks\.csv are missing"):
        files.read_answers(tmp_path, DAY, NOON)
    (tmp_path / "networks.csv").write_text(GOOD["networks"], encoding="utf-8")
    (tmp_path / "assignments.csv").unlink()  # neither staff nor assignments: departments come from the directory
    assert "staff" not in {answer.dataset for answer in files.read_answers(tmp_path, DAY, NOON)}
    with pytest.raises(InputFileError, match="KATSUYO_ORG_DIR"):
        files.read_answers(tmp_path / "none", DAY, NOON)
