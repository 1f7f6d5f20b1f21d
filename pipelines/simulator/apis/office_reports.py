"""OneDrive, SharePoint, the Microsoft 365 apps, and who is active in which service.

Files and apps come from app_days.py, the dates of the active users from what the other reports call active.
"""

from __future__ import annotations

from datetime import date
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
    yes_no,
)
from pipelines.simulator.ward.app_days import APP_FLAGS, APPS, PLATFORMS, app_mask

if TYPE_CHECKING:
    from pipelines.simulator.apis.accounts import Accounts
    from pipelines.simulator.apis.usage import Usage

TENANT_START = date(2025, 10, 1)  # nobody had a licence before
# Service of the active-user report -> service of Usage; nobody uses the other two, though everyone may.
_SERVICES = {
    "Exchange": "mail",
    "OneDrive": "onedrive",
    "SharePoint": "sharepoint",
    "Skype For Business": None,
    "Yammer": None,
    "Teams": "teams_counted",
}
_FILE_NAMES = ("Viewed Or Edited", "Synced", "Shared Internally", "Shared Externally")
_FILE_COLUMNS = ("viewed", "synced", "shared_inside", "shared_outside")
_APP_NAMES = dict(zip(APPS, ("Outlook", "Word", "Excel", "PowerPoint", "OneNote", "Teams"), strict=True))


def onedrive_activity(accounts: Accounts, usage: Usage, query: ReportQuery) -> pl.DataFrame:
    """getOneDriveActivityUserDetail: no display name."""
    return _file_activity(accounts, usage, query, "onedrive")


def sharepoint_activity(accounts: Accounts, usage: Usage, query: ReportQuery) -> pl.DataFrame:
    """getSharePointActivityUserDetail: as OneDrive, and pages."""
    return _file_activity(accounts, usage, query, "sharepoint")


def _file_activity(accounts: Accounts, usage: Usage, query: ReportQuery, service: str) -> pl.DataFrame:
    """Everybody who has the licence, or had it: here `deleted` means that the licence is gone."""
    rows = people_rows(accounts, usage, query, service).filter("is_licensed")
    lost_on = pl.col("left_on") + pl.duration(days=1)
    stays = (pl.col("returns_on") == lost_on).fill_null(value=False)  # hired again overnight
    has_lost = (lost_on <= query.today).fill_null(value=False) & ~stays
    pages = [pl.col("sharepoint_pages").alias("Visited Page Count")] if service == "sharepoint" else []
    counts = zip(_FILE_NAMES, _FILE_COLUMNS, strict=True)
    return rows.select(
        refresh_date(query),
        principal(query),
        pl.when(has_lost).then(pl.lit("True")).otherwise(pl.lit("False")).alias("Is Deleted"),
        pl.when(has_lost).then(lost_on).alias("Deleted Date"),
        pl.col("last_activity").alias("Last Activity Date"),
        *(pl.col(f"{service}_{column}").alias(f"{name} File Count") for name, column in counts),
        *pages,
        pl.col("products").alias("Assigned Products"),
        report_period(query),
    )


def active_users(accounts: Accounts, usage: Usage, query: ReportQuery) -> pl.DataFrame:
    """getOffice365ActiveUserDetail: licences and last dates per service; the only report without a Report Period."""
    rows = _active_rows(accounts, usage, query)
    licence = pl.when("licensed_now").then(pl.lit("True")).otherwise(pl.lit("False"))
    assigned = pl.when("licensed_now").then(pl.max_horizontal("joined_on", pl.lit(TENANT_START)))
    return rows.select(
        refresh_date(query),
        principal(query),
        shown(query, "display_name").alias("Display Name"),
        *deletion(query),
        *(licence.alias(f"Has {name} License") for name in _SERVICES),
        *(pl.col(name).alias(f"{name} Last Activity Date") for name in _SERVICES),
        *(assigned.alias(f"{name} License Assign Date") for name in _SERVICES),
        pl.col("products").alias("Assigned Products"),
    )


def services_user_counts(accounts: Accounts, usage: Usage, query: ReportQuery) -> pl.DataFrame:
    """getOffice365ServicesUserCounts: one row; active and inactive are the licensed of the active-user report."""
    rows = _active_rows(accounts, usage, query).filter("licensed_now")
    any_service = pl.max_horizontal(*_SERVICES)
    tests = {name: pl.col(name) for name in _SERVICES} | {"Office 365": any_service}
    counts: list[pl.Expr] = []
    for name, last in tests.items():
        active = (last >= query.first).fill_null(value=False)
        counts += [active.sum().alias(f"{name} Active"), (~active).sum().alias(f"{name} Inactive")]
    return rows.select(counts).select(refresh_date(query), pl.all(), report_period(query))


def _active_rows(accounts: Accounts, usage: Usage, query: ReportQuery) -> pl.DataFrame:
    """People, with a column of last dates named after each service."""
    rows = people_rows(accounts, usage, query, "mail")
    numbers = rows["person_no"]
    never = pl.Series([None], dtype=pl.Date).new_from_index(0, len(rows))
    dates = [
        usage.last_activity(service, numbers, query.last, query.late_as_of).alias(name)
        if service
        else never.alias(name)
        for name, service in _SERVICES.items()
    ]
    return rows.with_columns(dates)


def app_users(accounts: Accounts, usage: Usage, query: ReportQuery) -> pl.DataFrame:
    """getM365AppUserDetail: Yes or No per platform, per app, and per app on each platform; licensed people only."""
    rows = people_rows(accounts, usage, query, "apps").filter("licensed_now")
    in_first_weeks = pl.lit(TENANT_START) + pl.duration(days=pl.col("person_no") % 45)
    activated = pl.when(~pl.col("is_light")).then(pl.max_horizontal("joined_on", in_first_weeks))
    platforms = {name.capitalize(): app_mask(platform=name) for name in PLATFORMS}
    apps = {title: app_mask(app=name) for name, title in _APP_NAMES.items()}
    both = {f"{_APP_NAMES[app]} ({name.capitalize()})": app_mask(app=app, platform=name) for app, name in APP_FLAGS}
    flags = platforms | apps | both
    used = rows.select(
        "last_activity",
        refresh_date(query),
        principal(query),
        activated.alias("Last Activation Date"),
        *(((pl.col("app_flags") & pl.lit(mask, pl.UInt32)) > 0).alias(name) for name, mask in flags.items()),
    )
    return used.select(
        "Report Refresh Date",
        "User Principal Name",
        "Last Activation Date",
        pl.col("last_activity").alias("Last Activity Date"),
        report_period(query),
        *(yes_no(name).alias(name) for name in flags),
    )


REPORTS = {
    "getOneDriveActivityUserDetail": Report(onedrive_activity),
    "getSharePointActivityUserDetail": Report(sharepoint_activity),
    "getOffice365ActiveUserDetail": Report(active_users),
    "getOffice365ServicesUserCounts": Report(services_user_counts, has_date=False),
    "getM365AppUserDetail": Report(app_users, lags_behind=True),
}
