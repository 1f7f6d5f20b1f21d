"""A made history of chat: messages of every person in every week, with people of all kinds and newcomers.

Deterministic, and on purpose rich in edges: people who write in exactly 9 of 12 weeks, means of exactly 15, long
silences, and people who join in the middle.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

FIRST = date(2021, 1, 4)  # a Monday
SILENT, SELDOM, NOW_AND_THEN, WEEKLY, NINE_OF_TWELVE, EXACTLY_15, BUSY = range(7)
KINDS = (0.12, 0.1, 0.2, 0.25, 0.08, 0.05, 0.2)


def write_weeks(path: Path, people: int, weeks: int) -> None:
    """One row per person and week on the rolls: PersonId, MetricDate (Monday), chat_messages_count."""
    rng = np.random.default_rng(20210104)
    kind = rng.choice(len(KINDS), people, p=KINDS)
    joined = np.where(rng.random(people) < 0.3, rng.integers(0, weeks, people), 0)
    mean = np.array([0, 0.08, 0.7, 6, 4, 15, 30])[kind][:, None] * rng.uniform(0.6, 1.4, (people, 1))
    is_away = rng.random((people, weeks)) < np.array([0, 0, 0.1, 0.12, 0, 0, 0.05])[kind][:, None]
    counts = np.where(is_away, 0, rng.poisson(mean, (people, weeks)))
    position = np.arange(weeks)[None, :]
    counts = np.where((kind == NINE_OF_TWELVE)[:, None], np.where(position % 12 < 9, 1 + counts, 0), counts)
    counts = np.where((kind == EXACTLY_15)[:, None], np.where(position % 2 == 0, 10, 20), counts)
    person, week = np.nonzero(position >= joined[:, None])
    frame = pl.DataFrame(
        {
            "PersonId": pl.Series(person).cast(pl.String).str.zfill(6),
            "MetricDate": pl.Series([FIRST + timedelta(weeks=number) for number in range(weeks)]).gather(week),
            "chat_messages_count": pl.Series(counts[person, week]).cast(pl.Int64),
        }
    )
    frame.write_parquet(path)
