"""A small simulated ward and landings of it: a good one to start from, and what an undisturbed run ends in.

The ward spans the day on which the clocks change in the United States. The services stand still at NOW; only our own
clock moves on, so an undisturbed answer is the same an hour later. What a case is belongs to test_faults.py.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from pipelines import ingest
from pipelines.ingest import Ingested
from pipelines.ingest.workspace import Workspace
from pipelines.settings import Settings
from pipelines.simulator.server import ServerConfig, Simulator
from pipelines.simulator.world import World, WorldConfig
from pipelines.sources.graph.reports import REPORTS
from pipelines.sources.org.checks import OrgFiles

NOW = datetime(2026, 11, 6, 21, 0, tzinfo=UTC)
AN_HOUR = timedelta(hours=1)
STAFF = 80
# What the days of a case are called in cases.yaml.
DAYS = {
    "known": date(2026, 11, 2),  # landed before
    "neighbour": date(2026, 11, 3),  # landed before, too
    "new": date(2026, 11, 4),  # the newest that is there
    "recent": date(2026, 11, 5),  # not there yet
    "clock_change": date(2026, 11, 1),
    "quiet": date(2026, 10, 15),  # before anything happened
    "forgotten": date(2025, 10, 1),
    "today": NOW.date(),
}
GOOD_DAYS = [DAYS["known"], DAYS["neighbour"]]
SNAPSHOTS: dict[str, Callable[[Workspace], Ingested]] = {
    "graph_users": lambda workspace: ingest.ingest_graph_snapshot(workspace, "users"),
    "graph_report_settings": lambda workspace: ingest.ingest_graph_snapshot(workspace, "report_settings"),
    "box_users": ingest.ingest_box_users,
}
BY_DAY: dict[str, Callable[[Workspace, list[date]], Ingested]] = {
    "graph_sign_ins": ingest.ingest_sign_ins,
    "box_events": ingest.ingest_box_events,
    **{
        f"graph_{spec.dataset}": lambda workspace, days, spec=spec: ingest.ingest_reports(workspace, [(spec, days)])[0]
        for spec in REPORTS.values()
    },
}


@dataclass
class Desk:
    """The services, the folder of all landings, and the settings that an administrator would have made."""

    simulator: Simulator
    root: Path
    settings: dict[str, object]
    healthy: dict[str, Any]  # the options of the services while nothing is wrong
    made: set[str] = field(default_factory=set)

    def workspace(self, home: Path, now: datetime, **changed: object) -> Workspace:
        """A workspace on one data folder. First waits are a fraction of a millisecond; those asked for are kept."""
        settings: dict[str, Any] = {**self.settings, **changed}
        workspace = Workspace(Settings(home=home, as_of=now, **settings))
        # No case is about the organisation's files, and to read them takes longer than most answers.
        workspace.org_files = self.org_files
        workspace.graph_config = replace(workspace.graph_config, retry_base_seconds=2e-4)
        workspace.box_config = replace(workspace.box_config, retry_base_seconds=2e-4)
        return workspace

    @cached_property
    def org_files(self) -> OrgFiles:
        return Workspace(Settings(as_of=NOW, **self.settings)).org_files

    def good(self, dataset: str) -> Path:
        """A data folder with two good days of the dataset (or a snapshot of an hour ago), made once."""

        def make(home: Path) -> None:
            self.take(self.workspace(home, NOW - AN_HOUR), dataset, GOOD_DAYS).raise_if_failed()

        return self._once(f"good_{dataset}", make)

    def undisturbed(self, dataset: str) -> Path:
        """The good data folder after one more run without faults, for every day there is, made once."""

        def make(home: Path) -> None:
            shutil.copytree(self.good(dataset), home)
            days = [DAYS["clock_change"], *GOOD_DAYS, DAYS["new"]]
            quiet = [DAYS["quiet"]] if dataset == "box_events" else []
            self.take(self.workspace(home, NOW), dataset, [*quiet, *days]).raise_if_failed()

        return self._once(f"undisturbed_{dataset}", make)

    def take(self, workspace: Workspace, dataset: str, days: list[date]) -> Ingested:
        """The function that the daily job calls for this dataset."""
        return SNAPSHOTS[dataset](workspace) if dataset in SNAPSHOTS else BY_DAY[dataset](workspace, days)

    def heal(self) -> None:
        """No faults any more, and the options as they were."""
        self.simulator.faults.clear()
        self.simulator.configure(**self.healthy)

    def _once(self, name: str, make: Callable[[Path], None]) -> Path:
        if name not in self.made:
            # Whoever asks first may have moved the clock of the services: what everybody compares with must not differ.
            asked_at = self.simulator.services.now
            self.heal()
            make(self.root / name)
            self.simulator.set_now(asked_at)
            self.made.add(name)
        return self.root / name


@pytest.fixture(scope="session")
def running_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    root = tmp_path_factory.mktemp("faults")
    config = WorldConfig(seed=11, staff=STAFF, first_day=date(2026, 10, 28), last_day=date(2026, 11, 6))
    world = World.build(config)
    world.write_files(root / "files")
    keys = {}
    for name in ("pseudonym_key_file", "vault_key_file"):
        keys[name] = root / name
        keys[name].write_text(secrets.token_hex(32), encoding="ascii")
    # Small pages, so that even a small ward is read in several.
    healthy = ServerConfig(now=NOW, largest_page=60)
    with Simulator(world, healthy) as simulator:
        given = {key.removeprefix("KATSUYO_").lower(): value for key, value in simulator.settings().items()}
        settings = {**given, **keys, "org_dir": root / "files", "max_retry_seconds": 20.0}
        options = {item.name: getattr(healthy, item.name) for item in fields(healthy)}
        yield Desk(simulator, root, settings, options)


@pytest.fixture
def desk(running_desk: Desk) -> Iterator[Desk]:
    """The desk without faults; whatever a case changes is put back."""
    running_desk.heal()
    yield running_desk
    running_desk.heal()
