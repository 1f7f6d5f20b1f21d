"""Who uses chat, meetings, calls, mail, files, apps, phones and Box, on how many days, and how much.

For whole departments, and for parts of them by employment type and rollout wave: of the counted home where a person
counts once, of the home of the day where days are counted.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import polars as pl

from tests.differential.plain_book import CELL, EVERYBODY, Book, has
from tests.differential.plain_counted import PERSON

SPLITS = ("employment_type", "rollout_wave")
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
RATIOS = ("chat_share", "meeting_minutes")
PARTED = (*REACHED, *DAILY, *RATIOS, "copilot_reach")
EQUAL_DAYS = {
    "chat_reach_equal_days": DAILY["chat_day_rate"],
    "meeting_reach_equal_days": DAILY["meeting_day_rate"],
    "box_reach_equal_days": DAILY["box_day_rate"],
}
MEASURE_OF = {name: measure for name, (measure, _) in (REACHED | DAILY | EQUAL_DAYS).items()}
NOT_OF_WEEKS = ("meeting_organised_reach", "desktop_apps_reach", "copilot_reach")
DRAWN = {"week": 3, "month": 15}  # working days that are compared


def use_metrics(book: Book) -> Iterable[pl.DataFrame]:
    """Parts only of months and years, equal days only of weeks and months."""
    working = pl.col("is_working_day")
    for split in splits(book):
        for metric_id, (measure, active) in REACHED.items():
            if book.kind == "week" and metric_id in NOT_OF_WEEKS:
                continue
            known = has(measure)
            yield book.told(metric_id, book.parts(split, known), book.once(known, active, split=split))
        for metric_id, (measure, _) in DAILY.items():
            known = has(measure) & working
            cells = book.parts(split, known, working=True)
            yield book.told(metric_id, cells, daily_clusters(book, metric_id, split))
        for metric_id, known in (("chat_share", has("teams") & has("mail")), ("meeting_minutes", has("teams"))):
            clusters = daily_clusters(book, metric_id, split)
            cells = book.parts(split, known)
            yield book.told(metric_id, cells, clusters, is_share=metric_id != "meeting_minutes")
    for metric_id, (measure, active) in EQUAL_DAYS.items() if book.kind in DRAWN else ():
        known = has(measure) & working
        clusters = book.counted(seen_in_equal_days(book, known, active))
        told = book.told(metric_id, book.whole(known, working=True), clusters)
        yield with_left_out(told, left_out(book, known))


def splits(book: Book) -> tuple[str, ...]:
    """The ways in which departments are told: whole, and of longer periods by parts."""
    return ("all", *SPLITS) if book.kind in ("month", "fiscal_year") else ("all",)


def daily_clusters(book: Book, metric_id: str, split: str = "all") -> pl.DataFrame:
    """Of a day rate, of chat_share or of meeting_minutes."""
    if metric_id in DAILY:
        measure, active = DAILY[metric_id]
        return book.daily(has(measure) & pl.col("is_working_day"), active, split=split)
    chats = pl.col("chat_messages_count")
    if metric_id == "chat_share":
        return book.daily(has("teams") & has("mail"), chats, chats + pl.col("mail_sent_count"), split=split)
    meets = pl.col("meetings_attended_count") > 0
    minutes = pl.when(meets).then(pl.col("audio_seconds") / 60).otherwise(0.0)
    return book.daily(has("teams"), minutes, meets, split=split)


def seen_in_equal_days(book: Book, known: pl.Expr, *marks: pl.Expr) -> pl.DataFrame:
    """PERSON, d = 1 and n, by the mark: how likely that many of the person's known days, drawn at random, show use.

    A second mark gives `possible`. Who has fewer known days is left out.
    """
    drawn = DRAWN[book.kind]
    names = ("n", "possible")[: len(marks)]
    people = book.done.filter(known).group_by(PERSON).agg(
        pl.len().alias("days"), *(mark.sum().alias(name) for name, mark in zip(names, marks, strict=True))
    )  # fmt: skip
    people = people.filter(pl.col("days") >= drawn)
    chances = [
        pl.Series(name, [seen(active, days, drawn) for active, days in people.select(name, "days").iter_rows()],
                  dtype=pl.Float64)
        for name in names
    ]  # fmt: skip
    return people.select(*PERSON, d=pl.lit(1.0)).with_columns(chances)


def left_out(book: Book, known: pl.Expr, *, people: pl.Expr = EVERYBODY) -> pl.DataFrame:
    """CELL and left_out_people: who has a known day, and too few of them."""
    few = book.done.filter(known).group_by(PERSON).agg(days=pl.len()).filter(pl.col("days") < DRAWN[book.kind])
    return book.counted(few, people=people).group_by(CELL).agg(left_out_people=pl.len())


def with_left_out(told: pl.DataFrame, counts: pl.DataFrame) -> pl.DataFrame:
    """0 where nobody is, null where nothing is known."""
    joined = told.drop("left_out_people").join(counts, on=CELL, how="left")
    number = pl.col("left_out_people").cast(pl.Float64).fill_null(0)
    is_known = pl.col("numerator").is_not_null()
    return joined.with_columns(left_out_people=pl.when(is_known).then(number)).select(told.columns)


def seen(active: int, days: int, drawn: int) -> float:
    """The chance that at least one of `drawn` days, out of `days` with `active` among them, is an active one."""
    return 1 - math.comb(days - active, drawn) / math.comb(days, drawn)
