"""Reads the organisation's files: CSV in UTF-8 or CP932, header in Japanese or English, columns in any order.

What the columns are is schema.py, how values may be written values.py. Here a file becomes a typed table with line
numbers; lines that cannot be read are set aside and listed (complaints.py). Rules between lines and between files are
checks.py. Identifiers stay in memory only.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import polars as pl

from pipelines.errors import InputFileError, RejectedAnswerError
from pipelines.sources.answer import Answer, Parsed
from pipelines.sources.org import schema
from pipelines.sources.org.complaints import Complaint, OrgFilesError
from pipelines.sources.org.schema import FILES, LINE, OrgFile
from pipelines.sources.org.values import EXPECTED, OPEN_YEAR, SPREADSHEET_NUMBER, as_text, tidied, typed

SOURCE = "org"
TOGETHER = frozenset({"staff", "assignments"})
_FIX = "correct the file and run again"


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file as read: the good lines typed and numbered, the others set aside, and columns nobody knows.

    `aside` holds the lines set aside, typed as far as they could be read; `unknown_columns` counts lines per column.
    """

    spec: OrgFile
    table: pl.DataFrame = field(repr=False)
    aside: pl.DataFrame = field(repr=False)
    complaints: list[Complaint]
    unknown_columns: dict[str, int]


def read_file(body: bytes, spec: OrgFile) -> ReadFile:
    """Read one file. Raises InputFileError when it cannot be used at all: no CSV, or a column is missing."""
    header, rows, lines = _rows(_decoded(body, spec), spec)
    named = _named(header, spec)
    text = pl.DataFrame(
        [tidied(pl.Series(column.name, _values(rows, named.get(column.name)), pl.String), column.kind)
         for column in spec.fields]
    )  # fmt: skip
    table = pl.DataFrame([typed(text[column.name], column) for column in spec.fields])
    table = table.with_columns(
        pl.when(pl.col(name).dt.year() < OPEN_YEAR).then(pl.col(name)).alias(name)
        for name, kind in spec.columns.items()
        if kind == schema.DATE and name == spec.ends
    )
    table = table.with_columns(pl.Series(LINE, lines, pl.UInt32))
    width = _of_width(rows, len(header), lines, spec)
    shifted = {line for complaint in width for line in complaint.lines}  # their values may stand in wrong columns
    complaints = width + _of_values(text, table, spec, shifted)
    bad = {line for complaint in complaints for line in complaint.lines}
    is_bad = pl.col(LINE).is_in(pl.Series(sorted(bad), dtype=pl.UInt32).implode())
    known = set(named.values())
    unknown = {_shown(name): len(rows) for place, name in enumerate(header) if place not in known and name.strip()}
    return ReadFile(spec, table.filter(~is_bad), table.filter(is_bad), complaints, unknown)


def read_answers(folder: Path, day: date, fetched_at: datetime) -> list[Answer]:
    """One answer per file of the folder. Raises InputFileError when the folder or a required file is not there."""
    if not folder.is_dir():
        raise InputFileError("The folder that KATSUYO_ORG_DIR names does not exist: set it to the personnel folder.")
    paths = {name: folder / spec.file_name for name, spec in FILES.items() if (folder / spec.file_name).is_file()}
    needed = {name for name, spec in FILES.items() if spec.is_required}
    if paths.keys() & TOGETHER:  # one of them alone says nothing
        needed |= TOGETHER
    missing = [FILES[name].file_name for name in FILES if name in needed - paths.keys()]
    if missing:
        raise InputFileError(
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing in the folder KATSUYO_ORG_DIR "
            "names: put it there (`katsuyo init` writes a template; staff.csv and assignments.csv go together)."
        )
    return [Answer(SOURCE, name, day, path.read_bytes(), fetched_at) for name, path in paths.items()]


def parse(answer: Answer) -> Parsed:
    """The parser of every organisation file (the dataset says which), looked at alone and without exceptions."""
    try:
        found = read_file(answer.body, FILES[answer.dataset])
        if found.complaints:
            raise OrgFilesError(found.complaints)
    except InputFileError as error:
        raise RejectedAnswerError(str(error)) from None
    return Parsed(as_text(found.table.drop(LINE)), found.unknown_columns)


def _decoded(body: bytes, spec: OrgFile) -> str:
    for encoding in ("utf-8-sig", "cp932"):  # cp932 is what Excel writes in Japan
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise InputFileError(f"{spec.file_name} is neither UTF-8 nor CP932 text: save it again as CSV UTF-8.")


def _rows(text: str, spec: OrgFile) -> tuple[list[str], list[list[str]], list[int]]:
    """Header, rows, and the line on which each row ends. Blank lines (spreadsheets leave some) are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows, lines = [], []
    try:
        for row in reader:
            if any(value.strip() for value in row):
                rows.append(row)
                lines.append(reader.line_num)
    except csv.Error:
        raise InputFileError(
            f"{spec.file_name} cannot be read as CSV from line {reader.line_num} on: check its quotes."
        ) from None
    if not rows:
        raise InputFileError(f"{spec.file_name} is empty: write at least its header.")
    return rows[0], rows[1:], lines[1:]


def _named(header: list[str], spec: OrgFile) -> dict[str, int]:
    """Column name -> its place in the file."""
    meanings = {_plain(other): column.name for column in spec.fields for other in (column.name, *column.japanese)}
    named: dict[str, int] = {}
    for place, name in enumerate(header):
        meaning = meanings.get(_plain(name))
        if meaning in named:
            raise InputFileError(f"{spec.file_name} has two columns that mean {meaning}: keep one of them.")
        if meaning is not None:
            named[meaning] = place
    missing = [column for column in spec.fields if not column.is_optional and column.name not in named]
    if missing:
        raise InputFileError(
            f"{spec.file_name} has no column "
            + ", ".join(f"{column.name} ({column.japanese[0]})" for column in missing)
            + ": the first line must be the header, as docs/sources/personnel.md lists it."
        )
    return named


def _plain(name: str) -> str:
    """A header name without what does not matter: width, case, spaces, line breaks."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold().replace("_", "")


def _shown(name: str) -> str:
    return "".join(name.split())[:40]


def _values(rows: list[list[str]], place: int | None) -> list[str | None]:
    if place is None:
        return [None] * len(rows)
    return [row[place] if place < len(row) else None for row in rows]


def _of_width(rows: list[list[str]], width: int, lines: list[int], spec: OrgFile) -> list[Complaint]:
    wrong = [line for row, line in zip(rows, lines, strict=True) if len(row) < width or any(row[width:])]
    what = f"does not have {width} fields like the header"
    return [Complaint(spec.dataset, "width", what, _FIX, wrong)] if wrong else []


def _of_values(text: pl.DataFrame, table: pl.DataFrame, spec: OrgFile, shifted: set[int]) -> list[Complaint]:
    complaints = []

    def complain(rule: str, is_wrong: pl.Series, what: str, remedy: str = _FIX) -> None:
        lines = [line for line in table.filter(is_wrong)[LINE] if line not in shifted]
        if lines:
            complaints.append(Complaint(spec.dataset, rule, what, remedy, lines))

    for column in spec.fields:
        name, given = column.name, text[column.name]
        if not column.is_optional and not column.may_be_blank:
            complain("blank", given.is_null(), f"has no {name}")
        if column.kind in (schema.TEXT, schema.CODE, schema.PERSON):
            continue
        wrong = given.is_not_null() & table[name].is_null()
        if name == spec.ends and column.kind == schema.DATE:
            wrong &= typed(given, column).is_null()  # 9999-12-31 is null on purpose
        if column.kind in (schema.DATE, schema.INSTANT):
            number = wrong & given.str.contains(SPREADSHEET_NUMBER)
            complain(
                "spreadsheet_number", number, f"has a {name} that is a spreadsheet's number of days",
                "format the column as a date, save the file again and run again",
            )  # fmt: skip
            wrong &= ~number.fill_null(value=False)
        expected = EXPECTED.get(column.kind) or f"is none of {', '.join(column.choices)}"
        complain(f"wrong_{column.kind}", wrong, f"has a {name} that {expected}")
    return complaints
