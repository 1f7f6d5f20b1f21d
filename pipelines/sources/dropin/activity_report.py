"""The "User Activity" report of the Box admin console (CSV): its columns in both languages, and its rows by UTC day.

The report has no ids of events, gives times in the local zone of the administrator who ran it, and comes in pages that
may overlap. Here its rows become instants, each with a text that tells it from all others. Which file is such a report
is told by `is_activity_report`; what an action counts as is decided in SQL, by a table of words.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from pipelines.common.eras import TOKYO
from pipelines.errors import InputFileError, RejectedAnswerError
from pipelines.sources.answer import Answer, Parsed
from pipelines.sources.box.records import ANONYMOUS_ID, BOX_SUPPORT_ID, MACHINE_LOGIN
from pipelines.sources.dropin.tables import AS_DOWNLOADED
from pipelines.sources.odd_records import Odd

DATASET = "activity_report"
LABEL = "Box User Activity report"
# How the console of either language heads each column; compared without blanks, case and brackets.
HEADINGS: dict[str, tuple[str, ...]] = {
    "local_time": ("Date", "日付", "日時"),
    "actor_login": ("User Email", "User Login", "ユーザーのメールアドレス", "ユーザーのメール"),
    "action": ("Action", "操作", "アクション"),
    "actor_id": ("User ID", "ユーザーID"),
    "ip_address": ("IP Address", "IPアドレス"),
    "item_name": ("Name", "Item", "Item Name", "Affected", "対象", "項目名"),
    "item_id": ("Affected ID", "Item ID", "影響を受けるID", "項目ID"),
    "size_kb": ("Size (KB)", "サイズ (KB)"),
    "details": ("Details", "詳細"),
}
REQUIRED = ("local_time", "actor_login", "action")
# The columns of an answer about one day; `row` is the text that tells a row from all others.
COLUMNS = (
    "row",
    "created_at",
    "action",
    "actor_id",
    "actor_login",
    "actor_kind",
    "item_id",
    "item_name",
    "size_bytes",
    "service_name",
    "ip_address",
)
_IDENTITY = ("created_at", "actor_login", "action", "item_id", "item_name")
_TIME_FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d %H:%M:%S")
_SERVICE = r"(?i)(?:Service|サービス)\s*[:=：]\s*([^,;|\n]+)"


def columns_of(header: Sequence[str]) -> dict[str, int]:
    """Our names of the columns that are there -> their places; columns nobody needs are left out."""
    places = {_plain(cell): place for place, cell in reversed(list(enumerate(header)))}
    return {
        name: places[_plain(heading)]
        for name, headings in HEADINGS.items()
        for heading in reversed(headings)
        if _plain(heading) in places
    }


def is_activity_report(header: Sequence[str]) -> bool:
    return set(REQUIRED) <= columns_of(header).keys()


def missing_columns(header: Sequence[str]) -> list[str]:
    """The headings that a report cannot do without and this header lacks, in English."""
    found = columns_of(header)
    return [HEADINGS[name][0] for name in REQUIRED if name not in found]


class ActivityRows:
    """The rows of all reports so far: equal rows of one file are several actions, of several files the same ones."""

    def __init__(self, zone: ZoneInfo = TOKYO) -> None:
        self._zone = zone
        self._frames: list[pl.DataFrame] = []

    def add(self, file: Path, text: str, header: Sequence[str]) -> str | None:
        """Gather the rows of one file; a sentence about those that are odd, if there are any.

        Raises InputFileError when it cannot be read as such a report.
        """
        places = columns_of(header)
        try:
            cells = pl.read_csv(text.encode(), infer_schema=False, has_header=False, skip_rows=0, raise_if_empty=False)
        except pl.exceptions.PolarsError:
            raise InputFileError(f"{file} is a {LABEL} but no well-formed CSV: download it again.") from None
        if cells.width != len(header):
            raise InputFileError(f"{file} has rows that are not as wide as its header: download it again.")
        rows = pl.DataFrame(
            [
                cells.to_series(places[name]).slice(1).str.strip_chars().replace("", None).alias(name)
                if name in places
                else pl.Series(name, [None] * (cells.height - 1), dtype=pl.String)
                for name in HEADINGS
            ]
        )
        # The console exports blank rows now and then.
        filled = rows.with_row_index("place", offset=1).filter(~pl.all_horizontal(pl.col(*HEADINGS).is_null()))
        if filled.is_empty():
            raise InputFileError(f"{file} has no rows below its header: export the report again.")
        odd = Odd()
        self._frames.append(self._typed(file, filled, odd))
        return f"Noted: {file} has {odd}." if odd else None

    def answers(self, fetched_at: datetime) -> list[Answer]:
        """One answer for each UTC day, in order of day."""
        if not self._frames:
            return []
        rows = pl.concat(self._frames).unique("row", keep="first").sort("row")
        days = rows.with_columns(day=pl.col("created_at").str.slice(0, 10)).partition_by("day", as_dict=True)
        return [
            Answer(
                "box",
                DATASET,
                date.fromisoformat(str(day)),
                frame.select(COLUMNS).write_csv().encode(),
                fetched_at,
                channel="import",
            )
            for (day,), frame in sorted(days.items())
        ]

    def _typed(self, file: Path, rows: pl.DataFrame, odd: Odd) -> pl.DataFrame:
        instants = pl.coalesce(pl.col("local_time").str.to_datetime(one, strict=False) for one in _TIME_FORMATS)
        sensible = pl.when(instants.dt.year().is_between(2005, 2100)).then(instants)
        local = sensible.dt.replace_time_zone(str(self._zone), ambiguous="earliest", non_existent="null")
        made = rows.with_columns(created_at=local.dt.convert_time_zone("UTC").dt.strftime("%Y-%m-%dT%H:%M:%S.000Z"))
        is_wrong = pl.col("created_at").is_null() | pl.col("action").is_null()
        odd.set_aside = made.filter(is_wrong)["place"].to_list()
        if 2 * len(odd.set_aside) > made.height:
            raise InputFileError(
                f"{file} is a {LABEL} with {len(odd.set_aside)} of {made.height} rows without an action or a date like "
                f"2026-06-01 09:00:00: {AS_DOWNLOADED}."
            )
        made = made.filter(~is_wrong)
        kilobytes = pl.col("size_kb").str.normalize("NFKC").str.replace_all("[, ]", "").cast(pl.Float64, strict=False)
        kilobytes = pl.when(kilobytes.is_between(0, 1e12)).then(kilobytes)
        no_size = made.filter(pl.col("size_kb").is_not_null() & kilobytes.is_null())
        if no_size.height:
            odd.note("Size (KB)", no_size["place"].to_list())
        texts = made.with_columns(
            actor_kind=_actor_kind(),
            size_bytes=(kilobytes * 1024).round().cast(pl.Int64, strict=False).cast(pl.String),
            service_name=pl.col("details").str.extract(_SERVICE, 1).str.strip_chars(),
        )
        identity = pl.concat_str([pl.col(name).fill_null("") for name in _IDENTITY], separator="\x1f")
        rank = pl.int_range(pl.len()).over(*_IDENTITY).cast(pl.String)
        return texts.with_columns(row=pl.concat_str([identity, rank], separator="\x1f")).select(COLUMNS)


def parse_activity_report(answer: Answer) -> Parsed:
    """The rows of one UTC day as `ActivityRows` wrote them, columns COLUMNS. Raises RejectedAnswerError."""
    try:
        frame = pl.read_csv(answer.body, infer_schema=False)
    except (pl.exceptions.PolarsError, UnicodeError):
        frame = pl.DataFrame()
    if tuple(frame.columns) != COLUMNS:
        raise RejectedAnswerError(f"The {LABEL} of {answer.day} cannot be read: import it again.")
    return Parsed(frame)


def _actor_kind() -> pl.Expr:
    """Whoever follows an open link has no address; the console calls him anonymous."""
    login = pl.col("actor_login").fill_null("")
    return (
        pl.when(pl.col("actor_id") == BOX_SUPPORT_ID)
        .then(pl.lit("box"))
        .when((pl.col("actor_id") == ANONYMOUS_ID) | ~login.str.contains("@", literal=True))
        .then(pl.lit("anonymous"))
        .when(login.str.contains(MACHINE_LOGIN))
        .then(pl.lit("machine"))
        .otherwise(pl.lit("person"))
    )


def _plain(heading: str) -> str:
    """A heading without blanks, case, full-width forms and signs."""
    return "".join(one for one in unicodedata.normalize("NFKC", heading).casefold() if one.isalnum())
