"""Tells what a dropped-in file is by its content and cuts it into answers of single UTC days.

Names and folders of the files mean nothing. Nothing is parsed beyond what recognising and cutting need; the answers go
the same way as fetched ones.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pipelines.common.eras import TOKYO
from pipelines.errors import InputFileError
from pipelines.sources.answer import Answer, Parser
from pipelines.sources.box.records import parse_events
from pipelines.sources.dropin import activity_report
from pipelines.sources.dropin.activity_report import ActivityRows, is_activity_report, parse_activity_report
from pipelines.sources.dropin.event_pages import EventDays
from pipelines.sources.dropin.tables import AS_DOWNLOADED, header_of, is_spreadsheet_date, text_of
from pipelines.sources.graph.parse import DAY_PERIOD, NotThisReportError, nearest, parse_report, read_header
from pipelines.sources.graph.reports import CATALOGUE, ReportSpec

KNOWN_FILES = (
    "known are the "
    + ", ".join(sorted(spec.label for spec in CATALOGUE.values()))
    + f", the {activity_report.LABEL} (CSV), and pages of Box enterprise events (JSON, or one JSON record a line)"
)


@dataclass(frozen=True, slots=True)
class DropIn:
    """An answer made from files. A partial one holds some of its day's records and may only add to the others."""

    answer: Answer
    is_partial: bool


WholeDays = tuple[date, date]


def recognise(
    paths: Sequence[Path], fetched_at: datetime, whole: WholeDays | None = None, zone: ZoneInfo = TOKYO
) -> list[DropIn]:
    """The answers in these files and in every file below these folders (hidden ones left out).

    Box events of all files together become one answer a UTC day, because an export comes in many files; the rows of
    User Activity reports, whose times are of `zone`, likewise. Such a day is a part, unless it lies within `whole`: the
    first and last day of which somebody vouches that every event is there.
    `fetched_at` counts as the instant of fetching. Raises InputFileError naming the file and how it differs from the
    nearest known kind; then none of the files should be taken in.
    """
    missing = next((path for path in paths if not path.exists()), None)
    if missing is not None:
        raise InputFileError(f"{missing} does not exist: check the path.")
    events, activity = EventDays(), ActivityRows(zone)
    files = [file for path in paths for file in _files(path)]
    reports = [report for file in files if (report := _recognise_file(file, fetched_at, events, activity)) is not None]
    by_day = [*events.answers(fetched_at), *activity.answers(fetched_at)]
    return [*reports, *(DropIn(answer, not _is_whole(answer.day, whole)) for answer in by_day)]


def _is_whole(day: date, whole: WholeDays | None) -> bool:
    return whole is not None and whole[0] <= day <= whole[1]


def parser_of(answer: Answer) -> Parser:
    """The parser of an answer that `recognise` made."""
    if answer.source == "box":
        return parse_activity_report if answer.dataset == activity_report.DATASET else parse_events
    return parse_report(CATALOGUE[answer.dataset])


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for file in sorted(path.rglob("*")):
        is_hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
        if file.is_file() and not is_hidden:
            yield file


def _recognise_file(file: Path, fetched_at: datetime, events: EventDays, activity: ActivityRows) -> DropIn | None:
    """The report in this file; what it holds of Box events or activity goes to `events` or `activity` instead."""
    try:
        body = file.read_bytes()
    except OSError:
        raise InputFileError(f"{file} cannot be read: check its permissions.") from None
    if body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
        events.add(file, body.removeprefix(b"\xef\xbb\xbf"))
        return None
    text = text_of(file, body)
    cells = header_of(file, text)
    if is_activity_report(cells):
        activity.add(file, text, cells)
        return None
    return _report(file, body, text, fetched_at)


def _report(file: Path, body: bytes, text: str, fetched_at: datetime) -> DropIn:
    try:
        header = read_header(body)
    except NotThisReportError as error:
        raise InputFileError(f"{file} {error.reason}; {KNOWN_FILES}.") from None
    spec = _spec_of(file, header)
    first = _first_row(file, spec.named(header), text)
    expected = DAY_PERIOD if spec.kind == "day" else spec.period.removeprefix("D")
    # One report has no Report Period: that it is a day's shows in its refresh date alone.
    if first.get("report_period", expected) != expected:
        raise InputFileError(f"{file} {_wrong_period(spec)}.")
    refreshed = first["report_refresh_date"]
    try:
        day = date.fromisoformat(refreshed)
    except ValueError:
        how = f"rewritten dates: {AS_DOWNLOADED}" if is_spreadsheet_date(refreshed) else "no date: export it again"
        raise InputFileError(f"{file} has no date under Report Refresh Date but {how}.") from None
    if spec.kind == "period":
        # Landed under the day on which the service usually gives it, so that an old export does not pass for a new one.
        day = min(day + timedelta(days=spec.lag_days), fetched_at.astimezone(UTC).date())
    answer = Answer("graph", spec.dataset, day, body, fetched_at, channel="import")
    return DropIn(answer, is_partial=False)


def _wrong_period(spec: ReportSpec) -> str:
    if spec.kind == "day":
        return (
            f"is a {spec.label} over a period of several days, which has no single days in it: choose one day in the "
            "report of the admin centre (or date= of the API) and export day by day (Report Period 1)"
        )
    days = spec.period.removeprefix("D")
    return f"is a {spec.label} of another period than {days} days: choose that one and export again"


def _spec_of(file: Path, header: Sequence[str]) -> ReportSpec:
    """The report whose required columns are all there; of two that fit, the one that asks for all of the other too."""
    fitting = sorted(
        (spec for spec in CATALOGUE.values() if spec.fits(header)), key=lambda spec: -len(spec.required_columns)
    )
    if fitting:
        best, *others = fitting
        for other in others:
            if not set(other.required_columns) <= set(best.required_columns):
                raise InputFileError(
                    f"{file} could be a {best.label} or a {other.label}, it has the columns of both: export one report "
                    "into one file."
                )
        return best
    # A header without any of the columns that tell a report from others is not nearly that report.
    near = [spec for spec in CATALOGUE.values() if not spec.marks or set(spec.marks) & set(header)]
    spec, missing = min(((spec, _missing(spec, header)) for spec in near), key=lambda pair: _share(*pair))
    if _share(spec, missing) > 0.5:
        raise InputFileError(f"{file} is none of the known files; {KNOWN_FILES}.")
    left = [name for name in spec.named(header) if name not in spec.required_columns]
    hints = ", ".join(_with_nearest(name, left) for name in missing)
    raise InputFileError(
        f"{file} is none of the known files; nearest is the {spec.label}, but it lacks {hints}: export it again."
    )


def _missing(spec: ReportSpec, header: Sequence[str]) -> list[str]:
    named = spec.named(header)
    return [name for name in spec.required_columns if name not in named]


def _share(spec: ReportSpec, missing: Sequence[str]) -> float:
    return len(missing) / len(spec.required_columns)


def _with_nearest(name: str, header: Sequence[str]) -> str:
    close = nearest(name, header)
    return f"{name} (the nearest is {close})" if close else name


def _first_row(file: Path, header: Sequence[str], text: str) -> dict[str, str]:
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        next(rows)
        first = next(rows)
    except (csv.Error, StopIteration):
        raise InputFileError(f"{file} has no rows below its header: export the report again.") from None
    if len(first) != len(header):
        raise InputFileError(f"{file} has a row that is not as wide as its header: export the report again.")
    return dict(zip(header, first, strict=True))
