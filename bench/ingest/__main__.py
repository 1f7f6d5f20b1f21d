"""`python -m bench.ingest`: fetch, land and load beside DuckDB, dlt and pandas; a day with a long past."""

from __future__ import annotations

import argparse
import dataclasses
import json
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.ingest.box_bytes import EVENTS_A_DAY, BoxBytes
from bench.ingest.peer_environment import peer_python
from bench.ingest.processes import Cost, run_step
from bench.ingest.teams_bytes import teams_day
from pipelines.simulator.server import ServerConfig, Simulator
from pipelines.simulator.world import World, WorldConfig

FIRST = date(2026, 6, 1)
MONTH, THREE_YEARS = 31, 1096
NEW_DAYS = 5
HISTORY_EVENTS_A_DAY = 5_000
BOX, TEAMS = "Box events", "Teams reports"
NAMES = {BOX: ("box", "events"), TEAMS: ("graph", "teams_user_activity")}
console = Console(width=130, stderr=False)


def main() -> None:
    """Make the bytes, run every step in a process of its own, print tables, write the figures where asked."""
    asked = _options()
    work = Path(tempfile.mkdtemp(prefix="katsuyo-bench-", dir=asked.work))
    try:
        results = {
            "options": vars(asked) | {"work": None, "json": None},
            "ingest": _ingest(asked, work),
            "fetch": _fetch(asked, work) if asked.fetch_days else [],
            "history": _history(asked, work) if asked.history else [],
        }
    finally:
        shutil.rmtree(work, ignore_errors=True)
    if asked.json:
        asked.json.write_text(json.dumps(results, indent=1, default=str), encoding="utf-8")


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(prog="python -m bench.ingest", description=__doc__)
    options.add_argument("--full", action="store_true", help="5 million events, 365 days of reports")
    options.add_argument("--events", type=int, default=500_000, help="Box events (default: %(default)s)")
    options.add_argument("--days", type=int, default=60, help="days of Teams reports (default: %(default)s)")
    options.add_argument("--staff", type=int, default=6000, help="users in a Teams report (default: %(default)s)")
    options.add_argument("--peer-events", type=int, default=100_000, help="of these, how many dlt and pandas get")
    options.add_argument("--peer-days", type=int, default=20, help="of the reports, how many dlt and pandas get")
    options.add_argument("--no-peers", dest="peers", action="store_false", help="leave dlt and pandas out")
    options.add_argument("--no-history", dest="history", action="store_false", help="leave the long past out")
    options.add_argument("--fetch-days", type=int, default=3, help="days fetched over HTTP (0: none)")
    options.add_argument("--repeat", type=int, default=1, help="runs of each step, of which the median counts")
    options.add_argument("--work", type=Path, help="an existing folder for the bytes (default: the system's)")
    options.add_argument("--json", type=Path, help="write all figures to this file")
    asked = options.parse_args()
    if asked.full:
        asked.events, asked.days = 5_000_000, 365
    return asked


def _ingest(asked: argparse.Namespace, work: Path) -> list[dict[str, Any]]:
    """Land and load beside the limits and the peers, on the same bytes."""
    events = BoxBytes()
    box_days = max(1, round(asked.events / EVENTS_A_DAY))
    box = _written(work / "box", box_days, lambda day: events.day(day, asked.events // box_days))
    teams = _written(work / "teams", asked.days, lambda day: teams_day(day, asked.staff))
    found = []
    for title, paths, limits, peers, peer_days in (
        *((BOX, box, ("limit_box", "limit_box_columns"), ("dlt_box", "pandas_box"), None),),
        *((TEAMS, teams, ("limit_csv",), ("dlt_teams", "pandas_teams"), asked.peer_days),),
    ):
        source, dataset = NAMES[title]
        size = sum(path.stat().st_size for path in paths)
        share = paths[: peer_days or max(1, asked.peer_events // EVENTS_A_DAY)]
        runs: dict[str, list[Cost]] = {}
        for number in range(asked.repeat):
            root = _fresh(work / f"{dataset}{number}")
            options = {"root": str(root), "source": source, "dataset": dataset}
            runs.setdefault("land", []).append(run_step("own", "land", options | {"paths": paths}))
            runs.setdefault("load", []).append(run_step("own", "load", options))
            for step in limits:
                runs.setdefault(step, []).append(run_step("own", step, {"root": str(root), "paths": paths}))
            if asked.peers:
                python = peer_python(work)
                for step in peers:
                    cost = run_step("peers", step, {"root": str(root), "paths": share}, python)
                    runs.setdefault(step, []).append(cost)
            shutil.rmtree(root)
        median = {name: _median(costs) for name, costs in runs.items()}
        found.append({"title": title, "bytes": size, "steps": {n: dataclasses.asdict(c) for n, c in median.items()}})
        _print_ingest(title, size, median)
    return found


def _print_ingest(title: str, size: int, costs: dict[str, Cost]) -> None:
    ours = _together(costs["land"], costs["load"])
    table = Table(title=f"{title}: {ours.rows:,} rows, {size / 1e6:,.0f} MB", title_justify="left")
    table.add_column("step")
    headings = ("rows", "s", "processor s", "rows/s", "peak MB", "land + load takes", "in processor time")
    for name in headings:
        table.add_column(name, justify="right")
    for name, cost in {"land": costs["land"], "load": costs["load"], "land + load": ours, **costs}.items():
        ratios = ["", ""]
        if name not in ("land", "load", "land + load"):
            ratios = [
                _ratio(ours.seconds / ours.rows, cost.seconds / cost.rows),
                _ratio(ours.cpu_seconds / ours.rows, cost.cpu_seconds / cost.rows),
            ]
        figures = (f"{cost.seconds:.2f}", f"{cost.cpu_seconds:.2f}", f"{cost.rows / cost.seconds:,.0f}")
        table.add_row(name, f"{cost.rows:,}", *figures, f"{cost.peak_mb:,.0f}", *ratios)
    console.print(table)


def _ratio(ours: float, other: float) -> str:
    return f"{ours / other:.2f} x" if ours >= other else f"1/{other / ours:.1f}"


def _fetch(asked: argparse.Namespace, work: Path) -> list[dict[str, Any]]:
    """The real clients over HTTP. The ward's services share the machine and are slower than the clients."""
    days = [FIRST + timedelta(days=offset) for offset in range(asked.fetch_days)]
    world = World.build(
        WorldConfig(seed=1, staff=asked.staff, first_day=days[0] - timedelta(days=1), last_day=days[-1])
    )
    now = datetime.combine(days[-1] + timedelta(days=9), datetime.min.time(), UTC)
    table = Table(title=f"Fetch and all, {asked.fetch_days} days of a ward of {asked.staff}", title_justify="left")
    for name in (
        "source",
        "rows",
        "fetch s",
        "processor s",
        "rows/s",
        "peak MB",
        "land s",
        "load s",
        "rows/s with all",
    ):
        table.add_column(name, justify="left" if name == "source" else "right")
    found = []
    with Simulator(world, ServerConfig(now=now, unlimited_history=True)) as ward:
        for title, step in ((BOX, "fetch_box"), (TEAMS, "fetch_teams")):
            source, dataset = NAMES[title]
            root = _fresh(work / step)
            options = {"root": root, "days": days, "values": ward.settings(), "now": now.isoformat()}
            run_step("own", step, options)  # the ward renders a day when it is first asked for: that is not ours
            fetch = run_step("own", step, options)
            paths = sorted((root / f"{source}_{dataset}").glob("*.fetched"))
            own = {"root": root, "source": source, "dataset": dataset}
            land = run_step("own", "land", own | {"paths": paths})
            load = run_step("own", "load", own)
            whole = fetch.seconds + land.seconds + load.seconds
            figures = (f"{fetch.seconds:.2f}", f"{fetch.cpu_seconds:.2f}", f"{fetch.rows / fetch.seconds:,.0f}")
            table.add_row(
                *(title, f"{fetch.rows:,}", *figures, f"{fetch.peak_mb:,.0f}"),
                *(f"{land.seconds:.2f}", f"{load.seconds:.2f}", f"{fetch.rows / whole:,.0f}"),
            )
            found.append({"title": title, **{n: dataclasses.asdict(c) for n, c in zip(
                ("fetch", "land", "load"), (fetch, land, load), strict=True)}})  # fmt: skip
    console.print(table)
    return found


def _history(asked: argparse.Namespace, work: Path) -> list[dict[str, Any]]:
    """Land and load one day more, after a month and after three years."""
    events = BoxBytes(seed=2)
    table = Table(title="One more day (land + load), median of five", title_justify="left")
    for name in (
        "source",
        "days before",
        "rows before",
        "s",
        "processor s",
        "MB read",
        "MB written",
        "peak MB",
        "to a month",
        "in processor time",
    ):
        table.add_column(name, justify="left" if name == "source" else "right")
    found = []
    for title, make in (
        (BOX, lambda day: events.day(day, HISTORY_EVENTS_A_DAY)),
        (TEAMS, lambda day: teams_day(day, asked.staff)),
    ):
        source, dataset = NAMES[title]
        paths = _written(work / f"history_{dataset}", NEW_DAYS + 2, make)
        first: tuple[float, float] | None = None
        for days in (MONTH, THREE_YEARS):
            root = _fresh(work / f"{dataset}_{days}")
            options = {"root": root, "source": source, "dataset": dataset}
            before = run_step("history", "build", options | {"path": paths[0], "days": days})
            # The first of the new days also finds what the copying left to be tidied up.
            run_step("own", "one_more_day", options | {"paths": paths[1:2]})
            cost = run_step("own", "one_more_day", options | {"paths": paths[2:]})
            seconds, cpu, read, written = (statistics.median(values) for values in cost.extra.values())
            first = first or (seconds, cpu)
            table.add_row(
                *(title, f"{days:,}", f"{before.rows:,}", f"{seconds:.3f}", f"{cpu:.3f}"),
                *(f"{read:.1f}", f"{written:.1f}", f"{cost.peak_mb:,.0f}"),
                *(f"{seconds / first[0]:.2f} x", f"{cpu / first[1]:.2f} x"),
            )
            found.append({"title": title, "days": days, "rows": before.rows, "cost": dataclasses.asdict(cost)})
            shutil.rmtree(root)
    console.print(table)
    return found


def _written(folder: Path, days: int, make: Callable[[date], bytes]) -> list[Path]:
    folder.mkdir()
    paths = [folder / f"{FIRST + timedelta(days=offset)}.raw" for offset in range(days)]
    for path in paths:
        path.write_bytes(make(date.fromisoformat(path.stem)))
    return paths


def _fresh(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _median(costs: list[Cost]) -> Cost:
    return sorted(costs, key=lambda cost: cost.seconds)[len(costs) // 2]


def _together(*costs: Cost) -> Cost:
    return Cost(
        rows=costs[0].rows,
        seconds=sum(cost.seconds for cost in costs),
        cpu_seconds=sum(cost.cpu_seconds for cost in costs),
        peak_mb=max(cost.peak_mb for cost in costs),
        extra={},
    )


if __name__ == "__main__":
    sys.exit(main())
