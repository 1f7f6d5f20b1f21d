"""Copilot usage: who of the few with a licence last used it in which app, as CSV and as the JSON of beta.

Whether the tenant has licences at all, and HTTP, belong to graph_http.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipelines.simulator.apis.report_rows import Report, ReportQuery, principal, refresh_date, report_period, shown
from pipelines.simulator.ward.copilot import ANY, licence_holders

if TYPE_CHECKING:
    from pipelines.simulator.apis.accounts import Accounts
    from pipelines.simulator.apis.usage import Usage

# Report column -> app of Usage; nobody uses Loop, and Copilot Chat is used on any day with an app.
_APPS = {
    "Microsoft Teams Copilot": "teams",
    "Word Copilot": "word",
    "Excel Copilot": "excel",
    "PowerPoint Copilot": "powerpoint",
    "Outlook Copilot": "outlook",
    "OneNote Copilot": "onenote",
    "Loop Copilot": None,
    "Copilot Chat": ANY,
}
_LAST = " Last Activity Date"


def copilot_usage(accounts: Accounts, usage: Usage, query: ReportQuery) -> pl.DataFrame:
    """getMicrosoft365CopilotUsageUserDetail: only people with a Copilot licence; last dates, no counts."""
    people = accounts.between(query.last, query.last, query.today)
    holders = licence_holders(people, query.last, query.config.copilot_licences)
    dates = usage.copilot_dates(holders["person_no"], query.last)
    never = pl.lit(None, pl.Date)
    apps = [(dates[app] if app else never).alias(f"{name}{_LAST}") for name, app in _APPS.items()]
    rows = holders.with_columns(apps)
    names = [f"{name}{_LAST}" for name in _APPS]
    if query.version == "v2":
        return _version_2(rows, usage, query, names)
    return rows.select(
        refresh_date(query),
        report_period(query),
        principal(query),
        shown(query, "display_name").alias("Display Name"),
        pl.max_horizontal(names).alias("Last Activity Date"),
        *names,
    )


def _version_2(rows: pl.DataFrame, usage: Usage, query: ReportQuery, names: list[str]) -> pl.DataFrame:
    """The period at the end, two chats, active days and prompts; where each column stands is written nowhere."""
    used = usage.copilot_active_days(rows["person_no"], query.first, query.last)
    prompts = used * (1 + rows["person_no"] % 5)
    chat = f"Copilot Chat{_LAST}"
    return rows.with_columns(active=used, prompts=prompts).select(
        refresh_date(query),
        principal(query),
        shown(query, "display_name").alias("Display Name"),
        pl.max_horizontal(names).alias("Last Activity Date"),
        *(name for name in names if name != chat),
        pl.col(chat).alias(f"Copilot Chat (work){_LAST}"),
        pl.lit(None, pl.Date).alias(f"Copilot Chat (web){_LAST}"),
        pl.col("prompts").alias("Prompts submitted for All Apps"),
        (pl.col("prompts") // 2).alias("Prompts submitted for Copilot Chat (work)"),
        pl.lit(0).alias("Prompts submitted for Copilot Chat (web)"),
        pl.col("active").alias("Active Usage Days for All Apps"),
        report_period(query),
    )


def copilot_json(frame: pl.DataFrame) -> list[dict[str, object]]:
    """The rows as beta gives them: camelCase, null for a blank date, the period in a list of its own."""
    rows = frame.with_columns(pl.col(pl.Date).dt.to_string("%Y-%m-%d")).to_dicts()
    return [
        {_camel(name): value for name, value in row.items() if name != "Report Period"}
        | {"copilotActivityUserDetailsByPeriod": [{"reportPeriod": int(row["Report Period"])}]}
        for row in rows
    ]


def _camel(name: str) -> str:
    """Report Refresh Date -> reportRefreshDate; PowerPoint Copilot ... -> powerPointCopilot..."""
    joined = name.replace(" ", "")
    return joined[0].lower() + joined[1:]


REPORTS = {
    "getMicrosoft365CopilotUsageUserDetail": Report(
        copilot_usage,
        has_date=False,
        folders=("/v1.0/copilot/reports", "/beta/copilot/reports", "/beta/reports"),
        needs_copilot=True,
        other_versions=("v2",),
    ),
}
