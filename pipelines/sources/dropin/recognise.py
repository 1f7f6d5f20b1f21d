"""Tells what a dropped-in file is by its content and cuts it into answers of single UTC days.

Names and folders of the files mean nothing. Nothing is parsed beyond what recognising and cutting need; the answers go
the same way as fetched ones.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pipelines.common.eras import TOKYO
from pipelines.errors import InputFileError
from pipelines.sources.answer import Answer, Parser
from pipelines.sources.box.records import parse_events
from pipelines.sources.cells import count_of, day_of
from pipelines.sources.dropin import activity_report, kinds
from pipelines.sources.dropin.activity_report import ActivityRows, is_activity_report, parse_activity_report
from pipelines.sources.dropin.event_pages import EventDays
from pipelines.sources.dropin.tables import AS_DOWNLOADED, BYTE_ORDER_MARK, header_of, text_of, without_type_line
from pipelines.sources.graph.parse import DAY_PERIOD, NotThisReportError, nearest, normalise, parse_report, read_header
from pipelines.sources.graph.reports import CATALOGUE, PERIOD_REPORTS, ReportSpec

KNOWN_FILES = (
    "known are the "
    + ", ".join(sorted(spec.label for spec in CATALOGUE.values()))
    + f", the {activity_report.LABEL} (CSV), and pages of Box enterprise events (JSON, or one JSON record a line)"
)
# Of the first lines of a file one may be its header. Less of a report's columns missing than this: it is that report.
LINES_LOOKED_AT, A_FIFTH = 20, 0.2
_DAY_IN_NAME = re.compile(r"(?<![0-9])(20[0-9]{2})([-_.]?)([0-9]{2})\2([0-9]{2})(?![0-9])")


@dataclass(frozen=True, slots=True)
class DropIn:
    """An answer made from files. A partial one holds some of its day's records and may only add to the others.

    `file` is that of a report; the days of Box come from many files.
    """

    answer: Answer
    is_partial: bool
    file: Path | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why files are not taken in, in one sentence that names each."""

    files: tuple[Path, ...]
    why: str


@dataclass(slots=True)
class Recognised:
    """What some files hold: answers, files that are refused, and sentences about what else there is to say."""

    drop_ins: list[DropIn] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


WholeDays = tuple[date, date]


def recognise(
    paths: Sequence[Path], fetched_at: datetime, whole: WholeDays | None = None, zone: ZoneInfo = TOKYO
) -> Recognised:
    """The answers in these files and in every file below these folders (hidden ones left out).

    Box events of all files together become one answer a UTC day, because an export comes in many files; the rows of
    User Activity reports, whose times are of `zone`, likewise. Such a day is a part, unless it lies within `whole`: the
    first and last day of which somebody vouches that every event is there.
    `fetched_at` counts as the instant of fetching. A file that is none of the known kinds costs itself only, and is
    named with how it differs from the nearest. Raises InputFileError for a path that is not there.
    """
    missing = next((path for path in paths if not path.exists()), None)
    if missing is not None:
        raise InputFileError(f"{missing} does not exist: check the path.")
    found = Recognised()
    events, activity = EventDays(fetched_at), ActivityRows(zone)
    for file in dict.fromkeys(file for path in paths for file in _files(path)):
        try:
            _recognise_file(file, fetched_at, events, activity, found)
        except InputFileError as error:
            found.refused.append(Refusal((file,), str(error)))
    by_day = [*events.answers(), *activity.answers(fetched_at)]
    found.drop_ins += [DropIn(answer, not _is_whole(answer.day, whole)) for answer in by_day]
    return found


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


def _recognise_file(
    file: Path, fetched_at: datetime, events: EventDays, activity: ActivityRows, found: Recognised
) -> None:
    """Add the report in this file to `found`; what it holds of Box events or activity goes to those two."""
    try:
        body = file.read_bytes()
    except OSError:
        raise InputFileError(f"{file} cannot be read: check its permissions.") from None
    if body.removeprefix(BYTE_ORDER_MARK).lstrip()[:1] in (b"{", b"["):
        note = events.add(file, body.removeprefix(BYTE_ORDER_MARK))
    else:
        body = without_type_line(body)
        text = text_of(file, body)
        cells = header_of(file, text)
        if is_activity_report(cells):
            note = activity.add(file, text, cells)
        else:
            report = _report(file, body, text, cells, fetched_at)
            note = _note_of_name(file, report.answer)
            found.drop_ins.append(report)
    if note is not None:
        found.notes.append(note)


def _report(file: Path, body: bytes, text: str, cells: Sequence[str], fetched_at: datetime) -> DropIn:
    try:
        header = read_header(body)
    except NotThisReportError as error:
        raise InputFileError(f"{file} {_better(text, cells) or f'{error.reason}; {KNOWN_FILES}'}.") from None
    spec = _spec_of(file, header, text, cells)
    day = _day_of(file, spec, _first_row(file, spec.named(header), text), fetched_at.astimezone(UTC).date())
    answer = Answer("graph", spec.dataset, day, body, fetched_at, channel="import")
    return DropIn(answer, is_partial=False, file=file)


def _day_of(file: Path, spec: ReportSpec, first: dict[str, str], today: date) -> date:
    """The day under which a report lands, checked against what it says of itself and against the calendar."""
    expected = (DAY_PERIOD,) if spec.kind == "day" else spec.lengths
    # One report has no Report Period: that it is a day's shows in its refresh date alone.
    if count_of(first.get("report_period", expected[0])) not in expected:
        raise InputFileError(f"{file} {_wrong_period(spec)}.")
    refreshed = day_of(first["report_refresh_date"])
    if not refreshed:
        how = "one that can be read in two ways or is none" if first["report_refresh_date"].strip() else "none"
        raise InputFileError(f"{file} has no date under Report Refresh Date but {how}: {AS_DOWNLOADED}.")
    day = date.fromisoformat(refreshed)
    if day > today or (day == today and spec.kind == "day"):
        raise InputFileError(
            f"{file} says that it is of {day}, a day that is not over on {today} (UTC): check its dates and the clock "
            "of this machine."
        )
    if spec.kind == "period":
        # Landed under the day on which the service usually gives it, so that an old export does not pass for a new one.
        return min(day + timedelta(days=spec.lag_days), today)
    return day


def _note_of_name(file: Path, answer: Answer) -> str | None:
    """A name may hold the day of the export, which comes after the day of the report; an earlier one contradicts it."""
    named = {day for text in _DAY_IN_NAME.findall(file.stem) if (day := day_of("".join(text))) is not None}
    if len(named) != 1 or answer.dataset in PERIOD_REPORTS:
        return None
    (text,) = named
    if text and date.fromisoformat(text) < answer.day:
        raise InputFileError(
            f"{file} has {text} in its name but holds {answer.day}, which had not happened then: name it after the day "
            "it holds, or export that day again."
        )
    return None


def _wrong_period(spec: ReportSpec) -> str:
    if spec.kind == "day":
        return (
            f"is a {spec.label} over a period of several days, which has no single days in it: choose one day in the "
            "report of the admin centre (or date= of the API) and export day by day (Report Period 1)"
        )
    days = spec.period.removeprefix("D")
    return f"is a {spec.label} of another period than {days} days: choose that one and export again"


def _spec_of(file: Path, header: Sequence[str], text: str, cells: Sequence[str]) -> ReportSpec:
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
    better = _better(text, cells)
    if better is not None and _share(spec, missing) > A_FIFTH:
        raise InputFileError(f"{file} {better}.")
    if _share(spec, missing) > 0.5:
        raise InputFileError(f"{file} is none of the known files; {KNOWN_FILES}.")
    left = [name for name in spec.named(header) if name not in spec.required_columns]
    hints = ", ".join(_with_nearest(name, left) for name in missing)
    raise InputFileError(
        f"{file} is none of the known files; nearest is the {spec.label}, but it lacks {hints}: export it again."
    )


def _better(text: str, cells: Sequence[str]) -> str | None:
    """What can be said of a file without a known header: lines above it, or what its columns tell."""
    place = line_of_header(text)
    if place:
        above = "line 1 stands" if place == 1 else f"lines 1 to {place} stand"
        return f"is a known report, but {above} above its header: delete them, or take the file as downloaded"
    return kinds.of_header(cells)


def line_of_header(text: str) -> int:
    """How many lines stand above the header of a known file; 0 if none is found below the first line."""
    for place, line in enumerate(text.splitlines()[:LINES_LOOKED_AT]):
        if place and line.count(",") > 1:
            cells = next(csv.reader([line]), [])
            names = [normalise(cell) for cell in cells]
            if is_activity_report(cells) or any(spec.fits(names) for spec in CATALOGUE.values()):
                return place
    return 0


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
