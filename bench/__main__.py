"""`python -m bench`: the way of the data into the warehouse, beside DuckDB reading the same bytes."""

from __future__ import annotations

import argparse
import asyncio
import resource
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from pipelines.landing.intake import Intake
from pipelines.landing.store import Landing
from pipelines.privacy.minimise import Minimiser
from pipelines.privacy.places import Places
from pipelines.privacy.pseudonym import Pseudonymiser
from pipelines.privacy.vault import Vault
from pipelines.simulator.server import ServerConfig, Simulator
from pipelines.simulator.world import World, WorldConfig
from pipelines.sources.answer import Answer, Parser
from pipelines.sources.box.client import BoxConfig, BoxSource
from pipelines.sources.box.records import parse_events
from pipelines.sources.graph.client import GraphConfig, GraphSource
from pipelines.sources.graph.parse import parse_report
from pipelines.sources.graph.reports import REPORTS
from pipelines.warehouse.connection import connect
from pipelines.warehouse.load import load_dataset

FIRST = date(2026, 6, 1)
BOX_COLUMNS = (
    "{event_id: 'VARCHAR', event_type: 'VARCHAR', created_at: 'VARCHAR', ip_address: 'VARCHAR', created_by: 'JSON', "
    "action_by: 'JSON', accessible_by: 'JSON', source: 'JSON', additional_details: 'JSON'}"
)


@dataclass
class Stopwatch:
    """Seconds by step."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str):
        started = time.perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - started


def main() -> None:
    """Measure both sources and print one table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--staff", type=int, default=6000)
    options.add_argument("--days", type=int, default=10)
    asked = options.parse_args()
    days = [FIRST + timedelta(days=offset) for offset in range(asked.days)]
    world = World.build(
        WorldConfig(seed=1, staff=asked.staff, first_day=days[0] - timedelta(days=1), last_day=days[-1])
    )
    now = datetime.combine(days[-1] + timedelta(days=9), datetime.min.time(), UTC)
    table = Table(title=f"{asked.staff} staff, {asked.days} days", title_justify="left")
    for name in ("source", "rows", "MB", "fetch s", "land s", "load s", "limit s", "land + load : limit", "rows/s"):
        table.add_column(name, justify="left" if name == "source" else "right")
    with (
        tempfile.TemporaryDirectory() as folder,
        Simulator(world, ServerConfig(now=now, unlimited_history=True)) as ward,
    ):
        values = ward.settings()
        table.add_row(
            *_measure(Path(folder) / "box", _box(values, now), "box", "events", days, parse_events, _limit_box)
        )
        spec = REPORTS["teams_user_activity"]
        table.add_row(
            *_measure(
                Path(folder) / "teams", _teams(values, now), "graph", spec.dataset, days, parse_report(spec), _limit_csv
            )
        )
    console = Console(width=130)
    console.print(table)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    console.print(f"Peak memory of this process (it also holds the ward and its services): {peak:,.0f} MB")


def _box(values: dict[str, str], now: datetime) -> Callable[[list[date]], list[Answer]]:
    config = BoxConfig(
        client_id=values["KATSUYO_BOX_CLIENT_ID"],
        client_secret=values["KATSUYO_BOX_CLIENT_SECRET"],
        enterprise_id=values["KATSUYO_BOX_ENTERPRISE_ID"],
        base_url=values["KATSUYO_BOX_BASE_URL"],
    )

    def fetch(days: list[date]) -> list[Answer]:
        with BoxSource(config) as box:
            return [box.events(day, now) for day in days]

    return fetch


def _teams(values: dict[str, str], now: datetime) -> Callable[[list[date]], list[Answer]]:
    config = GraphConfig(
        tenant_id=values["KATSUYO_TENANT_ID"],
        client_id=values["KATSUYO_CLIENT_ID"],
        client_secret=values["KATSUYO_CLIENT_SECRET"],
        authority=values["KATSUYO_AUTHORITY"],
        base_url=values["KATSUYO_GRAPH_BASE_URL"],
        ca_file=Path(values["KATSUYO_CA_FILE"]),
    )

    async def fetch_all(days: list[date]) -> list[Answer]:
        async with GraphSource(config) as graph:
            return [await graph.report(REPORTS["teams_user_activity"], day, now) for day in days]

    return lambda days: asyncio.run(fetch_all(days))


def _measure(
    root: Path,
    fetch: Callable[[list[date]], list[Answer]],
    source: str,
    dataset: str,
    days: list[date],
    parse: Parser,
    limit: Callable[[list[Path]], None],
) -> list[str]:
    watch = Stopwatch()
    fetch(days)  # the ward renders a day when it is first asked for: that is not ours
    with watch.step("fetch"):
        answers = fetch(days)
    landing = Landing(root / "landing")
    intake = Intake(landing, Vault(root / "vault", bytes(32)), Minimiser(Pseudonymiser(bytes(32)), Places([])))
    with watch.step("land"):
        rows = sum(intake.take(answer, parse).landed.revision.row_count for answer in answers)
    with connect(root / "warehouse.duckdb") as con, watch.step("load"):
        load_dataset(con, landing, source, dataset)
    files = []
    for answer in answers:
        path = root / f"{answer.day}.raw"
        path.write_bytes(answer.body)
        files.append(path)
    with watch.step("limit"):
        limit(files)
    seconds = watch.seconds
    ours = seconds["land"] + seconds["load"]
    size = sum(len(answer.body) for answer in answers) / 1e6
    whole = ours + seconds["fetch"]
    return [
        f"{source} {dataset}",
        f"{rows:,}",
        f"{size:,.0f}",
        *(f"{seconds[name]:.2f}" for name in ("fetch", "land", "load", "limit")),
        f"{ours / seconds['limit']:.1f}",
        f"{rows / whole:,.0f}",
    ]


def _limit_box(files: list[Path]) -> None:
    paths = [str(path) for path in files]
    with duckdb.connect(str(files[0].with_name("limit.duckdb"))) as con:
        con.execute(
            f"create table t as select * from read_json($paths, format = 'newline_delimited', columns = {BOX_COLUMNS})",
            {"paths": paths},
        )


def _limit_csv(files: list[Path]) -> None:
    with duckdb.connect(str(files[0].with_name("limit.duckdb"))) as con:
        con.execute(
            "create table t as select * from read_csv($paths, header = true, all_varchar = true)",
            {"paths": [str(path) for path in files]},
        )


if __name__ == "__main__":
    main()
