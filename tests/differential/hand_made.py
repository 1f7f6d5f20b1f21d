"""Facts of a handful of people, written by hand: one 部 B1 of K1 and K2, another, B2, of K3; weekends are free."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta

import polars as pl

from tests.differential.facts import HOMES, MEASURES, SECONDS, Facts

PARENT = {"K1": "B1", "K2": "B1", "K3": "B2", "B1": None, "B2": None}
FIRST, LAST = date(2026, 4, 1), date(2026, 4, 30)
MAIL_LIMIT_BYTES = 7_300_000


def april(day: int) -> date:
    return date(2026, 4, day)


def days_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def make(
    posts: Collection[tuple[str, str, date, date]],
    *,
    first: date = FIRST,
    last: date = LAST,
    chat: Mapping[tuple[str, date], int] | None = None,
    places: Mapping[tuple[str, date], str] | None = None,
    missing: Collection[date] = (),
    holidays: Collection[date] = (),
    capable: Collection[tuple[str, str]] = (),
) -> Facts:
    """`posts`: person, department, first and last day. `missing`: days without Teams and without places.

    `capable`: person and department of posts that can be done elsewhere; who is nowhere in `places` is unknown.
    """
    calendar = _calendar(holidays)
    days = calendar.filter(pl.col("activity_date").is_between(first, last))
    gone = pl.when(pl.col("activity_date").is_in([*missing])).then(pl.lit("missing")).otherwise(pl.lit("final"))
    days = days.with_columns(*(gone.alias(measure) for measure in MEASURES), copilot=pl.lit(None, pl.String))
    dates = calendar["activity_date"].to_list()
    homes = pl.DataFrame(
        [
            (person, day, department, (person, department) in capable, "常勤", "1")
            for person, department, begins, ends in posts
            for day in dates
            if begins <= day <= ends
        ],
        schema=HOMES,
        orient="row",
    )
    tree = pl.DataFrame([(key, above, day) for key, above in PARENT.items() for day in dates],
                        schema={"department_key": pl.String, "parent_key": pl.String, "activity_date": pl.Date},
                        orient="row")  # fmt: skip
    told = days["activity_date"].to_list()
    return Facts(
        calendar=calendar,
        days=days,
        departments=pl.DataFrame([(key, day) for key in (*PARENT, "ALL") for day in told],
                                 schema={"department_key": pl.String, "activity_date": pl.Date}, orient="row"),
        homes=homes,
        tree=tree,
        seconds=pl.DataFrame(schema=SECONDS),
        acts=_acts(homes, told, chat or {}, places or {}, missing),
        transfers=pl.DataFrame(schema=_TRANSFERS),
        folder_actions=None,
        mail_limit_bytes=MAIL_LIMIT_BYTES,
        tenures={
            (person, day): min(begins for one, _, begins, _ in posts if one == person)
            for person, day in homes.select("person_key", "activity_date").iter_rows()
        },
        licensed_people=frozenset(homes["person_key"]),
    )  # fmt: skip


_TRANSFERS = {
    "direction": pl.String, "size_bytes": pl.Int64, "is_beyond_mail": pl.Boolean, "partner": pl.String,
    "is_request": pl.Boolean, "department_key": pl.String, "activity_date": pl.Date,
}  # fmt: skip


def _calendar(holidays: Collection[date]) -> pl.DataFrame:
    """The fiscal years 2025 and 2026, in whole weeks."""
    dates = days_between(date(2025, 3, 31), date(2027, 4, 4))
    return pl.DataFrame({
        "activity_date": dates,
        "is_working_day": [day.weekday() < 5 and day not in holidays for day in dates],
        "iso_week_start": [day - timedelta(days=day.weekday()) for day in dates],
        "month_start": [day.replace(day=1) for day in dates],
        "fiscal_year_start": [date(day.year if day.month > 3 else day.year - 1, 4, 1) for day in dates],
    })  # fmt: skip


def _acts(
    homes: pl.DataFrame,
    told: list[date],
    chat: Mapping[tuple[str, date], int],
    places: Mapping[tuple[str, date], str],
    missing: Collection[date],
) -> pl.DataFrame:
    rows = []
    for person, day in homes.select("person_key", "activity_date").iter_rows():
        if day in told:
            is_known = day not in missing
            rows.append({
                "person_key": person, "activity_date": day,
                "chat_messages_count": chat.get((person, day), 0) if is_known else None,
                "telework_class": places.get((person, day), "unknown") if is_known else None,
                **(dict.fromkeys(_COUNTS, 0) if is_known else dict.fromkeys(_COUNTS)),
                **(dict.fromkeys(_FLAGS, False) if is_known else dict.fromkeys(_FLAGS)),
            })  # fmt: skip
    schema = {"person_key": pl.String, "activity_date": pl.Date, "chat_messages_count": pl.Int64,
              "telework_class": pl.String, **dict.fromkeys(_COUNTS, pl.Int64),
              **dict.fromkeys(_FLAGS, pl.Boolean)}  # fmt: skip
    return pl.DataFrame(rows, schema=schema)


_COUNTS = ("meetings_attended_count", "meetings_organized_count", "calls_count", "audio_seconds", "mail_sent_count",
           "files_count", "box_actions_count")  # fmt: skip
_FLAGS = ("is_mobile_active", "is_desktop_app_active", "is_copilot_licensed", "is_copilot_active")
