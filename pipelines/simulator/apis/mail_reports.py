"""The mail reports: what licensed people do with mail, and in which apps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipelines.simulator.apis.report_rows import (
    Report,
    ReportQuery,
    deletion,
    people_rows,
    principal,
    refresh_date,
    report_period,
    shown,
)
from pipelines.simulator.apis.usage import MAIL
from pipelines.simulator.ward.app_days import bit

if TYPE_CHECKING:
    from pipelines.simulator.apis.accounts import Accounts
    from pipelines.simulator.apis.usage import Usage

# Report column -> label of the version in use. The order is that of app_days.MAIL_APPS.
_MAIL_APPS = {
    "Mail For Mac": "Undetermined",
    "Outlook For Mac": "16",
    "Outlook For Windows": "ProPlus",
    "Outlook For Mobile": "Undetermined",
    "Other For Mobile": "Undetermined",
    "Outlook For Web": "Undetermined",
    "POP3 App": "Undetermined",
    "IMAP4 App": "Undetermined",
    "SMTP App": "Undetermined",
}


def email_activity(accounts: Accounts, usage: Usage, query: ReportQuery) -> pl.DataFrame:
    """getEmailActivityUserDetail: mailboxes of licensed users only, no shared mailboxes."""
    rows = people_rows(accounts, usage, query, "mail").filter("licensed_now")
    names = ("Send", "Receive", "Read", "Meeting Created", "Meeting Interacted")
    return rows.select(
        refresh_date(query),
        principal(query),
        shown(query, "display_name").alias("Display Name"),
        *deletion(query),
        pl.col("last_activity").alias("Last Activity Date"),
        *(pl.col(column).alias(f"{name} Count") for name, column in zip(names, MAIL, strict=True)),
        pl.col("products").alias("Assigned Products"),
        report_period(query),
    )


def email_app_usage(accounts: Accounts, usage: Usage, query: ReportQuery) -> pl.DataFrame:
    """getEmailAppUsageUserDetail: a cell holds the version used, and nothing where the app was not used."""
    rows = people_rows(accounts, usage, query, "mail_apps").filter("licensed_now")
    return rows.select(
        refresh_date(query),
        principal(query),
        shown(query, "display_name").alias("Display Name"),
        *deletion(query),
        pl.col("last_activity").alias("Last Activity Date"),
        *(_version(position, name, label) for position, (name, label) in enumerate(_MAIL_APPS.items())),
        report_period(query),
    )


def _version(position: int, name: str, label: str) -> pl.Expr:
    """One person in sixteen has a Windows version that the service cannot tell."""
    text = pl.lit(label)
    if name == "Outlook For Windows":
        text = pl.when(pl.col("person_no") % 16 == 5).then(pl.lit("Undetermined")).otherwise(text)
    return pl.when(bit("mail_apps", position)).then(text).alias(name)


REPORTS = {
    "getEmailActivityUserDetail": Report(email_activity),
    "getEmailAppUsageUserDetail": Report(email_app_usage),
}
