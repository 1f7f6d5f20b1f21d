"""Reads a usage report (CSV) into text columns, or says in one sentence why it is not what was asked for.

Whether a day without rows means "not yet" is decided by the caller; which fields are kept is decided in privacy/.
No message quotes a value of a row: the first row of a wrong file may hold names.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from pipelines.errors import RejectedAnswerError
from pipelines.sources.answer import Answer, Parsed, Parser
from pipelines.sources.graph.report_cells import UnreadableCellError, normalised_cells
from pipelines.sources.graph.reports import ReportSpec

# Concealment is a tenant-wide switch, so real answers show either all names concealed or next to none; a tenth leaves
# room for the odd account whose name is an id.
CONCEALED_SHARE = 0.1
_CONCEALED_NAME = r"^[0-9A-F]{32}$"
_NO_USER_ID = "00000000-0000-0000-0000-000000000000"
DAY_PERIOD = "1"


def parse_report(spec: ReportSpec) -> Parser:
    """A parser for answers of this report: every column text, blank cells null, header names normalised.

    Counts are plain digits, flags true or false (or Yes and No), days ISO dates, however they were written. It raises
    RejectedAnswerError for a body that is not this report of this day in full.
    """

    def parse(answer: Answer) -> Parsed:
        what = f"The {spec.label} of {answer.day}"
        is_file = answer.channel == "import"
        try:
            frame = read_csv(answer.body, spec)
            frame.columns = spec.named(frame.columns)
            _require_columns(frame.columns, spec)
            frame = _plain(frame, spec, answer.body)
            if spec.kind == "day":
                _require_day(frame, answer, spec)
            else:
                _require_period(frame, answer, spec)
            if spec.has_people:
                _require_names(frame)
                _require_past(frame, answer)
        except NotThisReportError as error:
            raise RejectedAnswerError(f"{what} {error.predicate(is_file=is_file)}.") from None
        return Parsed(frame)

    return parse


class NotThisReportError(Exception):
    """Why a body is not the expected report, without any value of a row, and what to do.

    Without a remedy of its own it is the one of whoever brought the body: a service is asked again, a file is not.
    """

    def __init__(self, reason: str, remedy: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy

    def predicate(self, *, is_file: bool) -> str:
        """The predicate of a sentence."""
        return f"{self.reason}: {self.remedy or (FROM_FILE if is_file else FROM_SERVICE)}"


FROM_SERVICE = "it was kept aside and is fetched again on the next run"
FROM_FILE = "download the report again and take the file as it comes"


def _plain(frame: pl.DataFrame, spec: ReportSpec, body: bytes) -> pl.DataFrame:
    try:
        return normalised_cells(frame, spec, body.decode("utf-8-sig"))
    except UnreadableCellError as error:
        raise NotThisReportError(str(error)) from None


def normalise(header: str) -> str:
    """A header as a column name: no byte-order mark, lower case, every run of other characters one underscore."""
    return re.sub(r"[^0-9a-z]+", "_", header.removeprefix("\ufeff").casefold()).strip("_")


def read_header(body: bytes) -> list[str]:
    """Normalised names of the first row. Raises NotThisReportError when the body is no CSV text."""
    return _header_of(_text_of(body))


def read_csv(body: bytes, spec: ReportSpec | None = None) -> pl.DataFrame:
    """All rows as text, at least one, each as wide as the header. Raises NotThisReportError otherwise.

    Of a column that stands there twice one is given, where the report allows it (`spec`).
    """
    text = _text_of(body)
    may_repeat = spec is not None and spec.may_repeat
    columns = _header_of(text, may_repeat=may_repeat)
    if not text.endswith("\n"):
        raise NotThisReportError("breaks off inside its last row")
    if text.count("\r") != text.count("\r\n"):
        # To some readers it ends a row, others drop it: no two would see the same cells.
        raise NotThisReportError("has a carriage return within a row")
    content = (text.rstrip("\r\n") + "\n").encode()
    try:
        frame = pl.read_csv(content, infer_schema=False, raise_if_empty=False)
    except pl.exceptions.PolarsError:
        raise NotThisReportError("is not well-formed CSV") from None
    if frame.width != len(columns) or not _is_rectangular(frame, content):
        raise NotThisReportError("has a row that is not as wide as its header")
    if frame.is_empty():
        raise NotThisReportError(
            "has no rows (if that lasts, look at it in the admin centre and ask Microsoft why it is empty)"
        )
    return _without_repeats(frame, columns)


def _without_repeats(frame: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Under their own names; columns of one name must say the same, or nobody knows which of them is right."""
    first: dict[str, pl.Series] = {}
    for name, column in zip(columns, frame.get_columns(), strict=True):
        known = first.setdefault(name, column)
        if not known.equals(column, check_names=False):
            raise NotThisReportError(f"says two different things under the one name {name}")
    return pl.DataFrame([column.alias(name) for name, column in first.items()])


def is_header_only(body: bytes) -> bool:
    """Whether this is a report with a readable header and not a single row."""
    try:
        _header_of(_text_of(body), may_repeat=True)
    except NotThisReportError:
        return False
    return b"\n" not in body.rstrip(b"\r\n")


def _text_of(body: bytes) -> str:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotThisReportError(
            "is not UTF-8 text", "take the file as downloaded, not re-saved by a spreadsheet"
        ) from None
    start = text[:200].lstrip()
    if not start or start[0] in "{[<" or "\0" in text:
        kind = {"{": "JSON", "[": "JSON", "<": "HTML"}.get(start[:1], "empty or binary")
        raise NotThisReportError(f"is not CSV but {kind}")
    return text


def _header_of(text: str, *, may_repeat: bool = False) -> list[str]:
    try:
        row = next(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (csv.Error, StopIteration):
        raise NotThisReportError("has no readable header row") from None
    columns = [normalise(cell) for cell in row]
    for place, name in enumerate(columns):
        if not name:
            raise NotThisReportError(f"has no name over column {place + 1}")
        if name in columns[:place] and not may_repeat:
            raise NotThisReportError(f"has the same name over columns {columns.index(name) + 1} and {place + 1}")
    return columns


def _is_rectangular(frame: pl.DataFrame, content: bytes) -> bool:
    """Whether every row has all cells: polars refuses longer rows but fills shorter ones up without a word.

    No row is longer than the header, so all are as wide exactly when the separators add up.
    """
    separators = content.count(b",")
    if b'"' in content:
        within_cells = pl.all().str.count_matches(",", literal=True).sum()
        separators -= sum(frame.select(within_cells).row(0)) + _commas_in_names(frame)
    return separators == (frame.height + 1) * (frame.width - 1)


def _commas_in_names(frame: pl.DataFrame) -> int:
    return sum(name.count(",") for name in frame.columns)


def nearest(name: str, candidates: Sequence[str]) -> str | None:
    """The candidate that looks most like `name`, if any does."""
    return next(iter(difflib.get_close_matches(name, candidates, n=1, cutoff=0.7)), None)


def _require_columns(columns: Sequence[str], spec: ReportSpec) -> None:
    for name in spec.required_columns:
        if name not in columns:
            close = nearest(name, columns)
            hint = f" (the nearest is {close})" if close else ""
            raise NotThisReportError(
                f"lacks the column {name}{hint}", f"the service may have renamed it, see {spec.documentation}"
            )


def _require_day(frame: pl.DataFrame, answer: Answer, spec: ReportSpec) -> None:
    if "report_period" in spec.required_columns and not _is_all(frame["report_period"], DAY_PERIOD):
        raise NotThisReportError("is not the report of a single day but of a period", "ask for it by date")
    if not _is_all(frame["report_refresh_date"], answer.day.isoformat()):
        raise NotThisReportError("holds another day than the one asked for")


def _require_period(frame: pl.DataFrame, answer: Answer, spec: ReportSpec) -> None:
    periods = frame["report_period"].unique()
    if periods.len() != 1 or periods[0] not in spec.lengths:
        raise NotThisReportError(f"is not of the period {spec.period} that was asked for")
    refreshed = frame["report_refresh_date"].unique().str.to_date("%Y-%m-%d", strict=False)
    if refreshed.len() != 1 or refreshed[0] is None or refreshed[0] > answer.day:
        raise NotThisReportError("does not say as of which one day it is")
    if "report_date" in spec.required_columns and not _is_all_different_dates(frame["report_date"]):
        raise NotThisReportError("has a day twice or without a date")
    if "report_date" in spec.required_columns and frame["report_date"].max() > frame["report_refresh_date"][0]:
        raise NotThisReportError("tells of days after the one as of which it says it is")


def _require_past(frame: pl.DataFrame, answer: Answer) -> None:
    """Nobody was active on a day that has not come: two days leave room for clocks and for zones."""
    latest = frame["last_activity_date"].max() if "last_activity_date" in frame.columns else None
    if latest is not None and str(latest) > (answer.fetched_at.date() + timedelta(days=2)).isoformat():
        raise NotThisReportError("tells of activity on days that have not come yet")


def _is_all(column: pl.Series, value: str) -> bool:
    return column.unique().to_list() == [value]


def _is_all_different_dates(column: pl.Series) -> bool:
    return column.str.to_date("%Y-%m-%d", strict=False).null_count() == 0 and column.is_unique().all()


def _require_names(frame: pl.DataFrame) -> None:
    names = pl.col("user_principal_name").fill_null("")
    concealed = names.str.contains(_CONCEALED_NAME) | ~names.str.contains("@", literal=True)
    if "user_id" in frame.columns:
        concealed = concealed | (pl.col("user_id") == _NO_USER_ID).fill_null(value=False)
    share = frame.select(concealed.mean()).item()
    if share > CONCEALED_SHARE:
        raise NotThisReportError(
            f"conceals the names of {share:.0%} of its users",
            "an administrator can show them in the Microsoft 365 admin centre > Settings > Org settings > Reports, "
            "which is a policy decision",
        )
