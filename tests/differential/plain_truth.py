"""From the truth of a simulated ward to facts: what the metrics would be if everything were known and final."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb
import polars as pl

from tests.differential.facts import MEASURES, Facts, up_the_tree

KEY = ["person_key", "activity_date"]


def read_truth(path: Path, calendar: pl.DataFrame, first: date, last: date) -> Facts:
    """`calendar`: activity_date, is_working_day, iso_week_start, month_start, fiscal_year_start, beyond the span."""
    with duckdb.connect(str(path), read_only=True) as con:
        tenures = con.sql("select * from truth_tenures").pl().rename({"employee_number": "person_key"})
        posts, reports, exchanges, nodes = (
            con.sql(f"select * from {name}").pl().filter(pl.col("activity_date").is_between(first, last))
            for name in ("truth_person_days", "truth_report_days", "truth_exchanges", "truth_department_days")
        )
    posts = posts.rename({"employee_number": "person_key"})
    reports = reports.rename({"employee_number": "person_key"})
    nodes = nodes.select("activity_date", department_key="department_code")
    days = calendar.filter(pl.col("activity_date").is_between(first, last)).with_columns(
        *(pl.lit("final").alias(measure) for measure in MEASURES), copilot=pl.lit(None, pl.String)
    )
    tree = nodes.filter(pl.col("department_key") != "ALL").with_columns(parent_key=_parent(pl.col("department_key")))
    leaves = posts.select(
        "person_key",
        "activity_date",
        "weight",
        department_key="department_code",
        telework_capable_weight=pl.when("is_telework_capable").then("weight").otherwise(0.0),
    )
    belongs = up_the_tree(leaves.select("department_key", pl.exclude("department_key")), tree)
    transfers = exchanges.select(
        "direction", "size_bytes", "activity_date", department_key="department_code",
        is_beyond_mail=pl.col("size_bytes") > MAIL_LIMIT_BYTES,
        partner=pl.col("partner_domain").fill_null("unknown"),
        is_request="is_file_request",
    )  # fmt: skip
    return Facts(
        days=days,
        departments=nodes,
        belongs=belongs.group_by("person_key", "department_key", "activity_date").agg(
            pl.col("weight", "telework_capable_weight").sum().round(9)
        ),
        acts=_acts(posts, reports).with_columns(
            is_copilot_licensed=pl.lit(None, pl.Boolean), is_copilot_active=pl.lit(None, pl.Boolean)
        ),
        transfers=up_the_tree(transfers, tree),
        folder_actions=None,
        calendar=calendar,
        mail_limit_bytes=MAIL_LIMIT_BYTES,
        tenures=_since_when(tenures, posts),
        licensed_people=frozenset(tenures.filter("is_licensed")["person_key"]),
        box_people=frozenset(tenures.filter("has_box")["person_key"]),
    )


def _since_when(tenures: pl.DataFrame, posts: pl.DataFrame) -> dict[tuple[str, date], date]:
    """The first day of the stretch without a gap in which each person and day lies."""
    first_days: dict[str, list[date]] = {}
    last_day: dict[str, date | None] = {}
    for person, joined, left in tenures.sort("joined_on").select("person_key", "joined_on", "left_on").iter_rows():
        ended = last_day.get(person)
        if ended is None or joined > ended + timedelta(days=1):
            first_days.setdefault(person, []).append(joined)
        last_day[person] = left
    days = posts.select(KEY).unique().iter_rows()
    return {(person, day): max(since for since in first_days[person] if since <= day) for person, day in days}


MAIL_LIMIT_BYTES = 7_300_000


def _parent(code: pl.Expr) -> pl.Expr:
    """部 0100, 課 0103, 係 010302: the code of the ward's chart says what is above."""
    return (
        pl.when(code.str.len_chars() == 6)
        .then(code.str.slice(0, 4))
        .when(~code.str.ends_with("00"))
        .then(code.str.slice(0, 2) + "00")
    )


def _acts(posts: pl.DataFrame, reports: pl.DataFrame) -> pl.DataFrame:
    people = posts.group_by(KEY).agg(
        pl.col("telework_class").first(), box_actions_count=pl.col("is_box_active").any().cast(pl.Int64)
    )
    counts = [name for name, kind in reports.schema.items() if kind.is_integer()]
    flags = [name for name, kind in reports.schema.items() if kind == pl.Boolean]
    return people.join(reports, on=KEY, how="left").with_columns(
        pl.col(counts).fill_null(0), pl.col(flags).fill_null(value=False)
    ).with_columns(
        chat_messages_count=pl.col("team_chat_messages_count") + pl.col("private_chat_messages_count"),
        files_count=pl.col("onedrive_files_count") + pl.col("sharepoint_files_count"),
    )  # fmt: skip
