"""Whether Box's two streams tell the same: events of a UTC day counted by type, by date and by the stream.

Both give the same events, so a difference shows what one of them withheld. Counts only, out of the landing; what is
done about a difference is for a person to decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date

import polars as pl

from pipelines.landing.store import Landed, Landing

SOURCE, DATASET = "box", "events"


@dataclass(frozen=True, slots=True)
class Difference:
    """Events of one type on one UTC day that only one of the two streams gave."""

    day: date
    event_type: str
    only_by_day: int
    only_by_stream: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """The days that both streams gave in full, and where they differ."""

    days: tuple[date, ...]
    differences: tuple[Difference, ...]

    def __str__(self) -> str:
        if not self.differences:
            return f"Both streams of Box agree on all {len(self.days)} days that both gave."
        by_day = sum(one.only_by_day for one in self.differences)
        by_stream = sum(one.only_by_stream for one in self.differences)
        apart = sorted({one.day for one in self.differences})
        return (
            f"The streams of Box differ on {len(apart)} of {len(self.days)} days, the last {apart[-1]}: {by_day} "
            f"events came only by day, {by_stream} only by the stream."
        )


def compare_streams(landing: Landing, days: list[date]) -> Comparison:
    """Compare the two streams on those of `days` that both gave in full.

    The stream tells everything of the days after the run that began to follow it, so the first parts that came by it
    say from which day on. An event that only the stream gave was too late for the question by day; all events are kept.
    """
    parts = {day: _by_channel(landing, day, "stream") for day in days}
    fetched = [one.revision.fetched_at.astimezone(UTC).date() for found in parts.values() for one in found]
    since = min(fetched, default=None)
    compared, differences = [], []
    for day in sorted(days):
        whole = landing.current(SOURCE, DATASET, day)
        if since is None or day < since or whole is None or whole.revision.channel != "day":
            continue
        compared.append(day)
        differences += _differences(day, _types(_by_channel(landing, day, "day")), _types(parts[day]))
    return Comparison(tuple(compared), tuple(differences))


def _by_channel(landing: Landing, day: date, channel: str) -> list[Landed]:
    return [one for one in landing.accepted(SOURCE, DATASET, day) if one.revision.channel == channel]


def _types(landed: list[Landed]) -> pl.DataFrame:
    columns = {"event_id": pl.String, "event_type": pl.String}
    tables = [pl.read_parquet(one.table, columns=list(columns)) for one in landed if one.revision.row_count]
    return pl.concat([pl.DataFrame(schema=columns), *tables]).unique("event_id")


def _differences(day: date, by_day: pl.DataFrame, by_stream: pl.DataFrame) -> list[Difference]:
    either = by_day.with_columns(in_day=1).join(
        by_stream.with_columns(in_stream=1), on=["event_id", "event_type"], how="full", coalesce=True
    )
    counted = either.group_by("event_type").agg(
        only_by_day=pl.col("in_stream").is_null().sum(), only_by_stream=pl.col("in_day").is_null().sum()
    )
    apart = counted.filter((pl.col("only_by_day") > 0) | (pl.col("only_by_stream") > 0)).sort("event_type")
    return [Difference(day, *row) for row in apart.select("event_type", "only_by_day", "only_by_stream").rows()]
