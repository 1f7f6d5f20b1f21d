"""Tells what a dropped-in file is by its content and cuts it into answers of single UTC days.

Names and folders of the files mean nothing. Nothing is parsed beyond what recognising and cutting need; the answers go
the same way as fetched ones.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
from msgspec import Raw

from pipelines.errors import InputFileError
from pipelines.sources.answer import Answer, Parser
from pipelines.sources.box.pages import EventKey
from pipelines.sources.box.records import parse_events
from pipelines.sources.graph.parse import DAY_PERIOD, NotThisReportError, nearest, parse_report, read_header
from pipelines.sources.graph.reports import REPORTS, ReportSpec
from pipelines.sources.ndjson import MALFORMED, to_lines

KNOWN_FILES = (
    "known are the Teams user activity, Teams device usage and email activity reports (CSV) and pages of Box "
    "enterprise events (JSON, or one JSON record a line)"
)


@dataclass(frozen=True, slots=True)
class DropIn:
    """An answer made from a file. A partial one holds some of its day's records and may only add to the others."""

    answer: Answer
    is_partial: bool


class _BoxPage(msgspec.Struct):
    entries: list[Raw]


_decode_page = msgspec.json.Decoder(_BoxPage)
_decode_entries = msgspec.json.Decoder(list[Raw])
_decode_lines = msgspec.json.Decoder(Raw)
_decode_key = msgspec.json.Decoder(EventKey)


def recognise(path: Path, fetched_at: datetime) -> list[DropIn]:
    """The answers in a file, or in every file below a folder (hidden ones left out), in order of path and day.

    `fetched_at` counts as the instant of fetching. Raises InputFileError naming the file and how it differs from the
    nearest known kind; then none of the folder's files should be taken in.
    """
    if not path.exists():
        raise InputFileError(f"{path} does not exist: check the path.")
    return [drop_in for file in _files(path) for drop_in in _recognise_file(file, fetched_at)]


def parser_of(answer: Answer) -> Parser:
    """The parser of an answer that `recognise` made."""
    return parse_events if answer.source == "box" else parse_report(REPORTS[answer.dataset])


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for file in sorted(path.rglob("*")):
        is_hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
        if file.is_file() and not is_hidden:
            yield file


def _recognise_file(file: Path, fetched_at: datetime) -> list[DropIn]:
    try:
        body = file.read_bytes()
    except OSError:
        raise InputFileError(f"{file} cannot be read: check its permissions.") from None
    if body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
        return _box_events(file, body.removeprefix(b"\xef\xbb\xbf"), fetched_at)
    return [_report(file, body, fetched_at)]


def _report(file: Path, body: bytes, fetched_at: datetime) -> DropIn:
    try:
        header = read_header(body)
    except NotThisReportError as error:
        raise InputFileError(f"{file} {error}; {KNOWN_FILES}.") from None
    spec = _spec_of(file, header)
    first = _first_row(file, header, body)
    if first["report_period"] != DAY_PERIOD:
        raise InputFileError(
            f"{file} is a {spec.label} over a period of several days, which has no single days in it: export the "
            "report day by day (Report Period 1)."
        )
    try:
        day = date.fromisoformat(first["report_refresh_date"])
    except ValueError:
        raise InputFileError(f"{file} has no date under Report Refresh Date: export the report again.") from None
    answer = Answer(source="graph", dataset=spec.dataset, day=day, body=body, fetched_at=fetched_at)
    return DropIn(answer, is_partial=False)


def _spec_of(file: Path, header: Sequence[str]) -> ReportSpec:
    """The report whose required columns are all there; the one with most of them, should two fit."""
    for spec in sorted(REPORTS.values(), key=lambda spec: -len(spec.required_columns)):
        if set(spec.required_columns) <= set(header):
            return spec
    spec, missing = min(((spec, _missing(spec, header)) for spec in REPORTS.values()), key=lambda pair: _share(*pair))
    if _share(spec, missing) > 0.5:
        raise InputFileError(f"{file} is none of the known files; {KNOWN_FILES}.")
    hints = ", ".join(_with_nearest(name, header) for name in missing)
    raise InputFileError(f"{file} is nearly a {spec.label} but lacks {hints}: export the report again.")


def _missing(spec: ReportSpec, header: Sequence[str]) -> list[str]:
    return [name for name in spec.required_columns if name not in header]


def _share(spec: ReportSpec, missing: Sequence[str]) -> float:
    return len(missing) / len(spec.required_columns)


def _with_nearest(name: str, header: Sequence[str]) -> str:
    close = nearest(name, header)
    return f"{name} (the nearest is {close})" if close else name


def _first_row(file: Path, header: Sequence[str], body: bytes) -> dict[str, str]:
    rows = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True)
    try:
        next(rows)
        first = next(rows)
    except (csv.Error, StopIteration):
        raise InputFileError(f"{file} has no rows below its header: export the report again.") from None
    if len(first) != len(header):
        raise InputFileError(f"{file} has a row that is not as wide as its header: export the report again.")
    return dict(zip(header, first, strict=True))


def _box_events(file: Path, body: bytes, fetched_at: datetime) -> list[DropIn]:
    """One partial answer for each UTC day in the file, each event id once."""
    days: dict[date, dict[str | int, Raw]] = {}
    for entry in _entries(file, body):
        try:
            key = _decode_key.decode(entry)
            day = key.created_at.astimezone(UTC).date()
        except (*MALFORMED, OverflowError):
            raise InputFileError(
                f"{file} holds a JSON record that is no Box enterprise event (event_id and created_at are expected); "
                f"{KNOWN_FILES}."
            ) from None
        days.setdefault(day, {}).setdefault(key.event_id, entry)
    return [
        DropIn(Answer("box", "events", day, to_lines(list(entries.values())), fetched_at), is_partial=True)
        for day, entries in sorted(days.items())
    ]


def _entries(file: Path, body: bytes) -> list[Raw]:
    """The records of a page, of an array of records or pages' entries, or of lines."""
    ways: list[Callable[[], list[Raw]]]
    if body.lstrip().startswith(b"["):
        ways = [lambda: _decode_entries.decode(body)]
    else:
        ways = [lambda: _decode_page.decode(body).entries, lambda: _decode_lines.decode_lines(body)]
    for way in ways:
        try:
            return way()
        except MALFORMED:
            continue
    raise InputFileError(f"{file} is not complete JSON: download it again; {KNOWN_FILES}.")
