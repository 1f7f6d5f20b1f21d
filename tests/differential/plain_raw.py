"""From raw tables to facts, one plain step after the other. Reads raw.* and nothing else of a warehouse."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import polars as pl

from tests.differential.facts import HOMES, MEASURES, SECONDS, UNKNOWN, Facts, up_the_tree
from tests.differential.plain_acts import acts_of, folder_actions_of, transfers_of
from tests.differential.plain_copilot import CopilotReports
from tests.differential.plain_who import Raw, Who

FOREVER = date(2999, 12, 31)
KEY = ["person_key", "activity_date"]
DATASETS = {
    "teams": ("graph", "teams_user_activity"),
    "mobile": ("graph", "teams_device_usage"),
    "mail": ("graph", "email_activity"),
    "onedrive": ("graph", "onedrive_activity"),
    "sharepoint": ("graph", "sharepoint_activity"),
    "apps": ("graph", "m365_app_users"),
    "sign_ins": ("graph", "sign_ins"),
    "events": ("box", "events"),
}
INSTANTS = ("sign_ins", "events")


def read_facts(con: duckdb.DuckDBPyConnection) -> Facts:
    """The facts of all days from the first known to the last."""
    raw = Raw(con)
    calendar = calendar_of(con)
    numbers = raw.table("org_staff")["employee_number_key"].unique()
    who = Who(raw, numbers)
    copilot = CopilotReports(raw, who)
    days = _days(raw, calendar)
    days = days.with_columns(pl.Series("copilot", copilot.status(days["activity_date"]), dtype=pl.String))
    departments = _departments(raw, calendar)
    tree = departments.filter(pl.col("department_key") != "ALL")
    homes, seconds = _posts(raw, calendar, tree)
    told = days.select("activity_date")
    rolls = homes.select(KEY).join(told, on="activity_date", how="semi")
    acts = acts_of(raw, who, rolls, days)
    return Facts(
        calendar=calendar,
        days=days,
        departments=departments.select("department_key", "activity_date").join(told, on="activity_date", how="semi"),
        homes=homes,
        tree=tree,
        seconds=seconds,
        acts=acts.join(copilot.acts(rolls), on=KEY, how="left"),
        transfers=up_the_tree(transfers_of(raw, who, homes, days).drop_nulls("department_key"), tree),
        folder_actions=up_the_tree(folder_actions_of(raw, who, homes).drop_nulls("department_key"), tree),
        mail_limit_bytes=raw.table("parameters")["mail_limit_bytes"].item(),
        tenures=_tenures(raw, days),
        licensed_people=who.licensed(raw),
        # Who acted in Box had an account, even if nobody asked Box for its users in time.
        box_people=who.with_box(raw) | frozenset(acts.filter(pl.col("box_actions_count") > 0)["person_key"]),
    )


def calendar_of(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """The days of raw.calendar with the periods they lie in."""
    return (
        con.sql("select * from raw.calendar")
        .pl()
        .select(
            pl.col("date_day").alias("activity_date"),
            "is_working_day",
            "iso_week_start",
            "month_start",
            fiscal_year_start=pl.date(pl.col("fiscal_year"), 4, 1),
        )
    )


def _days(raw: Raw, calendar: pl.DataFrame) -> pl.DataFrame:
    """The days of the facts with the status of every measure."""
    windows = raw.table("dataset_windows")
    accepted = raw.table("landing_days").filter(pl.col("status") == "accepted").join(
        windows.select("source", "dataset", "lag_days", "restatement_days"), on=["source", "dataset"]
    )  # fmt: skip
    age = (pl.col("fetched_at").dt.date() - pl.col("_day")).dt.total_days()
    is_final = age >= pl.col("lag_days") + pl.col("restatement_days")
    accepted = accepted.with_columns(status=pl.when(is_final).then(pl.lit("final")).otherwise(pl.lit("provisional")))
    first, last = accepted["_day"].min(), accepted["_day"].max()
    days = calendar.filter(pl.col("activity_date").is_between(first, last))
    for name, (source, dataset) in DATASETS.items():
        one = accepted.filter(pl.col("source") == source, pl.col("dataset") == dataset)
        days = days.join(
            one.select(pl.col("_day").alias("activity_date"), pl.col("status").alias(name)),
            on="activity_date",
            how="left",
        ).with_columns(pl.col(name).fill_null("missing"))
    days = days.sort("activity_date")
    for name in INSTANTS:  # a Tokyo day needs two UTC days
        before = pl.col(name).shift(1).fill_null("missing")
        days = days.with_columns(_worse(pl.col(name), before).alias(f"tokyo_{name}"))
    has_box = (days["tokyo_events"] != "missing").any()
    waits = pl.lit(has_box) & (pl.col("tokyo_sign_ins") == "final") & (pl.col("tokyo_events") != "final")
    days = days.with_columns(
        files=_worse(pl.col("onedrive"), pl.col("sharepoint")),
        telework=pl.when(waits).then(pl.lit("provisional")).otherwise("tokyo_sign_ins"),
        box="tokyo_events",
    )
    shifted = pl.when(_is_instant()).then(pl.col("_day") + timedelta(days=1)).otherwise("_day")
    begins = accepted.select(shifted.min()).item()
    kept = ("activity_date", "is_working_day", "iso_week_start", "month_start", "fiscal_year_start", *MEASURES)
    return days.filter(pl.col("activity_date") >= begins).select(kept)


def _is_instant() -> pl.Expr:
    return pl.col("dataset").is_in(["sign_ins", "events"])


def _worse(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    return (
        pl.when((one == "missing") | (other == "missing"))
        .then(pl.lit("missing"))
        .when((one == "final") & (other == "final"))
        .then(pl.lit("final"))
        .otherwise(pl.lit("provisional"))
    )


def _every_day(rows: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """Rows with valid_from and valid_to (text, empty = open) written out by day."""
    dated = rows.with_columns(
        begins=pl.col("valid_from").str.to_date(strict=False).fill_null(date(1900, 1, 1)),
        ends=pl.col("valid_to").str.to_date(strict=False).fill_null(FOREVER),
    )
    return dated.join(days.select("activity_date"), how="cross").filter(
        pl.col("activity_date").is_between("begins", "ends")
    )


def _departments(raw: Raw, days: pl.DataFrame) -> pl.DataFrame:
    """department_key, parent_key and activity_date of every department of each day, and the whole."""
    rows = _every_day(raw.newest("org_departments"), days).select(
        department_key="department_code",
        parent_key=pl.when(pl.col("parent_code") != "").then("parent_code"),
        activity_date="activity_date",
    )
    whole = days.select(department_key=pl.lit("ALL"), parent_key=pl.lit(None, pl.String), activity_date="activity_date")
    return pl.concat([rows, whole])


def _posts(raw: Raw, days: pl.DataFrame, tree: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The main post of each person and day, and all others: the one called 主務, else that of the largest share."""
    rows = _every_day(raw.newest("org_assignments"), days).select(
        "activity_date",
        "post_kind",
        person_key="employee_number_key",
        department_key="department_code",
        share=pl.col("share").cast(pl.Float64),
        is_telework_capable=pl.col("telework_capable") == "1",
        employment_type=pl.col("employment_type").fill_null(UNKNOWN),
    )
    ranked = rows.sort(*KEY, pl.col("post_kind") != "主務", -pl.col("share"), "department_key")
    is_main = pl.int_range(pl.len()).over(KEY) == 0
    waves = _waves(raw, tree)
    homes = ranked.filter(is_main).join(waves, on=["department_key", "activity_date"], how="left")
    homes = homes.with_columns(pl.col("rollout_wave").fill_null(UNKNOWN))
    return homes.select(*HOMES), ranked.filter(~is_main).select(*SECONDS)


def _waves(raw: Raw, tree: pl.DataFrame) -> pl.DataFrame:
    """department_key, activity_date, rollout_wave: the first of the department, or else of the nearest above."""
    waves = raw.newest("org_rollout").sort("starts_on", "wave").unique("department_code", keep="first")
    wave_of = dict(waves.select("department_code", "wave").iter_rows())
    parents = {(row["department_key"], row["activity_date"]): row["parent_key"] for row in tree.iter_rows(named=True)}
    rows = []
    for key, day in parents:
        here = key
        while here is not None and here not in wave_of:
            here = parents.get((here, day))
        rows.append((key, day, wave_of.get(here) if here else None))
    schema = {"department_key": pl.String, "activity_date": pl.Date, "rollout_wave": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _tenures(raw: Raw, days: pl.DataFrame) -> dict[tuple[str, date], date]:
    """Since when each person has been on the rolls without a gap, on every day of the facts."""
    spans = raw.newest("org_assignments").select(
        "employee_number_key",
        pl.col("valid_from").str.to_date(strict=False).fill_null(date(1900, 1, 1)),
        pl.col("valid_to").str.to_date(strict=False).fill_null(FOREVER),
    )
    found = {}
    for (person,), posts in spans.sort("valid_from").partition_by("employee_number_key", as_dict=True).items():
        tenures: list[list[date]] = []
        for _, begins, ends in posts.iter_rows():
            if tenures and begins <= tenures[-1][1] + timedelta(days=1):
                tenures[-1][1] = max(tenures[-1][1], ends)
            else:
                tenures.append([begins, ends])
        for begins, ends in tenures:
            for day in days["activity_date"]:
                if begins <= day <= ends:
                    found[person, day] = begins
    return found
