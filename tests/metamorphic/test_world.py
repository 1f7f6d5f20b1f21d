"""What must happen to the figures when the world around the people changes: other names, another day, told twice."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import duckdb
import polars as pl
import pytest

from tests.differential.messy_ward import DAYS
from tests.metamorphic.warehouses import KEY, Change, Marts, beside, columns_of, marts_after, metrics

REPORTS = ("graph_teams_user_activity", "graph_teams_device_usage", "graph_email_activity",
           "graph_onedrive_activity", "graph_sharepoint_activity", "graph_m365_app_users")  # fmt: skip
EVENTS = ("graph_sign_ins", "box_events")


def test_other_names_of_departments_change_only_names(before: Marts) -> None:
    after = marts_after(
        lambda con: con.execute("update raw.org_departments set department_name = '新' || department_code") and None
    )
    for name, table in before.items():
        numbers = [column for column in table.columns if not column.startswith("department_name")]
        assert table.select(numbers).equals(after[name].select(numbers)), name
    names = after["dim_department"].filter(pl.col("department_key") == "0101")
    assert names["department_name"].to_list() == ["新0101"]
    assert not before["dim_department"].equals(after["dim_department"])


def _in_another_order(con: duckdb.DuckDBPyConnection) -> None:
    """The same rows the other way round, read by more threads: sums of shares must not depend on who adds first."""
    con.execute("set threads = 4")
    tables = con.execute("select table_name from duckdb_tables() where schema_name = 'raw'").fetchall()
    for (table,) in tables:
        con.execute(f"create or replace table raw.{table} as select * from raw.{table} as t order by hash(t::varchar)")


def test_rows_in_another_order_change_no_digit(before: Marts) -> None:
    after = marts_after(_in_another_order)
    for name, table in before.items():
        assert table.equals(after[name]), name


def _told_twice(con: duckdb.DuckDBPyConnection) -> None:
    """Every row of every report and every sign-in again, as a service may."""
    for table in (*REPORTS, "graph_sign_ins", "graph_users", "box_users"):
        columns = ", ".join(columns_of(table))
        con.execute(f"insert into raw.{table} ({columns}) select {columns} from raw.{table}")


def _noise(con: duckdb.DuckDBPyConnection) -> None:
    """Machine work, failed sign-ins and strangers, in masses."""
    con.execute(
        "insert into raw.box_events by name select * replace ('noise-' || event_id as event_id, "
        "'CONTENT_ACCESS' as event_type) from raw.box_events"
    )
    con.execute(
        "insert into raw.graph_sign_ins by name select * replace ('noise-' || id as id, '50126' as error_code) "
        "from raw.graph_sign_ins"
    )
    con.execute(
        "insert into raw.graph_teams_user_activity by name select * replace ('no-' || user_id_key as user_id_key, "
        "'no-' || user_principal_name_key as user_principal_name_key) from raw.graph_teams_user_activity"
    )


@pytest.mark.parametrize("change", [_told_twice, _noise])
def test_what_must_not_count_changes_no_figure(before: Marts, change: Change) -> None:
    cells = beside(before, marts_after(change))
    for name in ("numerator", "denominator", "rate", "interval_low", "interval_high", "coverage_share", "is_final"):
        assert cells.filter(~pl.col(name).eq_missing(pl.col(f"{name}_after"))).is_empty(), name


def _traces_lost(con: duckdb.DuckDBPyConnection) -> None:
    """Of nearly a fifth of all people's days every trace is gone."""
    for table, account, instant in (
        ("graph_sign_ins", "user_id_key", "cast(created_date_time as timestamp)"),
        ("box_events", "actor_id_key", "created_at"),
    ):
        day = f"cast({instant} + interval 9 hour as date)"
        lost = f"md5(regexp_extract(coalesce({account}, ''), 'p[0-9]+') || {day}) < '2e'"  # 46 of 256
        con.execute(f"delete from raw.{table} where {lost}")


def test_lost_traces_widen_the_bounds_around_the_same_rate(before: Marts) -> None:
    """Known telework is the least there was, known telework and all unknown days together the most."""
    cells = beside(before, marts_after(_traces_lost)).filter(pl.col("segment_kind") == "all")
    covered = cells.filter(pl.col("metric_id") == "telework_coverage", pl.col("numerator").is_not_null())
    rates = cells.filter(pl.col("metric_id") == "telework_day_rate", pl.col("numerator").is_not_null())
    where = ["department_key", "period_kind", "period_start"]
    both = rates.join(covered.select(*where, known_after="numerator_after"), on=where)
    most = pl.col("numerator_after") + pl.col("denominator_after") - pl.col("known_after")
    assert both.select((pl.col("numerator_after") <= pl.col("numerator") + 1e-6).all()).item()
    assert both.select((pl.col("numerator") <= most + 1e-6).all()).item()
    assert covered.select((pl.col("numerator_after") <= pl.col("numerator") + 1e-6).all()).item()
    lost = 1 - covered["numerator_after"].sum() / covered["numerator"].sum()
    assert 0.1 < lost < 0.25
    assert both.select((pl.col("numerator_after") < pl.col("numerator")).sum()).item() > 30


def _settled(con: duckdb.DuckDBPyConnection) -> None:
    """Every day known, everyone in the post of the first day, nothing done on closed days or in the last week."""
    con.execute("delete from raw.landing_days")
    datasets = [*(("graph", name.removeprefix("graph_")) for name in (*REPORTS, "graph_sign_ins")), ("box", "events")]
    for source, dataset in datasets:
        con.execute(
            "insert into raw.landing_days (source, dataset, _day, status, fetched_at) "
            "select ?, ?, date_day, 'accepted', timestamp '2026-05-30' from raw.calendar "
            "where date_day between ? and ?",
            [source, dataset, DAYS[0] - timedelta(1), DAYS[-1]],
        )
    con.execute("delete from raw.org_assignments where valid_from > '2026-01-01'")
    con.execute("update raw.org_assignments set valid_to = ''")
    closed = "(select date_day from raw.calendar where not is_working_day) "
    for table in REPORTS:
        con.execute(f"delete from raw.{table} where _day in {closed} or _day > ?", [LAST_BUSY])
    instants = {"graph_sign_ins": "cast(created_date_time as timestamp)", "box_events": "created_at"}
    for table, instant in instants.items():
        tokyo = f"cast({instant} + interval 9 hour as date)"
        con.execute(f"delete from raw.{table} where {tokyo} in {closed} or {tokyo} > ?", [LAST_BUSY])

    con.execute(
        "create temp table copilot_uses as select distinct user_principal_name_key as holder, used_on "
        "from raw.graph_copilot_usage, (select unnest(range(?::date, ?::date, interval 1 day))::date as used_on) "
        f"where hash(holder || used_on) % 3 = 0 and used_on not in {closed}",
        [DAYS[0], LAST_BUSY],
    )
    _write_copilot_reports(con)


LAST_BUSY = date(2026, 4, 13)


def _write_copilot_reports(con: duckdb.DuckDBPyConnection) -> None:
    """A report of every day, asked for two days later, and one more when all is over."""
    con.execute("create or replace temp table holders as select distinct holder from copilot_uses")
    con.execute("delete from raw.graph_copilot_usage")
    con.execute(
        "insert into raw.graph_copilot_usage "
        "(_day, report_refresh_date, user_principal_name_key, last_activity_date) "
        "select told_on + 2, told_on::varchar, holder, "
        "(select max(used_on)::varchar from copilot_uses as u where u.holder = h.holder and u.used_on <= told_on) "
        "from holders as h, (select unnest(range(?::date, ?::date, interval 1 day))::date as told_on)",
        [DAYS[0], DAYS[-1] + timedelta(days=5)],
    )


def _a_working_day_later(con: duckdb.DuckDBPyConnection) -> None:
    """The settled ward, and whatever was done on a working day is done on the next one, at the same time."""
    _settled(con)
    con.execute(
        "create temp table later as select date_day, "
        "cast(lead(date_day) over (order by date_day) - date_day as integer) as days "
        "from raw.calendar where is_working_day"
    )
    for table in REPORTS:
        con.execute(f"update raw.{table} as t set _day = t._day + l.days from later as l where t._day = l.date_day")
    con.execute(
        "update raw.graph_sign_ins as t set _day = t._day + l.days, created_date_time = strftime("
        "cast(t.created_date_time as timestamp) + to_days(l.days), '%Y-%m-%dT%H:%M:%SZ') from later as l "
        "where cast(cast(t.created_date_time as timestamp) + interval 9 hour as date) = l.date_day"
    )
    con.execute(
        "update raw.box_events as t set _day = t._day + l.days, created_at = t.created_at + to_days(l.days) "
        "from later as l where cast(t.created_at + interval 9 hour as date) = l.date_day"
    )
    con.execute(
        "update copilot_uses as u set used_on = u.used_on + l.days from later as l where u.used_on = l.date_day"
    )
    _write_copilot_reports(con)


def test_everything_a_working_day_later_moves_the_series_by_it() -> None:
    before, after = marts_after(_settled), marts_after(_a_working_day_later)
    first, later = before["fct_department_days"], after["fct_department_days"]
    working = sorted(first.filter("is_working_day")["activity_date"].unique())
    following = dict(pairwise(working))
    key = ["department_key", "activity_date"]
    moved = first.filter(pl.col("activity_date").is_in([*following])).with_columns(
        pl.col("activity_date").replace_strict(following)
    )
    days = moved.join(later, on=key, suffix="_after")
    assert len(days) == len(moved)
    counted = [name for name in first.columns if name.endswith(("_people", "_count", "_minutes", "_days"))]
    assert len(counted) > 20
    for name in counted:
        wrong = days.filter(~pl.col(name).eq_missing(pl.col(f"{name}_after")))
        assert wrong.is_empty(), wrong.select(*key, name, f"{name}_after")
    assert sum((days[name] > 0).sum() for name in counted) > 500
    # And it did move: the day itself is another than before.
    still = first.join(later, on=key, suffix="_after")
    assert still.select((pl.col("chat_active_people") != pl.col("chat_active_people_after")).sum()).item() > 50
    cells = metrics(before).filter(pl.col("period_kind") == "day", pl.col("period_start").is_in([*following]))
    cells = cells.with_columns(pl.col("period_start").replace_strict(following))
    both = cells.join(metrics(after), on=KEY, suffix="_after")
    assert len(both) == len(cells) > 0
    assert both.filter(~pl.col("rate").eq_missing(pl.col("rate_after"))).is_empty()
