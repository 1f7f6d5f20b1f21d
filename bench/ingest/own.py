"""Our own steps, and DuckDB alone on the same bytes. Each runs in a process of its own, see processes.py."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb

from bench.ingest.processes import serve_step
from pipelines.landing.intake import Intake
from pipelines.landing.store import Landing
from pipelines.privacy.minimise import Minimiser
from pipelines.privacy.places import Places
from pipelines.privacy.pseudonym import Pseudonymiser
from pipelines.privacy.vault import Vault
from pipelines.sources.answer import Answer, Parser
from pipelines.sources.box.client import BoxConfig, BoxSource
from pipelines.sources.box.records import parse_events
from pipelines.sources.graph.client import GraphConfig, GraphSource
from pipelines.sources.graph.parse import parse_report
from pipelines.sources.graph.reports import REPORTS
from pipelines.sources.quota import Quota
from pipelines.warehouse.connection import connect
from pipelines.warehouse.raw.load import load_dataset

TEAMS = REPORTS["teams_user_activity"]
BOX, GRAPH = ("box", "events"), ("graph", TEAMS.dataset)
PARSERS: dict[tuple[str, str], Parser] = {BOX: parse_events, GRAPH: parse_report(TEAMS)}
_NESTED = ("created_by", "action_by", "accessible_by", "source", "additional_details")
_BOX_COLUMNS = ", ".join(
    [f"{name}: 'VARCHAR'" for name in ("event_id", "event_type", "created_at", "ip_address")]
    + [f"{name}: 'JSON'" for name in _NESTED]
)
_READ_BOX = f"read_json($paths, format = 'newline_delimited', columns = {{{_BOX_COLUMNS}}})"
_SAME_COLUMNS = """
    event_id, event_type, created_at::timestamptz as created_at, ip_address,
    created_by->>'id' as actor_id, created_by->>'login' as actor_login, action_by->>'id' as action_by_id,
    coalesce(source->>'item_id', source->>'folder_id', source->>'file_id', source->>'id') as item_id,
    coalesce(source->>'item_name', source->>'folder_name', source->>'file_name') as item_name,
    coalesce(source->>'item_type', source->>'type') as item_type, source->>'$.parent.id' as parent_id,
    source->>'$.owned_by.id' as owner_id, source->>'$.owned_by.login' as owner_login,
    coalesce(accessible_by->>'id', source->>'user_id') as target_id,
    coalesce(accessible_by->>'login', source->>'user_email') as target_login,
    (additional_details->>'size')::bigint as size_bytes, additional_details->>'version_id' as version_id,
    additional_details->>'service_name' as service_name, additional_details->>'shared_link_id' as shared_link_id,
    additional_details->>'role' as collab_role, additional_details->>'is_performed_by_admin' as is_performed_by_admin
"""


def day_of(path: str) -> date:
    return date.fromisoformat(Path(path).stem)


def intake_at(root: Path) -> Intake:
    """An intake with throw-away keys."""
    minimiser = Minimiser(Pseudonymiser(bytes(32)), Places([]))
    return Intake(Landing(root / "landing"), Vault(root / "vault", bytes(32)), minimiser)


def land(root: str, source: str, dataset: str, paths: list[str]) -> int:
    """Days of stored bytes into a landing and a vault."""
    intake, rows = intake_at(Path(root)), 0
    for path in paths:
        day = day_of(path)
        fetched_at = datetime.combine(day, datetime.min.time(), UTC) + timedelta(days=3)
        taken = intake.take(Answer(source, dataset, day, Path(path).read_bytes(), fetched_at), PARSERS[source, dataset])
        if not taken.is_accepted:
            raise SystemExit(f"{path}: {taken.landed.revision.reason}")
        rows += taken.landed.revision.row_count
    return rows


def load(root: str, source: str, dataset: str) -> int:
    """Everything that landed into a new warehouse, closed at the end."""
    with connect(Path(root) / "warehouse.duckdb") as con:
        return load_dataset(con, Landing(Path(root) / "landing"), source, dataset).row_count


def limit_box(root: str, paths: list[str]) -> int:
    """DuckDB alone: nested records stay JSON text, so hardly anything is looked into."""
    return _created(root, "limit", f"select * from {_READ_BOX}", paths)


def limit_box_columns(root: str, paths: list[str]) -> int:
    """DuckDB alone into the columns that we have, nothing checked, keyed or kept."""
    return _created(root, "columns", f"select {_SAME_COLUMNS} from {_READ_BOX}", paths)


def limit_csv(root: str, paths: list[str]) -> int:
    """DuckDB alone, every column text as ours are."""
    return _created(root, "limit", "select * from read_csv($paths, header = true, all_varchar = true)", paths)


def _created(root: str, name: str, query: str, paths: list[str]) -> int:
    with duckdb.connect(str(Path(root) / f"{name}.duckdb")) as con:
        return con.execute(f"create table t as {query}", {"paths": paths}).fetchall()[0][0]


def fetch_box(root: str, days: list[str], values: dict[str, str], now: str) -> int:
    """Days of events from the simulated ward by the real client."""
    config = BoxConfig(
        client_id=values["KATSUYO_BOX_CLIENT_ID"],
        client_secret=values["KATSUYO_BOX_CLIENT_SECRET"],
        enterprise_id=values["KATSUYO_BOX_ENTERPRISE_ID"],
        base_url=values["KATSUYO_BOX_BASE_URL"],
    )
    with BoxSource(config) as box:
        answers = [box.events(date.fromisoformat(day), datetime.fromisoformat(now)) for day in days]
    return _kept(root, answers)


def fetch_teams(root: str, days: list[str], values: dict[str, str], now: str) -> int:
    """The same of Teams reports."""
    config = GraphConfig(
        tenant_id=values["KATSUYO_TENANT_ID"],
        client_id=values["KATSUYO_CLIENT_ID"],
        client_secret=values["KATSUYO_CLIENT_SECRET"],
        authority=values["KATSUYO_AUTHORITY"],
        base_url=values["KATSUYO_GRAPH_BASE_URL"],
        ca_file=Path(values["KATSUYO_CA_FILE"]),
        report_quota=Quota(100_000, 1.0),  # of the ward: what is measured is not the waiting
    )

    async def fetch() -> list[Answer]:
        async with GraphSource(config) as graph:
            asked = [date.fromisoformat(day) for day in days]
            return [await graph.report(TEAMS, day, datetime.fromisoformat(now)) for day in asked]

    return _kept(root, asyncio.run(fetch()))


def _kept(root: str, answers: list[Answer]) -> int:
    """The answers as files; returns their lines."""
    for answer in answers:
        path = Path(root) / f"{answer.source}_{answer.dataset}" / f"{answer.day}.fetched"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(answer.body)
    return sum(answer.body.count(b"\n") for answer in answers)


def one_more_day(root: str, source: str, dataset: str, paths: list[str]) -> tuple[int, dict[str, list[float]]]:
    """Take in and load each day by itself, as a daily run does: open, look, replace the day, close."""
    landing, rows = Landing(Path(root) / "landing"), 0
    costs: dict[str, list[float]] = {"seconds": [], "cpu_seconds": [], "read_mb": [], "written_mb": []}
    for path in paths:
        before = _spent()
        land(root, source, dataset, [path])
        with connect(Path(root) / "warehouse.duckdb") as con:
            rows += load_dataset(con, landing, source, dataset).row_count
        for name, start, end in zip(costs, before, _spent(), strict=True):
            costs[name].append(end - start)
    return rows, costs


def _spent() -> tuple[float, float, float, float]:
    """Time, processor time, MB read and MB written by this process so far (0 where the system keeps no count)."""
    counts = {"rchar": 0, "wchar": 0}
    if (status := Path("/proc/self/io")).is_file():
        counts = {name: int(count) for name, count in (line.split(": ") for line in status.read_text().splitlines())}
    return time.perf_counter(), time.process_time(), counts["rchar"] / 1e6, counts["wchar"] / 1e6


if __name__ == "__main__":
    serve_step(
        {
            step.__name__: step
            for step in (
                *(land, load, limit_box, limit_box_columns, limit_csv),
                *(fetch_box, fetch_teams, one_more_day),
            )
        }
    )
