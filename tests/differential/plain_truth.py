"""From the truth of a simulated ward to facts: what the metrics would be if everything were known and final."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb
import polars as pl

from tests.differential.facts import HOMES, MEASURES, SECONDS, UNKNOWN, Facts, up_the_tree

KEY = ["person_key", "activity_date"]
FOREVER = date(2999, 12, 31)
MAIL_LIMIT_BYTES = 7_300_000


def read_truth(path: Path, calendar: pl.DataFrame, first: date, last: date) -> Facts:
    """`calendar`: activity_date, is_working_day, iso_week_start, month_start, fiscal_year_start, beyond the span."""
    with duckdb.connect(str(path), read_only=True) as con:
        tenures, stretches = (con.sql(f"select * from {name}").pl() for name in ("truth_tenures", "truth_main_posts"))
        posts, reports, exchanges, nodes = (
            con.sql(f"select * from {name}").pl().filter(pl.col("activity_date").is_between(first, last))
            for name in ("truth_person_days", "truth_report_days", "truth_exchanges", "truth_department_days")
        )
    tenures = tenures.rename({"employee_number": "person_key"})
    posts = posts.rename({"employee_number": "person_key"})
    reports = reports.rename({"employee_number": "person_key"})
    days = calendar.filter(pl.col("activity_date").is_between(first, last)).with_columns(
        *(pl.lit("final").alias(measure) for measure in MEASURES), copilot=pl.lit(None, pl.String)
    )
    homes = _homes(stretches.rename({"employee_number": "person_key"}), calendar)
    tree = _tree(pl.concat([nodes["department_code"], homes["department_key"]]).unique(), calendar)
    transfers = exchanges.select(
        "direction", "size_bytes", "activity_date", department_key="department_code",
        is_beyond_mail=pl.col("size_bytes") > MAIL_LIMIT_BYTES,
        partner=pl.col("partner_domain").fill_null("unknown"),
        is_request="is_file_request",
    )  # fmt: skip
    return Facts(
        calendar=calendar,
        days=days,
        departments=nodes.select("activity_date", department_key="department_code"),
        homes=homes,
        tree=tree,
        seconds=posts.filter(~pl.col("is_main_post")).rename({"department_code": "department_key"}).select(*SECONDS),
        acts=_acts(posts.filter("is_main_post"), reports).with_columns(
            is_copilot_licensed=pl.lit(None, pl.Boolean), is_copilot_active=pl.lit(None, pl.Boolean)
        ),
        transfers=up_the_tree(transfers, tree),
        folder_actions=None,
        mail_limit_bytes=MAIL_LIMIT_BYTES,
        tenures=_since_when(tenures, posts),
        licensed_people=frozenset(tenures.filter("is_licensed")["person_key"]),
        box_people=frozenset(tenures.filter("has_box")["person_key"]),
    )


def _homes(stretches: pl.DataFrame, calendar: pl.DataFrame) -> pl.DataFrame:
    """Main posts from valid_from to valid_to (null = open) on each day of the calendar. Waves are not in the truth."""
    days = calendar.select("activity_date")
    on = stretches.with_columns(pl.col("valid_to").fill_null(FOREVER)).join_where(
        days, pl.col("valid_from") <= pl.col("activity_date"), pl.col("valid_to") >= pl.col("activity_date")
    )
    return on.rename({"department_code": "department_key"}).with_columns(rollout_wave=pl.lit(UNKNOWN)).select(*HOMES)


def _tree(codes: pl.Series, calendar: pl.DataFrame) -> pl.DataFrame:
    known = pl.DataFrame({"department_key": codes}).filter(pl.col("department_key") != "ALL")
    known = known.with_columns(parent_key=_parent(pl.col("department_key")))
    return known.join(calendar.select("activity_date"), how="cross")


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


def _parent(code: pl.Expr) -> pl.Expr:
    """部 0100, 課 0103, 係 010302: the code of the ward's chart says what is above."""
    return (
        pl.when(code.str.len_chars() == 6)
        .then(code.str.slice(0, 4))
        .when(~code.str.ends_with("00"))
        .then(code.str.slice(0, 2) + "00")
    )


def _acts(homes: pl.DataFrame, reports: pl.DataFrame) -> pl.DataFrame:
    people = homes.select(*KEY, "telework_class", box_actions_count=pl.col("is_box_active").cast(pl.Int64))
    counts = [name for name, kind in reports.schema.items() if kind.is_integer()]
    flags = [name for name, kind in reports.schema.items() if kind == pl.Boolean]
    return people.join(reports, on=KEY, how="left").with_columns(
        pl.col(counts).fill_null(0), pl.col(flags).fill_null(value=False)
    ).with_columns(
        chat_messages_count=pl.col("team_chat_messages_count") + pl.col("private_chat_messages_count"),
        files_count=pl.col("onedrive_files_count") + pl.col("sharepoint_files_count"),
    )  # fmt: skip
