"""The catalogue of Microsoft 365 usage reports: which functions Graph has, and in which modes they answer.

Shapes follow public captures (BOM, CRLF, header always, True/False and Yes/No mixed as the services mix them) and are
made in teams_reports, mail_reports, office_reports and copilot_report. Which days may be asked for, tickets and HTTP
belong to graph_http.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from pipelines.simulator.apis.copilot_report import copilot_usage
from pipelines.simulator.apis.mail_reports import email_activity, email_app_usage
from pipelines.simulator.apis.office_reports import (
    active_users,
    app_users,
    onedrive_activity,
    services_user_counts,
    sharepoint_activity,
)
from pipelines.simulator.apis.teams_reports import (
    teams_activity_counts,
    teams_activity_user_counts,
    teams_device_usage,
    teams_user_activity,
)

if TYPE_CHECKING:
    from pipelines.simulator.apis.accounts import Accounts
    from pipelines.simulator.apis.report_rows import ReportQuery
    from pipelines.simulator.apis.usage import Usage


@dataclass(frozen=True)
class Report:
    """One report function of Graph."""

    rows: Callable[[Accounts, Usage, ReportQuery], pl.DataFrame]
    has_date: bool = True
    folders: tuple[str, ...] = ("/v1.0/reports",)
    needs_copilot: bool = False
    lags_behind: bool = False  # its newest day is older than that of the others: ServerConfig.apps_lag_days


REPORTS = {
    "getTeamsUserActivityUserDetail": Report(teams_user_activity),
    "getTeamsDeviceUsageUserDetail": Report(teams_device_usage),
    "getTeamsUserActivityCounts": Report(teams_activity_counts, has_date=False),
    "getTeamsUserActivityUserCounts": Report(teams_activity_user_counts, has_date=False),
    "getEmailActivityUserDetail": Report(email_activity),
    "getEmailAppUsageUserDetail": Report(email_app_usage),
    "getOneDriveActivityUserDetail": Report(onedrive_activity),
    "getSharePointActivityUserDetail": Report(sharepoint_activity),
    "getOffice365ActiveUserDetail": Report(active_users),
    "getOffice365ServicesUserCounts": Report(services_user_counts, has_date=False),
    "getM365AppUserDetail": Report(app_users, lags_behind=True),
    "getMicrosoft365CopilotUsageUserDetail": Report(
        copilot_usage,
        has_date=False,
        folders=("/v1.0/copilot/reports", "/beta/copilot/reports", "/beta/reports"),
        needs_copilot=True,
    ),
}
