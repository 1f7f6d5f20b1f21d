"""A tiny ward on its second morning, when the services have restated days that landed on the first; and children."""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

import pytest

from pipelines.common.days import days_between, newest_complete_day
from pipelines.common.eras import TOKYO
from pipelines.simulator.server import ServerConfig, Simulator
from pipelines.simulator.world import World, WorldConfig
from tests.children import context
from tests.crash.morning import child
from tests.crash.state import state_of

STAFF, SEED = 30, 5
FIRST, LAST = date(2026, 4, 13), date(2026, 4, 15)
FIRST_MORNING = datetime(2026, 4, 16, 6, tzinfo=TOKYO)
SECOND_MORNING = datetime(2026, 4, 17, 6, tzinfo=TOKYO)
DAYS = [FIRST - timedelta(days=1) + timedelta(days=n) for n in range((LAST - FIRST).days + 2)]
# On the second morning two days before the window are fetched as history.
FIRST_DAY = DAYS[0] - timedelta(days=2)
STARTS = ("the morning after", "the first run")


@dataclass
class Stage:
    """Where every run starts from, and what an undisturbed one ends in, by kind of start."""

    simulator: Simulator
    root: Path
    values: dict[str, object]
    starts: dict[str, Path] = field(default_factory=dict)
    undisturbed: dict[str, dict[str, str]] = field(default_factory=dict)
    touches: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    context: ForkServerContext = field(default_factory=context)

    def settings(self, home: Path, now: datetime = SECOND_MORNING) -> dict[str, object]:
        return {**self.values, "home": home, "site": home / "site", "as_of": now}

    def fresh(self, start: str, home: Path) -> Path:
        """A data folder to run in: a copy of what the first morning left, or nothing at all."""
        shutil.copytree(self.starts[start], home)
        return home

    def start(
        self,
        home: Path,
        *,
        dies_at: int | None = None,
        dies_before: int | None = None,
        days: list[date] | None = None,
        report: Path | None = None,
        now: datetime = SECOND_MORNING,
        largest_file: int | None = None,
        **settings: object,
    ) -> ForkServerProcess:
        values = {**self.settings(home, now), **settings}
        asked = days or days_between(FIRST_DAY, newest_complete_day(now))
        arguments = (values, asked, dies_at, dies_before, report, largest_file)
        process = self.context.Process(target=child, args=arguments)
        process.start()
        return process

    def run(self, home: Path, **options: object) -> None:
        """A normal run, to its end."""
        process = self.start(home, **options)  # ty: ignore[invalid-argument-type]
        process.join()
        assert process.exitcode == 0


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """In memory where the system has room there: what a killed process has written is there, flushed or not."""
    return tmp_path_factory.mktemp("crash")


@pytest.fixture(scope="session")
def stage(root: Path) -> Iterator[Stage]:
    world = World.build(WorldConfig(seed=SEED, staff=STAFF, first_day=FIRST, last_day=LAST + timedelta(days=1)))
    world.write_files(root / "files")
    keys = {}
    for name in ("pseudonym_key_file", "vault_key_file"):
        keys[name] = root / name
        keys[name].write_text(secrets.token_hex(32), encoding="ascii")
    with Simulator(world, ServerConfig(now=FIRST_MORNING)) as simulator:
        given = {name.removeprefix("KATSUYO_").lower(): value for name, value in simulator.settings().items()}
        given["own_domains"] = tuple(given["own_domains"].split(","))
        history = {"first_day": FIRST_DAY, "refetch_days": len(DAYS), "box_backfill_runs": 1}
        stage = Stage(simulator, root, {**given, **keys, **history, "org_dir": root / "files"})
        _set_up(stage)
        yield stage


def _set_up(stage: Stage) -> None:
    first = stage.root / "first"
    first.mkdir()
    stage.starts = {STARTS[0]: first, STARTS[1]: stage.root / "nothing"}
    stage.starts[STARTS[1]].mkdir()
    stage.run(first, now=FIRST_MORNING, box_backfill_runs=0)
    stage.simulator.set_now(SECOND_MORNING)
    for start in STARTS:
        home, report = stage.root / f"undisturbed after {start}", stage.root / f"touches after {start}"
        stage.fresh(start, home)
        started = time.monotonic()
        stage.run(home, report=report)
        stage.seconds[start] = time.monotonic() - started
        stage.undisturbed[start] = state_of(home)
        stage.touches[start] = int(report.read_text(encoding="ascii"))
