"""How much those do who do it at all: quantiles over people, each with all of the period where the person counts."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from tests.differential.plain_book import PART, Book
from tests.differential.plain_counted import PERSON

QUANTILES = ("chat_messages_median", "chat_messages_p90", "meeting_minutes_median")


def quantile_metrics(book: Book) -> Iterable[pl.DataFrame]:
    """No row where nobody did it."""
    chats, meets = pl.col("chat_messages_count") > 0, pl.col("meetings_attended_count") > 0
    messages, minutes = pl.col("chat_messages_count").sum(), pl.col("audio_seconds").sum() / 60
    # The smallest that at least nine in ten do not exceed.
    p90 = pl.col("amount").sort().gather(((pl.len() * 9 + 9) // 10 - 1).cast(pl.Int64)).first()
    for metric_id, does, amount, value in (
        ("chat_messages_median", chats, messages, pl.col("amount").median()),
        ("chat_messages_p90", chats, messages, p90),
        ("meeting_minutes_median", meets, minutes, pl.col("amount").median()),
    ):
        people = book.counted(book.done.filter(does).group_by(PERSON).agg(amount=amount))
        table = people.group_by(PART).agg(value=value.cast(pl.Float64).round(6), people_count=pl.len())
        yield book.metric(metric_id, table.with_columns(group_people="people_count"))
