"""A ward that gives departments and networks, and nobody's posts; the directory is read each morning."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path

from pipelines.ingest.graph import ingest_graph_snapshot
from pipelines.ingest.org import ingest_org
from pipelines.ingest.workspace import Workspace
from pipelines.settings import Settings
from pipelines.simulator.server import ServerConfig, Simulator
from pipelines.simulator.world import World, WorldConfig
from pipelines.sources.org.schema import FILES
from pipelines.warehouse.connection import connect
from pipelines.warehouse.models.runner import run_model
from pipelines.warehouse.raw.calendar import refresh_calendar
from pipelines.warehouse.raw.load import load_dataset
from pipelines.warehouse.raw.schema import ensure_raw_tables, write_parameters
from tests.e2e.conftest import morning
from tests.e2e.keyed_truth import attach_both
from tests.project import leading_to

TARGET = "int_person_assignments"
KEPT = ("departments.csv", "networks.csv")
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


@dataclass(frozen=True)
class SnapshotWard:
    """Its folder, its size and its days."""

    root: Path
    config: WorldConfig

    @cached_property
    def world(self) -> World:
        """The ward, with truth, files and keys written to the folder."""
        world = World.build(self.config)
        world.write_truth(self.root / "truth.duckdb")
        world.write_files(self.root / "files")
        for path in (self.root / "files").iterdir():
            if path.name not in KEPT:
                path.unlink()
        for name in ("pseudonym", "vault"):
            (self.root / f"{name}.key").write_text(secrets.token_hex(32), encoding="ascii")
        return world

    @property
    def days(self) -> list[date]:
        span = (self.config.last_day - self.config.first_day).days
        return [self.config.first_day + timedelta(days=number) for number in range(span + 1)]

    @property
    def warehouse(self) -> Path:
        return self.root / "data" / "warehouse.duckdb"

    def read_every_morning(self) -> None:
        """Real client, real HTTP, one snapshot a day; then the models as far as the posts."""
        with Simulator(self.world, ServerConfig(now=morning(self.days[0]), unlimited_history=True)) as simulator:
            ingest_org(self._workspace(simulator, morning(self.days[0])))
            for day in self.days:
                simulator.set_now(morning(day))
                workspace = self._workspace(simulator, morning(day))
                assert ingest_graph_snapshot(workspace, "users").raise_if_failed().row_count >= self.config.staff
            self._model(workspace)

    def _workspace(self, simulator: Simulator, now: datetime) -> Workspace:
        values = {name.removeprefix("KATSUYO_").lower(): value for name, value in simulator.settings().items()}
        keys = {f"{name}_key_file": str(self.root / f"{name}.key") for name in ("pseudonym", "vault")}
        folders = {"home": str(self.root / "data"), "org_dir": str(self.root / "files")}
        dates = {"first_day": self.days[0], "as_of": now}
        return Workspace(Settings.model_validate({**values, **keys, **folders, **dates}))

    def _model(self, workspace: Workspace) -> None:
        with connect(workspace.settings.warehouse_file) as con:
            ensure_raw_tables(con)
            for source, dataset in [("graph", "users"), *(("org", name) for name in FILES)]:
                load_dataset(con, workspace.landing, source, dataset)
            refresh_calendar(con)
            write_parameters(con, mail_limit_bytes=workspace.settings.mail_limit_bytes, own_domains=())
            for model in leading_to(TARGET):
                run_model(con, model)

    def compared(self) -> list[tuple]:
        """Each person and day from the first snapshot on: day, department of the truth, that of the model, weight."""
        with attach_both(self.warehouse, self.root / "truth.duckdb", self.root / "pseudonym.key") as con:
            return con.execute(COMPARED, {"first": self.days[0], "last": self.days[-1]}).fetchall()

    def differences(self) -> tuple[int, list[tuple]]:
        """How many were compared, and those that differ."""
        rows = self.compared()
        return len(rows), [row for row in rows if row[1] is None or row[2] is None or abs(row[3] - 1) > 1e-6]
