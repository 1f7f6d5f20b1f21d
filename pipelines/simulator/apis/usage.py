"""What each person did in Microsoft 365, by UTC day: sums over a window, last activity, and late rows.

Numbers only. Column names of the reports, formats and limits belong to graph_reports.py.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from pipelines.simulator.apis.clock import EPOCH
from pipelines.simulator.ward.app_days import BIT_SETS, FILE_COUNTS, build_app_days
from pipelines.simulator.ward.copilot import copilot_uses

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
    "teams_counted": CHAT_AND_MEETINGS[:14],  # the active-user report knows no other actions
    "device": FLAGS[1:],
    "mail": ("mail_sent", "mail_read"),
    "mail_apps": ("mail_apps",),
    "onedrive": FILE_COUNTS[:4],
    "sharepoint": FILE_COUNTS[4:],
    "apps": ("app_flags",),
}
# Of a thousand rows, how many have not arrived yet when the day is so many days old.
LATE_PER_THOUSAND = {2: 60, 3: 30, 4: 10}
LATE_APPS_PER_THOUSAND = dict.fromkeys(range(2, 7), 40)  # the apps are brought up to date after six days, at once
LATE = {"apps": LATE_APPS_PER_THOUSAND}


class Usage:
    """`world.graph_days`, indexed by day, and what is done in apps and with files on those days."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._rows = world.graph_days.sort("activity_date", "person_no")
        days = self._rows["activity_date"].cast(pl.Int32).to_numpy()
        self._days = days
        self._first = int(days[0]) if len(days) else (world.config.first_day - EPOCH).days
        self._span = int(days[-1]) - self._first + 1 if len(days) else 1
        self._starts = np.searchsorted(days, np.arange(self._first, self._first + self._span + 1))
        self._people = int(world.people["person_no"].to_numpy().max(initial=0)) + 1
        self._last: dict[str, np.ndarray] = {}

    @cached_property
    def _apps(self) -> pl.DataFrame:
        """The same rows with FILE_COUNTS and BIT_SETS; made when a report first needs them."""
        added = build_app_days(self._world.config.seed, self._rows, self._world.people)
        return pl.concat([self._rows.select("person_no", "activity_date"), added], how="horizontal")

    def _last_table(self, service: str) -> np.ndarray:
        """For every person and day the offset of the latest active day so far, -1 for none."""
        if service not in self._last:
            columns = ACTIVE_BY[service]
            source = self._rows if columns[0] in self._rows.columns else self._apps
            hits = (
                source.select(pl.any_horizontal(pl.col(name).cast(pl.Boolean) for name in columns))
                .to_series()
                .to_numpy()
            )
            table = np.full((self._people, self._span), -1, dtype=np.int16)
            offsets = (self._days - self._first)[hits]
            table[self._rows["person_no"].to_numpy()[hits], offsets] = offsets
            self._last[service] = np.maximum.accumulate(table, axis=1)
        return self._last[service]

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

    def app_window(self, first: date, last: date, today: date | None, service: str) -> pl.DataFrame:
        """As `window`: person_no, sums of FILE_COUNTS, unions of BIT_SETS, with the lateness of the service."""
        rows = self._slice(first, last, self._apps)
        if today is not None:
            rows = rows.filter(~_is_late(today, service))
        if first == last:
            return rows.drop("activity_date")
        return rows.group_by("person_no").agg(pl.col(FILE_COUNTS).sum(), pl.col(BIT_SETS).bitwise_or())

    def copilot_dates(self, people: pl.Series, last: date) -> pl.DataFrame:
        """For each of these people the last date on or before `last` with Copilot in each of APPS, and in `any`."""
        asked = pl.DataFrame({"person_no": people})
        rows = self._slice(EPOCH, last, self._apps).join(asked, on="person_no", how="semi")
        dates = [pl.col("activity_date").filter(used).max().alias(app) for app, used in copilot_uses().items()]
        found = rows.group_by("person_no").agg(dates)
        return asked.join(found, on="person_no", how="left", maintain_order="left")

    def copilot_active_days(self, people: pl.Series, first: date, last: date) -> pl.Series:
        """For each of these people the number of days from `first` to `last` with Copilot in anything."""
        asked = pl.DataFrame({"person_no": people})
        rows = self._slice(first, last, self._apps).filter(pl.any_horizontal(copilot_uses().values()))
        found = rows.group_by("person_no").agg(days=pl.col("activity_date").n_unique().cast(pl.Int64))
        return asked.join(found, on="person_no", how="left", maintain_order="left")["days"].fill_null(0)

    def daily(self, first: date, last: date, today: date | None) -> pl.DataFrame:
        """The rows themselves, one per person and day."""
        rows = self._slice(first, last)
        return rows if today is None else rows.filter(~_is_late(today))

    def last_activity(self, service: str, people: pl.Series, day: date, today: date | None) -> pl.Series:
        """Last date on or before `day` on which each person was active in the service; null for never."""
        table = self._last_table(service)
        offset = min((day - EPOCH).days - self._first, table.shape[1] - 1)
        if offset < 0:
            return pl.Series("last_activity", [None] * len(people), dtype=pl.Date)
        numbers = people.to_numpy()
        latest = table[numbers, offset]
        if today is not None and offset > 0:
            probe = pl.DataFrame({"person_no": people, "activity_date": pl.repeat(day, len(people), eager=True)})
            late = probe.select(_is_late(today, service)).to_series().to_numpy()
            latest = np.where(late, table[numbers, offset - 1], latest)
        known = pl.Series("last_activity", latest.astype(np.int32) + self._first).cast(pl.Date)
        return known.zip_with(pl.Series(latest >= 0), pl.Series([None] * len(people), dtype=pl.Date))

    def _slice(self, first: date, last: date, source: pl.DataFrame | None = None) -> pl.DataFrame:
        span = self._span
        begin = min(max((first - EPOCH).days - self._first, 0), span)
        end = min(max((last - EPOCH).days - self._first + 1, begin), span)
        rows = self._rows if source is None else source
        return rows[int(self._starts[begin]) : int(self._starts[end])]


def _is_late(today: date, service: str = "") -> pl.Expr:
    """Whether the row of a person and day is not in yet; decided by a fixed hash, so it is the same every time."""
    day_number = pl.col("activity_date").cast(pl.Int64)
    dice = (pl.col("person_no").cast(pl.Int64) * 7919 + day_number * 104_729) % 1000
    late = pl.lit(value=False)
    for age, limit in LATE.get(service, LATE_PER_THOUSAND).items():
        late = pl.when(pl.col("activity_date") == today - timedelta(days=age)).then(dice < limit).otherwise(late)
    return late
