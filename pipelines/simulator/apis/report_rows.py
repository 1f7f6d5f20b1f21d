"""What all usage reports share: the question, what a report is, the people of a window, cells that all write alike.

Which columns a report has belongs to teams_reports, mail_reports and office_reports.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from pipelines.simulator.apis.usage import COUNTS, FLAGS
from pipelines.simulator.ward.app_days import BIT_SETS, FILE_COUNTS

if TYPE_CHECKING:
    from pipelines.simulator.apis.accounts import Accounts
    from pipelines.simulator.apis.usage import Usage
    from pipelines.simulator.server_config import ServerConfig

NOBODY = "00000000-0000-0000-0000-000000000000"
PERMANENT_PRODUCTS = (
    "MICROSOFT 365 E3+ENTERPRISE MOBILITY + SECURITY E5+MICROSOFT POWER AUTOMATE FREE+MICROSOFT FABRIC (FREE)"
)
FIXED_TERM_PRODUCTS = "OFFICE 365 E1+ENTERPRISE MOBILITY + SECURITY E3"

# Services whose numbers are those of app_days.py rather than of graph_days.py.
APP_SERVICES = ("mail_apps", "onedrive", "sharepoint", "apps")


@dataclass(frozen=True, kw_only=True)
class ReportQuery:
    """What one report shall cover. `period` is the text of the Report Period column: 1 in date mode."""

    first: date
    last: date  # also the Report Refresh Date
    period: str
    today: date  # UTC day of the simulated now
    config: ServerConfig
    version: str = "v1"  # of the few reports that have another

    @property
    def late_as_of(self) -> date | None:
        return self.today if self.config.restatement else None


@dataclass(frozen=True)
class Report:
    """One report function of Graph."""

    rows: Callable[[Accounts, Usage, ReportQuery], pl.DataFrame]
    has_date: bool = True
    folders: tuple[str, ...] = ("/v1.0/reports",)
    needs_copilot: bool = False
    other_versions: tuple[str, ...] = ()
    lags_behind: bool = False  # its newest day is older than that of the others: ServerConfig.apps_lag_days


def to_csv(frame: pl.DataFrame) -> bytes:
    """UTF-8 with BOM, comma separated, CRLF, header even without rows."""
    buffer = io.BytesIO()
    frame.write_csv(buffer, include_bom=True, line_terminator="\r\n", quote_style="necessary")
    return buffer.getvalue()


def people_rows(accounts: Accounts, usage: Usage, query: ReportQuery, service: str) -> pl.DataFrame:
    """Everyone with an account in the window, with their numbers (zero for the silent) and last activity."""
    people = accounts.between(query.first, query.last, query.today)
    is_staff = pl.col("left_on").is_null() | (pl.col("left_on") >= query.first)
    fixed_term = pl.col("employment_type") == "会計年度任用"
    rows = people.select(
        "person_no",
        "entra_id",
        "upn",
        "display_name",
        "concealed",
        "joined_on",
        "left_on",
        "is_licensed",
        "gone_on",
        "returns_on",
        (pl.col("is_licensed") & is_staff).alias("licensed_now"),
        fixed_term.alias("is_light"),
        pl.when(fixed_term).then(pl.lit(FIXED_TERM_PRODUCTS)).otherwise(pl.lit(PERMANENT_PRODUCTS)).alias("products"),
        pl.lit(None, pl.String).alias("outside_tenant"),
        usage.last_activity(service, people["person_no"], query.last, query.late_as_of).alias("last_activity"),
    ).with_columns(products=pl.when("licensed_now").then("products"))
    if service in APP_SERVICES:
        active = usage.app_window(query.first, query.last, query.late_as_of, service)
        zeros = [pl.col(*FILE_COUNTS, *BIT_SETS).fill_null(0)]
    else:
        active = usage.window(query.first, query.last, query.late_as_of)
        zeros = [pl.col(COUNTS).fill_null(0), pl.col(FLAGS).fill_null(value=False)]
    return rows.join(active, on="person_no", how="left", maintain_order="left").with_columns(zeros)


def refresh_date(query: ReportQuery) -> pl.Expr:
    return pl.lit(query.last).alias("Report Refresh Date")


def shown(query: ReportQuery, column: str) -> pl.Expr:
    return pl.col("concealed" if query.config.display_concealed_names else column)


def principal(query: ReportQuery) -> pl.Expr:
    return shown(query, "upn").alias("User Principal Name")


def deletion(query: ReportQuery) -> list[pl.Expr]:
    """Whether the account is gone as of now: an old day still shows people who were deleted since."""
    is_gone = (pl.col("gone_on") <= query.today).fill_null(value=False)
    return [
        pl.when(is_gone).then(pl.lit("True")).otherwise(pl.lit("False")).alias("Is Deleted"),
        pl.when(is_gone).then("gone_on").alias("Deleted Date"),
    ]


def yes_no(column: str) -> pl.Expr:
    return pl.when(pl.col(column)).then(pl.lit("Yes")).otherwise(pl.lit("No"))


def period_start(last: date, length: int) -> date:
    """First day of a period of `length` days that ends on `last`."""
    return last - timedelta(days=length - 1)


def report_period(query: ReportQuery) -> pl.Expr:
    return pl.lit(query.period).alias("Report Period")
