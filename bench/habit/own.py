"""Our side: the model int_person_habits, as it stands, over the made weeks. It does all tools at once; here all but
chat are silent.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import duckdb

from bench.ingest.processes import serve_step
from pipelines.common.shipped import SQL_DIR
from pipelines.warehouse.connection import connect
from pipelines.warehouse.models.model import load_project
from pipelines.warehouse.models.runner import run_all, run_model
from pipelines.warehouse.raw.schema import ensure_raw_tables

MODEL = "int_person_habits"


def segments(root: str, weeks: str, result: str) -> tuple[int, dict[str, Any]]:
    """Fill the tables the model reads, build it, and write PersonId, MetricDate, segment. Told apart: the building."""
    project = load_project(SQL_DIR)
    with connect(Path(root) / "habits.duckdb") as con:
        con.execute("set threads = 2")
        ensure_raw_tables(con)
        run_all(con, project)
        _fill(con, weeks)
        started, started_cpu = time.perf_counter(), time.process_time()
        built = run_model(con, project.models[MODEL])
        spent = {"build_seconds": time.perf_counter() - started, "build_cpu": time.process_time() - started_cpu}
        con.execute(f"""
            copy (
                select person_key as "PersonId", week_start as "MetricDate",
                    case when is_too_new then 'too_new' else tier end as segment
                from intermediate.{MODEL} where tool = 'chat'
            ) to '{result}' (format parquet)
        """)
    return built.row_count or 0, spent


def _fill(con: duckdb.DuckDBPyConnection, weeks: str) -> None:
    """Every week known; everybody on the rolls from the first week on, who was there in the first week for ever."""
    con.execute("create temp table made as select * from read_parquet(?)", [weeks])
    con.execute("""
        insert into intermediate.int_person_periods by name
        select "PersonId" as person_key, 'week' as period_kind, "MetricDate" as period_start,
            date '2000-04-01' as span_from, 1 as spans_count
        from made
    """)
    con.execute("""
        insert into intermediate.int_person_tool_totals by name
        select "PersonId" as person_key, 'week' as period_kind, "MetricDate" as period_start, 'chat' as tool,
            chat_messages_count as actions_count, chat_messages_count > 0 as is_active
        from made
    """)
    con.execute("""
        insert into intermediate.int_person_spans by name
        select "PersonId" as person_key, false as is_absent, date '2999-12-31' as valid_to,
            case when min("MetricDate") = (select min("MetricDate") from made) then date '2000-04-01'
                else min("MetricDate") end as valid_from
        from made group by "PersonId"
    """)
    con.execute("""
        insert into intermediate.int_tool_weeks by name
        with weeks as (select distinct "MetricDate" as week_start from made)
        select tool, week_start, week_start + 6 as week_end, 'known' as week_status, true as is_over,
            least(row_number() over (partition by tool order by week_start), 12) as known_window_weeks_count,
            row_number() over (partition by tool order by week_start) >= 12 as is_window_judged
        from weeks cross join (select unnest(['chat', 'meeting', 'box', 'telework', 'files']) as tool)
    """)


if __name__ == "__main__":
    serve_step({"segments": segments})
