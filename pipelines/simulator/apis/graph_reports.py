"""The Microsoft 365 usage reports as CSV bytes, in the column order and formats found on the wire.

Shapes follow public captures (BOM, CRLF, header always, True/False and Yes/No mixed as the services mix them).
Which days may be asked for, tickets and HTTP belong to graph_http.py.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from pipelines.simulator.apis.clock import days_between
from pipelines.simulator.apis.usage import CHAT_AND_MEETINGS, COUNTS, FLAGS, MAIL

if TYPE_CHECKING:
    from pipelines.simulator.apis.accounts import Accounts
    from pipelines.simulator.apis.usage import Usage
    from pipelines.simulator.server_config import ServerConfig

NOBODY = "00000000-0000-0000-0000-000000000000"
TENANT_DISPLAY_NAME = "MIRAI CITY OFFICE"
PERMANENT_PRODUCTS = (
    "MICROSOFT 365 E3+ENTERPRISE MOBILITY + SECURITY E5+MICROSOFT POWER AUTOMATE FREE+MICROSOFT FABRIC (FREE)"
)
FIXED_TERM_PRODUCTS = "OFFICE 365 E1+ENTERPRISE MOBILITY + SECURITY E3"

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


@dataclass(frozen=True, kw_only=True)
class ReportQuery:
    """What one report shall cover. `period` is the text of the Report Period column: 1 in date mode."""

    first: date
    last: date  # also the Report Refresh Date
    period: str
    today: date  # UTC day of the simulated now
    config: ServerConfig

    @property
    def late_as_of(self) -> date | None:
        return self.today if self.config.restatement else None


@dataclass(frozen=True)
class Report:
    """One report function of Graph."""

    rows: Callable[[Accounts, Usage, ReportQuery], pl.DataFrame]
    has_date: bool = True


def to_csv(frame: pl.DataFrame) -> bytes:
    """UTF-8 with BOM, comma separated, CRLF, header even without rows."""
    buffer = io.BytesIO()
    frame.write_csv(buffer, include_bom=True, line_terminator="\r\n", quote_style="necessary")
    return buffer.getvalue()


def teams_user_activity(accounts: Accounts, usage: Usage, query: ReportQuery) -> pl.DataFrame:
    """getTeamsUserActivityUserDetail: 33 columns, one row per account."""
    rows = _teams_rows(accounts, usage, query, "teams")
    tenant = pl.coalesce("outside_tenant", pl.lit(TENANT_DISPLAY_NAME))
    durations = [_iso_duration(column).alias(f"{name} Duration") for name, column in _DURATIONS]
    seconds = [pl.col(column).alias(f"{name} Duration In Seconds") for name, column in _DURATIONS]
    return rows.select(
        _refresh_date(query),
        *_teams_identity(query),
        *_deletion(query),
        pl.col("products").alias("Assigned Products"),
        *(pl.col(column).alias(name) for name, column in _COUNT_COLUMNS),
        *durations,
        *seconds,
        _yes("has_other_action").alias("Has Other Action"),
        pl.col("urgent_messages").alias("Urgent Messages"),
        pl.col("post_messages").alias("Post Messages"),
        tenant.alias("Tenant Display Name"),
        pl.lit(None, pl.String).alias("Shared Channel Tenant Display Names"),
        pl.col("reply_messages").alias("Reply Messages"),
        _yes("licensed_now").alias("Is Licensed"),
        pl.lit(query.period).alias("Report Period"),
    )


def teams_device_usage(accounts: Accounts, usage: Usage, query: ReportQuery) -> pl.DataFrame:
    """getTeamsDeviceUsageUserDetail; the Chrome OS header has two blanks on the wire."""
    rows = _teams_rows(accounts, usage, query, "device")
    no = pl.lit("No")
    return rows.select(
        _refresh_date(query),
        *_teams_identity(query),
        *_deletion(query),
        _yes("used_web").alias("Used Web"),
        no.alias("Used Windows Phone"),
        _yes("used_ios").alias("Used iOS"),
        _yes("used_mac").alias("Used Mac"),
        _yes("used_android").alias("Used Android Phone"),
        _yes("used_windows").alias("Used Windows"),
        no.alias("Used  Chrome OS"),
        no.alias("Used Linux"),
        _yes("licensed_now").alias("Is Licensed"),
        pl.lit(query.period).alias("Report Period"),
    )


def email_activity(accounts: Accounts, usage: Usage, query: ReportQuery) -> pl.DataFrame:
    """getEmailActivityUserDetail: mailboxes of licensed users only, no shared mailboxes."""
    rows = _people_rows(accounts, usage, query, "mail").filter("licensed_now")
    names = ("Send", "Receive", "Read", "Meeting Created", "Meeting Interacted")
    return rows.select(
        _refresh_date(query),
        _principal(query),
        _shown(query, "display_name").alias("Display Name"),
        *_deletion(query),
        pl.col("last_activity").alias("Last Activity Date"),
        *(pl.col(column).alias(f"{name} Count") for name, column in zip(names, MAIL, strict=True)),
        pl.col("products").alias("Assigned Products"),
        pl.lit(query.period).alias("Report Period"),
    )


def teams_activity_counts(accounts: Accounts, usage: Usage, query: ReportQuery) -> pl.DataFrame:
    """getTeamsUserActivityCounts: one row per day, newest first; durations are blank on the wire."""
    del accounts
    totals = _daily(usage, query, *(pl.col(CHAT_AND_MEETINGS).sum(),))
    blank = pl.lit(None, pl.String)
    return totals.select(
        _refresh_date(query),
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
        pl.lit(query.period).alias("Report Period"),
    )


def teams_activity_user_counts(accounts: Accounts, usage: Usage, query: ReportQuery) -> pl.DataFrame:
    """getTeamsUserActivityUserCounts: people per kind of activity and day, newest first."""
    del accounts
    kinds = {
        "Team Chat Messages": pl.col("team_chat") > 0,
        "Private Chat Messages": pl.col("private_chat") > 0,
        "Calls": pl.col("calls") > 0,
        "Meetings": pl.col("meetings_attended") > 0,
        "Other Actions": pl.col("has_other_action"),
    }
    totals = _daily(usage, query, *(test.sum().alias(name) for name, test in kinds.items()))
    return totals.select(
        _refresh_date(query),
        pl.col("activity_date").alias("Report Date"),
        *kinds,
        pl.lit(query.period).alias("Report Period"),
    )


REPORTS = {
    "getTeamsUserActivityUserDetail": Report(teams_user_activity),
    "getTeamsDeviceUsageUserDetail": Report(teams_device_usage),
    "getEmailActivityUserDetail": Report(email_activity),
    "getTeamsUserActivityCounts": Report(teams_activity_counts, has_date=False),
    "getTeamsUserActivityUserCounts": Report(teams_activity_user_counts, has_date=False),
}


def _daily(usage: Usage, query: ReportQuery, *sums: pl.Expr) -> pl.DataFrame:
    days = pl.DataFrame({"activity_date": days_between(query.first, query.last)}, schema={"activity_date": pl.Date})
    rows = usage.daily(query.first, query.last, query.late_as_of)
    totals = rows.group_by("activity_date").agg(*sums)
    return days.join(totals, on="activity_date", how="left").fill_null(0).sort("activity_date", descending=True)


def _people_rows(accounts: Accounts, usage: Usage, query: ReportQuery, service: str) -> pl.DataFrame:
    """Everyone with an account in the window, with their numbers (zero for the silent) and last activity."""
    people = accounts.between(query.first, query.last)
    is_staff = pl.col("left_on").is_null() | (pl.col("left_on") >= query.first)
    fixed_term = pl.col("employment_type") == "会計年度任用"
    rows = people.select(
        "person_no",
        "entra_id",
        "upn",
        "display_name",
        "concealed",
        "gone_on",
        (pl.col("is_licensed") & is_staff).alias("licensed_now"),
        pl.when(fixed_term).then(pl.lit(FIXED_TERM_PRODUCTS)).otherwise(pl.lit(PERMANENT_PRODUCTS)).alias("products"),
        pl.lit(None, pl.String).alias("outside_tenant"),
        usage.last_activity(service, people["person_no"], query.last, query.late_as_of).alias("last_activity"),
    ).with_columns(products=pl.when("licensed_now").then("products"))
    active = usage.window(query.first, query.last, query.late_as_of)
    return rows.join(active, on="person_no", how="left", maintain_order="left").with_columns(
        pl.col(COUNTS).fill_null(0), pl.col(FLAGS).fill_null(value=False)
    )


def _teams_rows(accounts: Accounts, usage: Usage, query: ReportQuery, service: str) -> pl.DataFrame:
    """People, then the unlicensed service accounts and the outsiders who take part in shared channels."""
    people = _people_rows(accounts, usage, query, service)
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


def _refresh_date(query: ReportQuery) -> pl.Expr:
    return pl.lit(query.last).alias("Report Refresh Date")


def _shown(query: ReportQuery, column: str) -> pl.Expr:
    return pl.col("concealed" if query.config.display_concealed_names else column)


def _principal(query: ReportQuery) -> pl.Expr:
    return _shown(query, "upn").alias("User Principal Name")


def _teams_identity(query: ReportQuery) -> list[pl.Expr]:
    user_id = pl.lit(NOBODY) if query.config.display_concealed_names else pl.col("entra_id")
    return [user_id.alias("User Id"), _principal(query), pl.col("last_activity").alias("Last Activity Date")]


def _deletion(query: ReportQuery) -> list[pl.Expr]:
    """Whether the account is gone as of now: an old day still shows people who were deleted since."""
    is_gone = (pl.col("gone_on") <= query.today).fill_null(value=False)
    return [
        pl.when(is_gone).then(pl.lit("True")).otherwise(pl.lit("False")).alias("Is Deleted"),
        pl.when(is_gone).then("gone_on").alias("Deleted Date"),
    ]


def _yes(column: str) -> pl.Expr:
    return pl.when(pl.col(column)).then(pl.lit("Yes")).otherwise(pl.lit("No"))


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


def period_start(last: date, length: int) -> date:
    """First day of a period of `length` days that ends on `last`."""
    return last - timedelta(days=length - 1)
