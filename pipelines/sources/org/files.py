"""Reads the organisation's files: CSV with effective dates, UTF-8 or CP932, headers in English or Japanese.

One file is one table of the catalogue FILES; docs/sources/personnel.md describes them for the clerk who writes them.
Rules across files (unknown departments, overlapping posts) are in checks.py. Identifiers stay in memory only.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import polars as pl

from pipelines.errors import InputFileError, RejectedAnswerError
from pipelines.sources.answer import Answer, Parsed

SOURCE = "org"
DATE, TEXT, NUMBER = "date", "text", "number"
LINE = "line_number"


@dataclass(frozen=True, slots=True)
class OrgFile:
    """One file: its columns with their types, those that may be blank, and the Japanese names of the header."""

    dataset: str
    columns: dict[str, str]
    may_be_blank: frozenset[str]
    japanese: dict[str, str]
    is_required: bool = True

    @property
    def file_name(self) -> str:
        return f"{self.dataset}.csv"


FILES = {
    spec.dataset: spec
    for spec in (
        OrgFile(
            "departments",
            {
                "department_code": TEXT,
                "department_name": TEXT,
                "parent_code": TEXT,
                "department_level": TEXT,
                "sort_order": NUMBER,
                "valid_from": DATE,
                "valid_to": DATE,
            },
            frozenset({"parent_code", "valid_to"}),
            {
                "部署コード": "department_code",
                "部署名": "department_name",
                "上位部署コード": "parent_code",
                "階層": "department_level",
                "並び順": "sort_order",
                "開始日": "valid_from",
                "終了日": "valid_to",
            },
        ),
        OrgFile(
            "staff",
            {"employee_number": TEXT, "address": TEXT, "joined_on": DATE, "left_on": DATE},
            frozenset({"left_on"}),
            {
                "職員番号": "employee_number",
                "メールアドレス": "address",
                "採用日": "joined_on",
                "退職日": "left_on",
            },
        ),
        OrgFile(
            "assignments",
            {
                "employee_number": TEXT,
                "department_code": TEXT,
                "post_kind": TEXT,
                "share": NUMBER,
                "employment_type": TEXT,
                "telework_capable": NUMBER,
                "valid_from": DATE,
                "valid_to": DATE,
                "ordered_on": DATE,
            },
            frozenset({"valid_to", "ordered_on"}),
            {
                "職員番号": "employee_number",
                "部署コード": "department_code",
                "発令区分": "post_kind",
                "按分": "share",
                "任用区分": "employment_type",
                "テレワーク可": "telework_capable",
                "開始日": "valid_from",
                "終了日": "valid_to",
                "発令日": "ordered_on",
            },
        ),
        OrgFile(
            "absences",
            {"employee_number": TEXT, "absence_kind": TEXT, "valid_from": DATE, "valid_to": DATE},
            frozenset({"valid_to"}),
            {
                "職員番号": "employee_number",
                "休業区分": "absence_kind",
                "開始日": "valid_from",
                "終了日": "valid_to",
            },
            is_required=False,
        ),
        OrgFile(
            "networks",
            {"cidr": TEXT, "label": TEXT, "network_kind": TEXT, "valid_from": DATE, "valid_to": DATE},
            frozenset({"valid_to"}),
            {
                "ネットワーク": "cidr",
                "名称": "label",
                "区分": "network_kind",
                "開始日": "valid_from",
                "終了日": "valid_to",
            },
        ),
    )
}


def read_table(body: bytes, spec: OrgFile) -> pl.DataFrame:
    """The file as text columns in the order of the catalogue, plus its line numbers (UInt32, the header is line 1).

    Raises InputFileError naming the file, the line and the remedy. Extra columns are ignored, an absent one is not.
    """
    frame = _csv(_decoded(body, spec), spec)
    missing = [name for name in spec.columns if name not in frame.columns]
    if missing:
        raise InputFileError(
            f"{spec.file_name} has no column {missing[0]}: it needs {', '.join(spec.columns)} (or in Japanese)."
        )
    frame = frame.select(pl.col(name).str.strip_chars().replace("", None) for name in spec.columns)
    frame = frame.with_row_index(LINE, offset=2).select(*spec.columns, LINE)
    _refuse_blanks_and_wrong_types(frame, spec)
    return frame


def typed(frame: pl.DataFrame, spec: OrgFile) -> pl.DataFrame:
    """The same table with dates as Date and numbers as Float64, for the checks."""
    casts = {DATE: pl.Date, NUMBER: pl.Float64, TEXT: pl.String}
    return frame.with_columns(
        pl.col(name).str.to_date("%Y-%m-%d") if kind == DATE else pl.col(name).cast(casts[kind])
        for name, kind in spec.columns.items()
    )


def read_answers(folder: Path, day: date, fetched_at: datetime) -> list[Answer]:
    """One answer per file of the folder. Raises InputFileError when the folder or a required file is not there."""
    if not folder.is_dir():
        raise InputFileError("The folder that KATSUYO_ORG_DIR names does not exist: set it to the personnel folder.")
    answers = []
    for spec in FILES.values():
        path = folder / spec.file_name
        if path.is_file():
            answers.append(Answer(SOURCE, spec.dataset, day, path.read_bytes(), fetched_at))
        elif spec.is_required:
            raise InputFileError(f"{spec.file_name} is missing in the folder KATSUYO_ORG_DIR names: put it there.")
    return answers


def parse(answer: Answer) -> Parsed:
    """The parser of every organisation file (the dataset says which)."""
    try:
        table = read_table(answer.body, FILES[answer.dataset])
    except InputFileError as error:
        raise RejectedAnswerError(str(error)) from None
    return Parsed(table.drop(LINE))


def _decoded(body: bytes, spec: OrgFile) -> str:
    for encoding in ("utf-8-sig", "cp932"):  # cp932 is what Excel writes in Japan
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputFileError(f"{spec.file_name} is neither UTF-8 nor CP932 text: save it again as CSV UTF-8.")


def _csv(text: str, spec: OrgFile) -> pl.DataFrame:
    try:
        frame = pl.read_csv(io.BytesIO(text.encode()), infer_schema=False, raise_if_empty=True)
    except pl.exceptions.PolarsError:
        raise InputFileError(f"{spec.file_name} cannot be read as CSV: check its header and quotes.") from None
    names = {column: spec.japanese.get(column.strip(), column.strip().lower()) for column in frame.columns}
    if len(set(names.values())) != len(names):
        raise InputFileError(f"{spec.file_name} has two columns of one meaning: keep one of them.")
    return frame.rename(names)


def _refuse_blanks_and_wrong_types(frame: pl.DataFrame, spec: OrgFile) -> None:
    for name, kind in spec.columns.items():
        if name not in spec.may_be_blank:
            _refuse(frame.filter(pl.col(name).is_null()), spec, f"has no {name}")
        if kind == DATE:
            wrong = pl.col(name).str.to_date("%Y-%m-%d", strict=False).is_null() & pl.col(name).is_not_null()
            _refuse(frame.filter(wrong), spec, f"has a {name} that is not a date like 2026-04-01")
        elif kind == NUMBER:
            wrong = pl.col(name).cast(pl.Float64, strict=False).is_null() & pl.col(name).is_not_null()
            _refuse(frame.filter(wrong), spec, f"has a {name} that is not a number")


def _refuse(lines: pl.DataFrame, spec: OrgFile, what: str) -> None:
    if lines.height:
        more = f" ({lines.height} such lines)" if lines.height > 1 else ""
        raise InputFileError(f"{spec.file_name} line {lines[LINE][0]} {what}{more}: correct the file and run again.")
