"""The published metrics: the cells of the mart under the disclosure rule, as a table and as Parquet files.

Only periods that changed are judged and written again. What does not belong here: which cells are hidden
(privacy/disclosure.py), the other tables of the published file (published_file.py), the metrics of today's organisation
(metrics_today.py).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from pipelines.common.durable import replacing, sweep
from pipelines.common.periods import first_reached, fiscal_year_start
from pipelines.privacy.disclosure import DROPPED, JUDGED_BY, judge_cells, safe_cells_condition, without_hidden_figures
from pipelines.warehouse.increment.incremental_copy import PERIOD, clear_range, range_condition

METRICS = "marts.rpt_department_metrics"
# Reach at equal days is a sum of probabilities, told to a tenth of a point and without them; below 部 it is not told.
_IS_EQUAL_DAYS = "metric_id in (select metric_id from staging.stg_run__tool_metrics where family = 'equal_days')"
_IS_UPPER_LEVEL = "department_key in (select department_key from intermediate.int_home_ancestors where is_upper_level)"
_ROUNDED = ("rate", "interval_low", "interval_high", "value", "bound_low", "bound_high")
_ORDER = "department_key, period_kind, period_start, segment_kind, segment, metric_id"


def _told(condition: str) -> str:
    """The cells of the mart under `condition` in the form in which they are told, with their place (`cell`)."""
    rounded = ", ".join(f"case when e.is_equal then round({one}, 3) else {one} end as {one}" for one in _ROUNDED)
    return f"""
        select
            * exclude (is_equal) replace (case when not e.is_equal then numerator end as numerator, {rounded})
        from (select rowid as cell, {_IS_EQUAL_DAYS} as is_equal, * from {METRICS} where {condition}) as e
        where not e.is_equal or {_IS_UPPER_LEVEL}
    """


def _hidden_cells(con: duckdb.DuckDBPyConnection, min_group: int, condition: str) -> pl.DataFrame:
    """The cells under `condition` that are not shown as they are, as they are shown; `cell` is their place in the mart.

    Of the cells that need a judgement only what it rests on is read, and whole cells of the few that it changes. No
    rule compares cells of two periods, so those of some periods can be judged without the others.
    """
    needs_judgement = f"({safe_cells_condition(min_group)}) is not true and {condition}"
    cells = con.sql(f"select cell, {', '.join(JUDGED_BY)} from ({_told(needs_judgement)})").pl()
    judged = judge_cells(cells, min_group).filter(
        pl.col("hidden_reason").is_not_null() | pl.col("hides_denominator") | pl.col("hides_coverage")
    )
    con.register("judged", judged.select("cell", "hidden_reason", "hides_denominator", "hides_coverage"))
    whole = con.sql(
        f"select m.*, j.* exclude (cell) from ({_told(condition)}) as m inner join judged as j using (cell)"
    ).pl()
    con.unregister("judged")
    return without_hidden_figures(whole)


def write_metrics(con: duckdb.DuckDBPyConnection, alias: str, min_group: int, since: date) -> None:
    """Make the rows of the table department_metrics of `alias` that lie on `since` or later."""
    condition, target = clear_range(con, f"{alias}.department_metrics", range_condition(PERIOD, since))
    con.register("hidden", _hidden_cells(con, min_group, condition))
    con.execute(
        f"""
        {target}
        select * exclude (cell, {", ".join(DROPPED)}), false as is_hidden, cast(null as varchar) as hidden_reason
        from ({_told(condition)}) as m where not exists (select 1 from hidden as h where h.cell = m.cell)
        union all by name
        select * exclude (cell) from hidden
        order by {_ORDER}
        """
    )
    con.unregister("hidden")


def write_parquet(con: duckdb.DuckDBPyConnection, alias: str, folder: Path, since: date) -> None:
    """One file per month, rows in order, from the table of `alias`; only those that a change on `since` can reach.

    A file is named by the month in which its periods begin: that of April has the fiscal year too.
    """
    folder.mkdir(exist_ok=True)
    sweep(folder)
    first = first_reached(since)
    table = f"{alias}.department_metrics"
    starts = f"select distinct cast(date_trunc('month', period_start) as date) from {table} order by all"
    names = set()
    for (start,) in con.execute(starts).fetchall():
        name = f"{start:%Y-%m}"
        names.add(f"{name}.parquet")
        path = folder / f"{name}.parquet"
        is_of_a_reached_year = start == fiscal_year_start(start) and start >= first["fiscal_year"]
        if start >= first["month"] or is_of_a_reached_year or not path.exists():
            end = f"date '{start}' + interval '1' month"
            rows = f"from {table} where period_start >= date '{start}' and period_start < {end} order by {_ORDER}"
            with replacing(path) as part:
                con.execute(f"copy ({rows}) to '{part.as_posix()}' (format parquet)")
    for path in folder.glob("*.parquet"):
        if path.name not in names:
            path.unlink()
