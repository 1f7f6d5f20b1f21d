"""`python -m bench.habit`: weekly segments of 6,000 people over 260 weeks, ours and those of vivainsights."""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from bench.habit.weeks import write_weeks
from bench.ingest.peer_environment import peer_python
from bench.ingest.processes import Cost, run_step

REQUIREMENTS = Path(__file__).resolve().parents[1] / "requirements-habit.txt"
PACKAGE = "bench.habit"
console = Console(width=110)


def main() -> None:
    """Make the weeks, classify them on both sides, demand the same segments where the definitions agree."""
    options = argparse.ArgumentParser(prog="python -m bench.habit", description=__doc__)
    options.add_argument("--people", type=int, default=6_000)
    options.add_argument("--weeks", type=int, default=260)
    options.add_argument("--repeat", type=int, default=1, help="runs of each side, of which the median counts")
    options.add_argument("--work", type=Path, help="folder of the weeks, the results and the peer's environment")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = asked.work or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        write_weeks(work / "weeks.parquet", asked.people, asked.weeks)
        python = peer_python(work, REQUIREMENTS)
        ours, theirs = [], []
        for _ in range(asked.repeat):
            (work / "habits.duckdb").unlink(missing_ok=True)
            ours.append(_run(work, "own", "ours.parquet", sys.executable))
            theirs.append(_run(work, "peer", "theirs.parquet", python))
        _print_costs(_median(ours), _median(theirs))
        compare(work / "ours.parquet", work / "theirs.parquet")


def _run(work: Path, module: str, result: str, python: str) -> Cost:
    options = {"root": work, "weeks": work / "weeks.parquet", "result": work / result}
    return run_step(module, "segments", options, python, package=PACKAGE)


def _median(costs: list[Cost]) -> Cost:
    middle = statistics.median_low([cost.extra["build_seconds"] for cost in costs])
    return next(cost for cost in costs if cost.extra["build_seconds"] == middle)


def _print_costs(ours: Cost, theirs: Cost) -> None:
    table = Table(title=f"Weekly segments, {theirs.rows:,} person-weeks", title_justify="left")
    table.add_column("side")
    for name in ("s", "processor s", "person-weeks/s", "peak MB"):
        table.add_column(name, justify="right")
    for name, cost in (("int_person_habits", ours), ("vivainsights", theirs)):
        seconds, cpu = cost.extra["build_seconds"], cost.extra["build_cpu"]
        table.add_row(name, f"{seconds:.2f}", f"{cpu:.2f}", f"{cost.rows / seconds:,.0f}", f"{cost.peak_mb:,.0f}")
    console.print(table)
    for name, key in (("elapsed", "build_seconds"), ("in processor time", "build_cpu")):
        console.print(f"vivainsights takes {theirs.extra[key] / ours.extra[key]:.1f} times as long, {name}")


def compare(ours: Path, theirs: Path) -> None:
    """Stop unless both sides agree on everybody who is not too new and on every week that can be judged."""
    with duckdb.connect() as con:
        con.execute(
            "create view both_sides as select o.segment as ours, t.segment as theirs, t.target_metric_l12w as mean, "
            f"""o."PersonId" as person, o."MetricDate" as week
            from '{ours}' as o full join '{theirs}' as t
            on o."PersonId" = t."PersonId" and o."MetricDate" = cast(t."MetricDate" as date)"""
        )
        unpaired = _one(con, "select count(*) from both_sides where person is null or theirs is null")
        judged = _one(con, "select count(*) from both_sides where ours not in ('too_new')")
        different = con.execute(
            "select ours, theirs, count(*), min(mean), max(mean) from both_sides "
            "where ours not in ('too_new') and ours <> theirs group by all"
        ).fetchall()
        console.print(f"{judged:,} person-weeks are judged by both")
        if unpaired or different or not judged:
            raise SystemExit(f"The segments differ: {unpaired} without a counterpart, {different}")
        console.print("In all of them the segments are the same.")
        for segment, count in con.execute(
            "select coalesce(theirs, 'none'), count(*) from both_sides where ours = 'too_new' or ours is null "
            "group by all order by all"
        ).fetchall():
            console.print(f"Not judged by us (less than 12 weeks on the rolls or of data), {segment} there: {count:,}")
        edge = _one(con, "select count(*) from both_sides where ours = 'power' and mean = 15")
        console.print(f"At exactly 15 a week, power with >= and not with >: {edge:,}")


def _one(con: duckdb.DuckDBPyConnection, query: str) -> int:
    return con.execute(query).fetchall()[0][0]


if __name__ == "__main__":
    main()
