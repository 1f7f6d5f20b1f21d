"""`python -m bench.people`: 20,000 people and five years of days, from raw tables to people per department and day."""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.ingest.peer_environment import peer_python
from bench.people.world import export, fill
from pipelines.common.shipped import SQL_DIR
from pipelines.warehouse.connection import connect
from pipelines.warehouse.models.model import load_project
from pipelines.warehouse.models.runner import run_model

LAST = date(2026, 3, 31)
LAST_MODEL = "int_person_days"
# The days of the facts are no people models.
BEFORE = ("int_report_days", "int_copilot_days", "int_measure_days", "int_days")
QUESTION = """
    select sum(weight) from (
        select s.department_key, d.activity_date, sum(s.weight) as weight
        from intermediate.int_person_department_spans as s
        inner join intermediate.int_days as d on s.span_from <= d.activity_date and d.activity_date <= s.span_to
        where s.organisation_view = 'as_was'
        group by s.department_key, d.activity_date
    )
"""
EXPLODED = "create or replace temp table person_days as select * from intermediate.int_person_days"


def main() -> None:
    """Measure the rebuild, the question and the exploded days; then the peer on a part of the people."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=20_000)
    options.add_argument("--years", type=int, default=5)
    options.add_argument("--peer-people", type=int, default=2_000, help="people of the peer; 0 leaves it out")
    options.add_argument("--work", type=Path, help="folder of the database and of the peers' environment")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = asked.work or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        _measure(work, asked.people, asked.years, min(asked.peer_people, asked.people))


def _measure(work: Path, people: int, years: int, peer_people: int) -> None:
    first = date(LAST.year - years, 4, 1)
    project = load_project(SQL_DIR)
    names = _people_models()
    table = Table("step", "seconds", "rows", "per million person-days")
    million = people * ((LAST - first).days + 1) / 1e6
    (work / "people.duckdb").unlink(missing_ok=True)
    with connect(work / "people.duckdb") as con:
        con.execute("set threads = 2")
        fill(con, people, first, LAST)
        for name in project.order:
            if project.models[name].schema == "staging" or name in BEFORE:
                run_model(con, project.models[name])
        total = 0.0
        for name in (name for name in project.order if name in names):
            result = run_model(con, project.models[name])
            total += result.seconds
            table.add_row(name, f"{result.seconds:.2f}", f"{result.row_count or 0:,}", "")
        table.add_row("rebuild of the people models", f"{total:.2f}", "", f"{total / million:.3f}")
        started = time.perf_counter()
        con.execute(QUESTION).fetchall()
        asked = time.perf_counter() - started
        table.add_row("people per department and day", f"{asked:.2f}", "", f"{asked / million:.3f}")
        started = time.perf_counter()
        rows = con.execute(EXPLODED).fetchall()[0][0]
        spent = time.perf_counter() - started
        table.add_row("every person, day and post as a table", f"{spent:.2f}", f"{rows:,}", f"{spent / million:.3f}")
        export(con, work, peer_people, first, LAST)
        ours = con.execute(QUESTION).fetchall()[0][0]
    if peer_people:
        peer = [peer_python(work), str(Path(__file__).with_name("peer.py")), str(work)]
        done = subprocess.run(peer, capture_output=True, text=True, check=True).stdout.split()
        seconds, peer_million = float(done[0]), float(done[1]) / 1e6
        table.add_row(f"pandas, {peer_people:,} people", f"{seconds:.2f}", done[1], f"{seconds / peer_million:.3f}")
        if peer_people == people and abs(float(done[2]) - ours) > 1:
            raise SystemExit(f"pandas finds {done[2]} person-days over all departments, the models {ours}.")
    Console().print(table)


def _people_models() -> set[str]:
    """Everything between the days of the facts and int_person_days."""
    project = load_project(SQL_DIR)
    found: set[str] = set()

    def visit(name: str) -> None:
        model = project.models[name]
        if model.schema == "intermediate" and name not in BEFORE and name not in found:
            found.add(name)
            for table in model.depends_on:
                schema, above = table.split(".")
                if schema != "raw":
                    visit(above)

    visit(LAST_MODEL)
    return found


if __name__ == "__main__":
    main()
