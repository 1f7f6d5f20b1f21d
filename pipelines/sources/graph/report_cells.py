"""What each column of a usage report holds: a count, a flag, a day, a version label, or text. Said here alone.

Microsoft names its columns by what they hold, so most follow from their names; the others are listed. A value of a
kind that counts and cannot be read rejects the whole report: a row left out would look like an idle person. How values
may be written is sources/cells.py.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import polars as pl

from pipelines.sources.cells import COUNT, DATE, FLAG, LABEL, Kind, normalised, not_plain
from pipelines.sources.graph.reports import ReportSpec


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_APPS = _names("outlook word excel powerpoint onenote teams windows mac mobile web")
_MAIL_APPS = _names(
    "mail_for_mac outlook_for_mac outlook_for_windows outlook_for_mobile other_for_mobile outlook_for_web pop3_app "
    "imap4_app smtp_app"
)
_TOTALS = _names("calls meetings other_actions meetings_organized meetings_attended report_period")
# Kept for later questions, read by no model yet: what cannot be read there is left blank and stops nobody.
NOT_READ = _names(
    "deleted_date last_activation_date is_external meeting_count urgent_messages ad_hoc_meetings_organized_count "
    "ad_hoc_meetings_attended_count scheduled_one_time_meetings_organized_count "
    "scheduled_one_time_meetings_attended_count scheduled_recurring_meetings_organized_count "
    "scheduled_recurring_meetings_attended_count exchange_license_assign_date onedrive_license_assign_date "
    "sharepoint_license_assign_date skype_for_business_license_assign_date yammer_license_assign_date "
    "teams_license_assign_date skype_for_business_last_activity_date yammer_last_activity_date "
    "has_skype_for_business_license has_yammer_license skype_for_business_active skype_for_business_inactive "
    "yammer_active yammer_inactive"
)
LINES_SHOWN = 3


_NAMED: tuple[tuple[frozenset[str], Kind], ...] = ((_MAIL_APPS, LABEL), (_TOTALS, COUNT))
_ENDS: tuple[tuple[tuple[str, ...], Kind], ...] = (
    (("_date",), DATE),
    (("_count", "_in_seconds", "_messages", "_active", "_inactive"), COUNT),
)
_STARTS: tuple[tuple[tuple[str, ...], Kind], ...] = (
    (("is_", "has_", "used_"), FLAG),
    (("prompts_submitted_", "active_usage_days_"), COUNT),
)


def kind_of(column: str) -> Kind | None:
    """The kind of a column by its normalised name, None for text that nobody counts."""
    if set(column.split("_")) <= _APPS:
        return FLAG
    rules = (
        *((column in names, kind) for names, kind in _NAMED),
        *((column.startswith(starts), kind) for starts, kind in _STARTS),
        *((column.endswith(ends), kind) for ends, kind in _ENDS),
    )
    return next((kind for fits, kind in rules if fits), None)


class UnreadableCellError(Exception):
    """A value of a known kind that cannot be read: the predicate of a sentence, without the value."""


def normalised_cells(frame: pl.DataFrame, spec: ReportSpec, text: str) -> pl.DataFrame:
    """The report with every count, flag and day in its plain form. Raises UnreadableCellError naming column and line.

    `text` is the report as it came, in which the line is looked up.
    """
    kinds = {name: kind for name in frame.columns if (kind := kind_of(name)) is not None}
    for name in not_plain(frame, kinds):
        made = normalised(frame[name], kinds[name])
        if made.unreadable and name not in NOT_READ:
            lines = _lines(text, made.unreadable)
            raise UnreadableCellError(
                f"holds something under {name} that is not {kinds[name].expected}, in {lines}, so nobody can say what "
                "it means"
            )
        frame = frame.with_columns(made.column)
    return frame


def _lines(text: str, places: Sequence[int]) -> str:
    """The lines of the file on which these rows end; a row may span lines."""
    reader = csv.reader(io.StringIO(text, newline=""))
    wanted = set(places[:LINES_SHOWN])
    ends = [reader.line_num for place, _ in enumerate(reader, start=-1) if place in wanted]
    more = len(places) - len(ends)
    shown = ", ".join(map(str, ends))
    return f"line{'s' if len(places) > 1 else ''} {shown}" + (f" and {more} more" if more > 0 else "")
