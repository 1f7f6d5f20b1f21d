"""The metrics of use for parts of a department: people by employment type and by rollout wave.

A person counts in a part with the mean weight of the days spent in it. A part of which no day is known is null.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from tests.differential.plain_book import CELL, Book, has
from tests.differential.plain_copilot import copilot_parts

PART = [*CELL, "segment_kind", "segment"]
SEGMENT_KINDS = ("employment_type", "rollout_wave")
REACHED = {
    "chat_reach": ("teams", pl.col("chat_messages_count") > 0),
    "meeting_reach": ("teams", pl.col("meetings_attended_count") > 0),
    "meeting_organised_reach": ("teams", pl.col("meetings_organized_count") > 0),
    "call_reach": ("teams", pl.col("calls_count") > 0),
    "mail_sent_reach": ("mail", pl.col("mail_sent_count") > 0),
    "files_reach": ("files", pl.col("files_count") > 0),
    "desktop_apps_reach": ("apps", pl.col("is_desktop_app_active")),
    "mobile_reach": ("mobile", pl.col("is_mobile_active")),
    "box_reach": ("box", pl.col("box_actions_count") > 0),
}
DAILY = {
    "chat_day_rate": ("teams", pl.col("chat_messages_count") > 0),
    "meeting_day_rate": ("teams", pl.col("meetings_attended_count") > 0),
    "box_day_rate": ("box", pl.col("box_actions_count") > 0),
}
PARTED = (*REACHED, *DAILY, "chat_share", "meeting_minutes", "copilot_reach")


def part_metrics(book: Book) -> Iterable[pl.DataFrame]:
    """Nothing for days."""
    if book.kind == "day":
        return
    rows = book.rows.join(book.facts.segments, on=["person_key", "activity_date"])
    always = pl.lit(value=True)
    parts = _reached(rows, always, always).select(*PART, headcount="denominator")
    for metric_id, (measure, active) in REACHED.items():
        table = parts.join(_reached(rows, has(measure), active), on=PART, how="left")
        yield book.metric(metric_id, table.with_columns(group_people="denominator"))
    yield from copilot_parts(book)
    is_told = (pl.col("is_working_day") & (has("teams") | has("box"))).any()
    counted = parts.join(rows.group_by(PART).agg(is_told=is_told), on=PART).filter("is_told")
    for metric_id, (measure, active) in DAILY.items():
        known = has(measure) & pl.col("is_working_day")
        table = counted.join(_added(rows, known, active.cast(pl.Int64), "numerator"), on=PART, how="left")
        table = table.join(_added(rows, known, pl.lit(1), "denominator"), on=PART, how="left")
        yield book.metric(metric_id, table.with_columns(group_people="headcount"))
    both = has("teams") & has("mail")
    table = parts.join(_added(rows, both, pl.col("chat_messages_count"), "numerator"), on=PART, how="left")
    table = table.join(_added(rows, both, pl.col("mail_sent_count"), "mails"), on=PART, how="left")
    table = table.with_columns(denominator=pl.col("numerator") + pl.col("mails"), group_people="headcount")
    yield book.metric("chat_share", table)
    meets = pl.col("meetings_attended_count") > 0
    seconds = pl.when(meets).then("audio_seconds").otherwise(0)
    table = parts.join(_reached(rows, has("teams"), meets).select(*PART, group_people="numerator"), on=PART, how="left")
    table = table.join(_added(rows, has("teams"), seconds, "seconds"), on=PART, how="left")
    table = table.join(_added(rows, has("teams"), meets.cast(pl.Int64), "denominator"), on=PART, how="left")
    yield book.metric("meeting_minutes", table.with_columns(numerator=(pl.col("seconds") / 60).round(6)))


def _reached(rows: pl.DataFrame, known: pl.Expr, active: pl.Expr) -> pl.DataFrame:
    one = rows.filter(known).group_by([*PART, "person_key"]).agg(
        weight=pl.col("weight").mean().round(6), active=active.any()
    )  # fmt: skip
    return one.group_by(PART).agg(
        numerator=pl.col("weight").filter("active").sum().round(6), denominator=pl.col("weight").sum().round(6)
    )


def _added(rows: pl.DataFrame, known: pl.Expr, amount: pl.Expr, name: str) -> pl.DataFrame:
    """The weighted amount of each person, rounded, added up."""
    one = rows.filter(known).group_by([*PART, "person_key"]).agg((pl.col("weight") * amount).sum().round(6).alias(name))
    return one.group_by(PART).agg(pl.col(name).sum().round(6))
