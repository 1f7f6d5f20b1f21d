"""bench/rebuild: the made facts reach every metric of reports, places and files, and newcomers the newest days. No time
is judged.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from bench.rebuild.facts import fill_all
from bench.rebuild.new_day import hire
from pipelines.warehouse.connection import connect
from pipelines.warehouse.models.runner import run_all
from tests.project import PROJECT

LAST = date(2026, 3, 31)


def test_the_made_facts_are_those_the_models_count(tmp_path: Path) -> None:
    with connect(tmp_path / "warehouse.duckdb") as con:
        fill_all(con, 60, date(2026, 1, 5), LAST, 3_000)
        run_all(con, PROJECT)
        told = con.execute(
            "select distinct metric_id from marts.rpt_department_metrics where department_key = 'ALL' and value > 0"
        ).fetchall()
        events, days = con.execute(
            "select (select count(*) from raw.box_events), "
            "(select count(*) from intermediate.int_person_day_activity where chat_messages_count > 0)"
        ).fetchall()[0]
        hire(con, LAST, people=2)
        made = run_all(con, PROJECT, full_refresh=False)
    assert made["int_person_graph_days"].since is not None
    assert made["int_person_graph_days"].since >= LAST - timedelta(days=2)
    assert events == 3_000
    assert days > 500
    assert {
        "chat_reach", "meeting_reach", "telework_reach", "mobile_reach", "files_reach", "desktop_apps_reach",
        "box_reach",
        "external_outbound_files", "external_inbound_files", "habit_share",
    } <= {metric_id for (metric_id,) in told}  # fmt: skip
