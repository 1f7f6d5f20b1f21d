"""`python -m bench.rebuild`: every model and the published files, from years of raw tables, in two threads; then one
day more, with the day before it restated, and people who are new.

Full size: `--people 6000 --years 3 --box-events 20000000` (some 10 GB of disk, minutes to make the raw tables).
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from bench.rebuild import new_day
from bench.rebuild.facts import fill_all
from pipelines.common.shipped import SQL_DIR
from pipelines.warehouse.connection import connect
from pipelines.warehouse.models.model import Project, load_project
from pipelines.warehouse.models.runner import run_model
from pipelines.warehouse.publish.published_file import PublishOptions, publish
from pipelines.warehouse.raw.schema import raw_tables

LAST = date(2026, 3, 31)
SHOWN = 15  # of the slowest models


def main() -> None:
    """Make the raw tables in one process, measure in another, so that its peak memory is its own."""
    options = argparse.ArgumentParser(prog="python -m bench.rebuild", description=__doc__)
    options.add_argument("--people", type=int, default=1_500)
    options.add_argument("--years", type=int, default=1)
    options.add_argument("--box-events", type=int, default=1_600_000)
    options.add_argument(
        "--work", type=Path, help="folder of the warehouse; a warehouse that is there is taken as it is"
    )
    options.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.measure:
        _measure(asked.work)
        return
    with tempfile.TemporaryDirectory() as temporary:
        work = asked.work or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        if not (work / "warehouse.duckdb").exists():
            first = date(LAST.year - asked.years, 4, 1)
            with connect(work / "warehouse.duckdb") as con:
                con.execute("set threads = 2")
                fill_all(con, asked.people, first, LAST, asked.box_events)
        command = [sys.executable, "-m", "bench.rebuild", "--measure", "--work", str(work)]
        subprocess.run(command, check=True)


def _measure(work: Path) -> None:
    project = load_project(SQL_DIR)
    table = Table("step", "seconds", "processor seconds", "rows")
    with connect(work / "warehouse.duckdb") as con:
        con.execute("set threads = 2")
        limit = _timed(lambda: _read_once(con))
        new_day.hold_back(con, LAST)
        _add_models(table, con, project, f"all {len(project.order)} models", full_refresh=True)
    peak_of_models = _peak_gib()
    table.add_row("publish", *_timed(lambda: _publish(work)))
    peak_of_publish = _peak_gib()
    with connect(work / "warehouse.duckdb") as con:
        con.execute("set threads = 2")
        table.add_row("a new day: load", *_timed(lambda: new_day.arrive(con, LAST)))
        _add_models(table, con, project, "a new day: models", full_refresh=False)
    table.add_row("a new day: publish", *_timed(lambda: _publish(work)))
    with connect(work / "warehouse.duckdb") as con:
        con.execute("set threads = 2")
        new_day.hire(con, LAST)
        _add_models(table, con, project, "three newcomers: models", full_refresh=False)
    table.add_row("limit: DuckDB reads every raw row once", *limit)
    Console().print(table, f"peak memory {peak_of_models:.1f} GiB, with publish {peak_of_publish:.1f} GiB", sep="\n")


def _timed(step: Callable[[], object]) -> tuple[str, str]:
    started, busy = time.perf_counter(), time.process_time()
    step()
    return f"{time.perf_counter() - started:.2f}", f"{time.process_time() - busy:.2f}"


def _add_models(
    table: Table, con: duckdb.DuckDBPyConnection, project: Project, title: str, *, full_refresh: bool
) -> None:
    costs = []
    for name in project.order:
        busy = time.process_time()
        result = run_model(con, project.models[name], full_refresh=full_refresh)
        costs.append((result.seconds, time.process_time() - busy, name, result.row_count))
    for seconds, busy, name, rows in sorted(costs, reverse=True)[:SHOWN]:
        table.add_row(name, f"{seconds:.2f}", f"{busy:.2f}", f"{rows or 0:,}")
    table.add_row(title, f"{sum(cost[0] for cost in costs):.2f}", f"{sum(cost[1] for cost in costs):.2f}", "")


def _publish(work: Path) -> None:
    options = PublishOptions("架空の区", LAST, 10, 7_300_000, 200, "bench")
    publish(work / "warehouse.duckdb", work / "published", options)


def _peak_gib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def _read_once(con: duckdb.DuckDBPyConnection) -> None:
    """Every value of every raw table, for a scale: what the models can hardly do without."""
    for name in raw_tables():
        con.execute(f"select bit_xor(hash(t)) from raw.{name} as t")


if __name__ == "__main__":
    main()
