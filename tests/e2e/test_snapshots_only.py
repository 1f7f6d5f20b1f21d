"""Without personnel files: daily snapshots of the directory alone tell everyone's department, from the first one on."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from pipelines.ingest.graph import ingest_graph_snapshot
from pipelines.ingest.org import ingest_org
from pipelines.resources import Workspace
from pipelines.settings import Settings
from pipelines.simulator.server import ServerConfig, Simulator
from pipelines.simulator.ward.changes import ALL_CHANGES, Changes
from pipelines.simulator.world import World, WorldConfig
from pipelines.sources.org.schema import FILES
from pipelines.warehouse.calendar import refresh_calendar
from pipelines.warehouse.connection import connect
from pipelines.warehouse.load import load_dataset
from pipelines.warehouse.models import run_model
from pipelines.warehouse.raw_schema import ensure_raw_tables, write_parameters
from tests.e2e.conftest import morning
from tests.e2e.keyed_truth import attach_both

pytestmark = pytest.mark.slow

FIRST, LAST = date(2026, 3, 27), date(2026, 4, 17)
STAFF = 300
TARGET = "int_person_assignments"
KEPT = ("departments.csv", "networks.csv")


class SnapshotWard:
    """A ward that gives departments and networks, and nobody's posts; the directory is read each morning."""

    def __init__(self, root: Path, changes: Changes) -> None:
        self.root = root
        self.world = World.build(WorldConfig(seed=5, staff=STAFF, first_day=FIRST, last_day=LAST, changes=changes))
        self.world.write_truth(root / "truth.duckdb")
        self.world.write_files(root / "files")
        for path in (root / "files").iterdir():
            if path.name not in KEPT:
                path.unlink()
        for name in ("pseudonym", "vault"):
            (root / f"{name}.key").write_text(secrets.token_hex(32), encoding="ascii")

    def read_every_morning(self) -> None:
        """Real client, real HTTP, one snapshot a day; then the models as far as the posts."""
        with Simulator(self.world, ServerConfig(now=morning(FIRST), unlimited_history=True)) as simulator:
            workspace = self._workspace(simulator, morning(FIRST))
            ingest_org(workspace)
            for number in range((LAST - FIRST).days + 1):
                now = morning(FIRST + timedelta(days=number))
                simulator.set_now(now)
                workspace = self._workspace(simulator, now)
                assert ingest_graph_snapshot(workspace, "users").raise_if_failed().row_count >= STAFF
            self._model(workspace)

    def _workspace(self, simulator: Simulator, now: datetime) -> Workspace:
        values = {name.removeprefix("KATSUYO_").lower(): value for name, value in simulator.settings().items()}
        keys = {f"{name}_key_file": str(self.root / f"{name}.key") for name in ("pseudonym", "vault")}
        folders = {"home": str(self.root / "data"), "org_dir": str(self.root / "files")}
        return Workspace(Settings.model_validate({**values, **keys, **folders, "first_day": FIRST, "as_of": now}))

    def _model(self, workspace: Workspace) -> None:
        with connect(workspace.settings.warehouse_file) as con:
            ensure_raw_tables(con)
            for source, dataset in [("graph", "users"), *(("org", name) for name in FILES)]:
                load_dataset(con, workspace.landing, source, dataset)
            refresh_calendar(con)
            write_parameters(con, mail_limit_bytes=workspace.settings.mail_limit_bytes, own_domains=())
            project = workspace.models
            for name in project.order[: project.order.index(TARGET) + 1]:
                run_model(con, project.models[name])

    def compared(self) -> Iterator[tuple]:
        """Each account and day from the first snapshot on: what the truth says, what the model says."""
        truth, keys = self.root / "truth.duckdb", self.root / "pseudonym.key"
        with attach_both(self.root / "data" / "warehouse.duckdb", truth, keys) as con:
            yield from con.execute(COMPARED, {"first": FIRST, "last": LAST}).fetchall()


COMPARED = """
    with expected as (
        select distinct p.person_key, cast(d.day as date) as activity_date, t.department_code
        from world.truth_directory_spans as t
        inner join person_keys as p using (employee_number)
        inner join (select unnest(generate_series($first, $last, interval 1 day)) as day) as d
            on d.day between t.valid_from and t.valid_to
    ),

    told as (
        select a.person_key, e.activity_date, a.department_key as department_code, sum(a.weight) as weight
        from ours.intermediate.int_person_assignments as a
        inner join (select distinct activity_date from expected) as e
            on e.activity_date between a.valid_from and a.valid_to
        where a.person_key in (select person_key from person_keys)
        group by all
    )

    select e.activity_date, e.department_code, t.department_code, t.weight
    from expected as e
    full join told as t using (person_key, activity_date, department_code)
    order by all
"""


def test_every_department_is_exact_from_the_first_snapshot_on(tmp_path: Path) -> None:
    """Transfers, joiners, leavers, a merger, a split and new names, seen by the directory alone."""
    ward = SnapshotWard(tmp_path, ALL_CHANGES)
    ward.read_every_morning()
    rows = list(ward.compared())
    differences = [row for row in rows if row[1] is None or row[2] is None or abs(row[3] - 1) > 1e-6]
    assert not differences, f"{len(differences)} of {len(rows)} differ, the first ten: {differences[:10]}"
    assert len(rows) >= STAFF * ((LAST - FIRST).days + 1)
    before = duckdb.connect(str(tmp_path / "data" / "warehouse.duckdb"), read_only=True)
    kinds = before.execute("select distinct source_kind from intermediate.int_person_assignments").fetchall()
    before.close()
    assert {"directory"} <= {kind for (kind,) in kinds} <= {"directory", "assumed"}
