"""Tells what a dropped-in file is by its content and cuts it into answers of single UTC days.

Names and folders of the files mean nothing. Nothing is parsed beyond what recognising and cutting need; the answers go
the same way as fetched ones.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pipelines.errors import InputFileError
from pipelines.sources.answer import Answer, Parser
from pipelines.sources.box.records import parse_events
from pipelines.sources.dropin.event_pages import EventDays
from pipelines.sources.graph.parse import DAY_PERIOD, NotThisReportError, nearest, parse_report, read_header
from pipelines.sources.graph.reports import REPORTS, ReportSpec

KNOWN_FILES = (
    "known are the "
    + ", ".join(sorted(spec.label for spec in REPORTS.values()))
    + " (CSV), and pages of Box enterprise events (JSON, or one JSON record a line)"
)


@dataclass(frozen=True, slots=True)
class DropIn:
    """An answer made from files. A partial one holds some of its day's records and may only add to the others."""

    answer: Answer
    is_partial: bool


WholeDays = tuple[date, date]


def recognise(paths: Sequence[Path], fetched_at: datetime, whole: WholeDays | None = None) -> list[DropIn]:
    """The answers in these files and in every file below these folders (hidden ones left out).

    Box events of all files together become one answer a UTC day, because an export comes in many files. Such a day is
    a part, unless it lies within `whole`: the first and last day of which somebody vouches that every event is there.
    `fetched_at` counts as the instant of fetching. Raises InputFileError naming the file and how it differs from the
    nearest known kind; then none of the files should be taken in.
    """
    missing = next((path for path in paths if not path.exists()), None)
    if missing is not None:
        raise InputFileError(f"{missing} does not exist: check the path.")
    events = EventDays()
    files = [file for path in paths for file in _files(path)]
    reports = [report for file in files if (report := _recognise_file(file, fetched_at, events)) is not None]
    return [*reports, *(DropIn(answer, not _is_whole(answer.day, whole)) for answer in events.answers(fetched_at))]


def _is_whole(day: date, whole: WholeDays | None) -> bool:
    return whole is not None and whole[0] <= day <= whole[1]


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


def _recognise_file(file: Path, fetched_at: datetime, events: EventDays) -> DropIn | None:
    """The report in this file; what it holds of Box events goes to `events` instead."""
    try:
        body = file.read_bytes()
    except OSError:
        raise InputFileError(f"{file} cannot be read: check its permissions.") from None
    if body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
        events.add(file, body.removeprefix(b"\xef\xbb\xbf"))
        return None
    return _report(file, body, fetched_at)


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
    answer = Answer("graph", spec.dataset, day, body, fetched_at, channel="import")
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
