"""The Teams reports: activity and devices per person, and the two tenant counts per day.

The counts of a day are those of the licensed people whom the report per person shows for that day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipelines.simulator.apis.clock import days_between
from pipelines.simulator.apis.report_rows import (
    NOBODY,
    Report,
    ReportQuery,
    deletion,
    people_rows,
    principal,
    refresh_date,
    report_period,
    yes_no,
)
from pipelines.simulator.apis.usage import CHAT_AND_MEETINGS, COUNTS, FLAGS

if TYPE_CHECKING:
    from pipelines.simulator.apis.accounts import Accounts
    from pipelines.simulator.apis.usage import Usage

TENANT_DISPLAY_NAME = "MIRAI CITY OFFICE"

# Report column -> column of Usage, in wire order from "Team Chat Message Count" to the seconds.
_COUNT_COLUMNS = (
    ("Team Chat Message Count", "team_chat"),
    ("Private Chat Message Count", "private_chat"),
    ("Call Count", "calls"),
    ("Meeting Count", "meetings_attended"),  # being phased out; same definition as Meetings Attended Count
    ("Meetings Organized Count", "meetings_organized"),
    ("Meetings Attended Count", "meetings_attended"),
    ("Ad Hoc Meetings Organized Count", "adhoc_organized"),
    ("Ad Hoc Meetings Attended Count", "adhoc_attended"),
    ("Scheduled One-time Meetings Organized Count", "onetime_organized"),
    ("Scheduled One-time Meetings Attended Count", "onetime_attended"),
    ("Scheduled Recurring Meetings Organized Count", "recurring_organized"),
    ("Scheduled Recurring Meetings Attended Count", "recurring_attended"),
)
_DURATIONS = (("Audio", "audio_seconds"), ("Video", "video_seconds"), ("Screen Share", "share_seconds"))


def teams_user_activity(accounts: Accounts, usage: Usage, query: ReportQuery) -> pl.DataFrame:
    """getTeamsUserActivityUserDetail: 33 columns, one row per account."""
    rows = _teams_rows(accounts, usage, query, "teams")
    tenant = pl.coalesce("outside_tenant", pl.lit(TENANT_DISPLAY_NAME))
    durations = [_iso_duration(column).alias(f"{name} Duration") for name, column in _DURATIONS]
    seconds = [pl.col(column).alias(f"{name} Duration In Seconds") for name, column in _DURATIONS]
    return rows.select(
        refresh_date(query),
        *_teams_identity(query),
        *deletion(query),
        pl.col("products").alias("Assigned Products"),
        *(pl.col(column).alias(name) for name, column in _COUNT_COLUMNS),
        *durations,
        *seconds,
        yes_no("has_other_action").alias("Has Other Action"),
        pl.col("urgent_messages").alias("Urgent Messages"),
        pl.col("post_messages").alias("Post Messages"),
        tenant.alias("Tenant Display Name"),
        pl.lit(None, pl.String).alias("Shared Channel Tenant Display Names"),
        pl.col("reply_messages").alias("Reply Messages"),
        yes_no("licensed_now").alias("Is Licensed"),
        report_period(query),
    )


def teams_device_usage(accounts: Accounts, usage: Usage, query: ReportQuery) -> pl.DataFrame:
    """getTeamsDeviceUsageUserDetail; the Chrome OS header has two blanks on the wire."""
    rows = _teams_rows(accounts, usage, query, "device")
    no = pl.lit("No")
    return rows.select(
        refresh_date(query),
        *_teams_identity(query),
        *deletion(query),
        yes_no("used_web").alias("Used Web"),
        no.alias("Used Windows Phone"),
        yes_no("used_ios").alias("Used iOS"),
        yes_no("used_mac").alias("Used Mac"),
        yes_no("used_android").alias("Used Android Phone"),
        yes_no("used_windows").alias("Used Windows"),
        no.alias("Used  Chrome OS"),
        no.alias("Used Linux"),
        yes_no("licensed_now").alias("Is Licensed"),
        report_period(query),
    )


def teams_activity_counts(accounts: Accounts, usage: Usage, query: ReportQuery) -> pl.DataFrame:
    """getTeamsUserActivityCounts: one row per day, newest first; durations are blank on the wire."""
    totals = _daily(accounts, usage, query, *(pl.col(CHAT_AND_MEETINGS).sum(),))
    blank = pl.lit(None, pl.String)
    return totals.select(
        refresh_date(query),
        pl.col("activity_date").alias("Report Date"),
        pl.col("team_chat").alias("Team Chat Messages"),
        pl.col("private_chat").alias("Private Chat Messages"),
        pl.col("calls").alias("Calls"),
        pl.col("meetings_attended").alias("Meetings"),
        pl.col("meetings_organized").alias("Meetings Organized Count"),
        pl.col("meetings_attended").alias("Meetings Attended Count"),
        blank.alias("Audio Duration"),
        blank.alias("Video Duration"),
        blank.alias("Screen Share Duration"),
        pl.col("post_messages").alias("Post Messages"),
        pl.col("reply_messages").alias("Reply Messages"),
        report_period(query),
    )


def teams_activity_user_counts(accounts: Accounts, usage: Usage, query: ReportQuery) -> pl.DataFrame:
    """getTeamsUserActivityUserCounts: people per kind of activity and day, newest first."""
    kinds = {
        "Team Chat Messages": pl.col("team_chat") > 0,
        "Private Chat Messages": pl.col("private_chat") > 0,
        "Calls": pl.col("calls") > 0,
        "Meetings": pl.col("meetings_attended") > 0,
        "Other Actions": pl.col("has_other_action"),
    }
    totals = _daily(accounts, usage, query, *(test.sum().alias(name) for name, test in kinds.items()))
    return totals.select(
        refresh_date(query),
        pl.col("activity_date").alias("Report Date"),
        *kinds,
        report_period(query),
    )


def _daily(accounts: Accounts, usage: Usage, query: ReportQuery, *sums: pl.Expr) -> pl.DataFrame:
    """Totals of each day over those who are licensed on it, newest first; a day without anybody is zero."""
    days = pl.DataFrame({"activity_date": days_between(query.first, query.last)}, schema={"activity_date": pl.Date})
    rows = usage.daily(query.first, query.last, query.late_as_of)
    people = accounts.people.select("person_no", "is_licensed", "joined_on", "left_on")
    day, left = pl.col("activity_date"), pl.col("left_on")
    on_rolls = (pl.col("joined_on") <= day) & (left.is_null() | (left >= day))
    licensed = rows.join(people, on="person_no").filter(pl.col("is_licensed") & on_rolls)
    totals = licensed.group_by("activity_date").agg(*sums)
    return days.join(totals, on="activity_date", how="left").fill_null(0).sort("activity_date", descending=True)


def _teams_rows(accounts: Accounts, usage: Usage, query: ReportQuery, service: str) -> pl.DataFrame:
    """People, then the unlicensed service accounts and the outsiders who take part in shared channels."""
    people = people_rows(accounts, usage, query, service)
    others = accounts.others.filter(pl.col("account_kind").is_in(["guest", "service"]))
    # A guest writes one reply on every third day: enough to show that outsiders' rows carry numbers too.
    writes = (pl.col("account_kind") == "guest") & ((pl.int_range(pl.len()) + query.last.toordinal()) % 3 == 0)
    tenant = pl.col("upn").str.extract(r"_([^_]+)#EXT#", 1)
    rows = others.with_columns(
        licensed_now=pl.lit(value=False),
        outside_tenant=pl.when(pl.col("account_kind") == "guest").then(tenant.fill_null("Partner")),
        last_activity=pl.when(writes).then(pl.lit(query.last)),
        team_chat=writes.cast(people.schema["team_chat"]),
        reply_messages=writes.cast(people.schema["reply_messages"]),
        used_web=writes,
    )
    filled = pl.concat([people, rows.select(set(rows.columns) & set(people.columns))], how="diagonal")
    return filled.with_columns(pl.col(COUNTS).fill_null(0), pl.col(FLAGS).fill_null(value=False))


def _teams_identity(query: ReportQuery) -> list[pl.Expr]:
    user_id = pl.lit(NOBODY) if query.config.display_concealed_names else pl.col("entra_id")
    return [user_id.alias("User Id"), principal(query), pl.col("last_activity").alias("Last Activity Date")]


def _iso_duration(column: str) -> pl.Expr:
    """Seconds as an ISO 8601 duration: PT0S, PT1H30M5S, P1DT2H."""
    seconds = pl.col(column)
    parts = [
        _unit(seconds // 86_400, "D"),
        pl.when(seconds % 86_400 > 0).then(pl.lit("T")).otherwise(pl.lit("")),
        _unit(seconds // 3600 % 24, "H"),
        _unit(seconds // 60 % 60, "M"),
        _unit(seconds % 60, "S"),
    ]
    return pl.when(seconds == 0).then(pl.lit("PT0S")).otherwise(pl.concat_str([pl.lit("P"), *parts]))


def _unit(amount: pl.Expr, letter: str) -> pl.Expr:
    return pl.when(amount > 0).then(pl.concat_str([amount.cast(pl.String), pl.lit(letter)])).otherwise(pl.lit(""))


REPORTS = {
    "getTeamsUserActivityUserDetail": Report(teams_user_activity),
    "getTeamsDeviceUsageUserDetail": Report(teams_device_usage),
    "getTeamsUserActivityCounts": Report(teams_activity_counts, has_date=False),
    "getTeamsUserActivityUserCounts": Report(teams_activity_user_counts, has_date=False),
}
