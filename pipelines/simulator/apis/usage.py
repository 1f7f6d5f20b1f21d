"""What each person did in Microsoft 365, by UTC day: sums over a window, last activity, and late rows.

Numbers only. Column names of the reports, formats and limits belong to graph_reports.py.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from pipelines.simulator.apis.clock import EPOCH

if TYPE_CHECKING:
    from pipelines.simulator.world import World

CHAT_AND_MEETINGS = (
    "team_chat",
    "private_chat",
    "post_messages",
    "reply_messages",
    "urgent_messages",
    "calls",
    "meetings_organized",
    "meetings_attended",
    "adhoc_organized",
    "adhoc_attended",
    "onetime_organized",
    "onetime_attended",
    "recurring_organized",
    "recurring_attended",
    "audio_seconds",
    "video_seconds",
    "share_seconds",
)
MAIL = ("mail_sent", "mail_received", "mail_read", "mail_meeting_created", "mail_meeting_interacted")
COUNTS = (*CHAT_AND_MEETINGS, *MAIL)
FLAGS = ("has_other_action", "used_web", "used_ios", "used_mac", "used_android", "used_windows")

# Which columns make a person active in a service (mail: only reading and sending count).
ACTIVE_BY = {
    "teams": (*CHAT_AND_MEETINGS[:14], "has_other_action"),
    "device": FLAGS[1:],
    "mail": ("mail_sent", "mail_read"),
}
# Of a thousand rows, how many have not arrived yet when the day is 2, 3 or 4 days old.
LATE_PER_THOUSAND = {2: 60, 3: 30, 4: 10}


class Usage:
    """`world.graph_days`, indexed by day."""

    def __init__(self, world: World) -> None:
        self._rows = world.graph_days.sort("activity_date", "person_no")
        days = self._rows["activity_date"].cast(pl.Int32).to_numpy()
        self._first = int(days[0]) if len(days) else (world.config.first_day - EPOCH).days
        span = int(days[-1]) - self._first + 1 if len(days) else 1
        self._starts = np.searchsorted(days, np.arange(self._first, self._first + span + 1))
        self._people = int(world.people["person_no"].to_numpy().max(initial=0)) + 1
        self._last = {service: self._last_active(columns, days, span) for service, columns in ACTIVE_BY.items()}

    def _last_active(self, columns: tuple[str, ...], days: np.ndarray, span: int) -> np.ndarray:
        """For every person and day the offset of the latest active day so far, -1 for none."""
        active = pl.any_horizontal(pl.col(name).cast(pl.Boolean) for name in columns)
        hits = self._rows.select(active.fill_null(value=False).alias("active"))["active"].to_numpy()
        table = np.full((self._people, span), -1, dtype=np.int16)
        offsets = (days - self._first)[hits]
        table[self._rows["person_no"].to_numpy()[hits], offsets] = offsets
        return np.maximum.accumulate(table, axis=1)

    def window(self, first: date, last: date, today: date | None) -> pl.DataFrame:
        """One row per person active from first to last: person_no, sums of COUNTS, any of FLAGS.

        With `today` (UTC) the rows that have not arrived by then are left out.
        """
        rows = self._slice(first, last)
        if today is not None:
            rows = rows.filter(~_is_late(today))
        if first == last:
            return rows.drop("activity_date")
        return rows.group_by("person_no").agg(pl.col(COUNTS).sum(), pl.col(FLAGS).any())

    def daily(self, first: date, last: date, today: date | None) -> pl.DataFrame:
        """The rows themselves, one per person and day."""
        rows = self._slice(first, last)
        return rows if today is None else rows.filter(~_is_late(today))

    def last_activity(self, service: str, people: pl.Series, day: date, today: date | None) -> pl.Series:
        """Last date on or before `day` on which each person was active in the service; null for never."""
        table = self._last[service]
        offset = min((day - EPOCH).days - self._first, table.shape[1] - 1)
        if offset < 0:
            return pl.Series("last_activity", [None] * len(people), dtype=pl.Date)
        numbers = people.to_numpy()
        latest = table[numbers, offset]
        if today is not None and offset > 0:
            probe = pl.DataFrame({"person_no": people, "activity_date": pl.repeat(day, len(people), eager=True)})
            late = probe.select(_is_late(today)).to_series().to_numpy()
            latest = np.where(late, table[numbers, offset - 1], latest)
        known = pl.Series("last_activity", latest.astype(np.int32) + self._first).cast(pl.Date)
        return known.zip_with(pl.Series(latest >= 0), pl.Series([None] * len(people), dtype=pl.Date))

    def _slice(self, first: date, last: date) -> pl.DataFrame:
        span = len(self._starts) - 1
        begin = min(max((first - EPOCH).days - self._first, 0), span)
        end = min(max((last - EPOCH).days - self._first + 1, begin), span)
        return self._rows[int(self._starts[begin]) : int(self._starts[end])]


def _is_late(today: date) -> pl.Expr:
    """Whether the row of a person and day is not in yet; decided by a fixed hash, so it is the same every time."""
    day_number = pl.col("activity_date").cast(pl.Int64)
    dice = (pl.col("person_no").cast(pl.Int64) * 7919 + day_number * 104_729) % 1000
    late = pl.lit(value=False)
    for age, limit in LATE_PER_THOUSAND.items():
        late = pl.when(pl.col("activity_date") == today - timedelta(days=age)).then(dice < limit).otherwise(late)
    return late
