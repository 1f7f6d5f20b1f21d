"""Two small wards, served over real HTTP, for the real command line.

`ward` has been taken through two mornings: on the first the newest days are still provisional, on the second they have
become final. Both use the same commands as an administrator. `unrun_ward` is smaller, and nothing has been run yet.
Each is built once for all tests of this folder.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.common.eras import TOKYO
from pipelines.settings import Settings
from pipelines.simulator.server import ServerConfig, Simulator
from pipelines.simulator.world import World, WorldConfig
from tests.children import katsuyo

FIRST, LAST = date(2026, 3, 16), date(2026, 4, 19)
STAFF, SEED = 400, 7
FEW_STAFF, FEW_DAYS = 60, 5
FEW = WorldConfig(seed=SEED, staff=FEW_STAFF, first_day=LAST - timedelta(days=FEW_DAYS), last_day=LAST)
KATSUYO = Path(sys.executable).parent / "katsuyo"


def morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 6, tzinfo=TOKYO)


@dataclass
class Ward:
    """The running ward, its folder, and the command line pointed at it."""

    world: World
    simulator: Simulator
    root: Path
    environment: dict[str, str]
    output: list[str] = field(default_factory=list)
    patience_seconds: int = 900  # a machine that does other work as well takes minutes

    @property
    def home(self) -> Path:
        return self.root / "data"

    @property
    def site(self) -> Path:
        return self.root / "site"

    @property
    def published(self) -> Path:
        return self.home / "published" / "katsuyo.duckdb"

    def settings_at(self, now: datetime) -> Settings:
        """For the steps of a morning without the command line; the services believe in the same morning."""
        self.simulator.set_now(now)
        given = {name.removeprefix("KATSUYO_").lower(): value for name, value in self.environment.items()}
        return Settings(**{**given, "as_of": now})  # ty: ignore[invalid-argument-type]

    def katsuyo(
        self, *arguments: str, now: datetime | None = None, largest_file: int | None = None, **changed: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command as a person would; everything it prints is kept for the privacy test."""
        # The width of whoever runs the tests is not that of a log.
        environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
        environment |= {**self.environment, **changed}
        if now is not None:
            self.simulator.set_now(now)
            environment["KATSUYO_AS_OF"] = now.isoformat()
        done = katsuyo(
            *arguments,
            environment=environment,
            patience_seconds=self.patience_seconds,
            largest_file=largest_file,
        )
        self.output.append(done.stdout + done.stderr)
        return done


@contextmanager
def served(root: Path, config: WorldConfig, *, unlimited_history: bool = True) -> Generator[Ward]:
    """A ward before any run: files written, services up."""
    first, last = config.first_day, config.last_day
    world = World.build(config)
    files = root / "ward" / "files"
    world.write_files(files)
    world.write_truth(root / "ward" / "truth.duckdb")
    keys = {}
    for name in ("PSEUDONYM", "VAULT"):
        path = root / "ward" / f"{name.lower()}.key"
        path.write_text(secrets.token_hex(32), encoding="ascii")
        keys[f"KATSUYO_{name}_KEY_FILE"] = str(path)
    server = ServerConfig(now=morning(last + timedelta(days=3)), unlimited_history=unlimited_history)
    with Simulator(world, server) as simulator:
        environment = {
            **simulator.settings(),
            **keys,
            "KATSUYO_HOME": str(root / "data"),
            "KATSUYO_SITE": str(root / "site"),
            "KATSUYO_ORG_DIR": str(files),
            "KATSUYO_FIRST_DAY": str(first - timedelta(days=1)),
            "KATSUYO_MAX_RETRY_SECONDS": "60",
            # The pipeline and the ward believe in the same morning unless a test says another.
            "KATSUYO_AS_OF": server.now.isoformat(),
        }
        yield Ward(world, simulator, root, environment)


@pytest.fixture(scope="session")
def unrun_ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    """A few people, for what is refused or only looked at."""
    with served(tmp_path_factory.mktemp("unrun"), FEW) as ward:
        yield ward


@pytest.fixture(scope="session")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    """After both mornings."""
    with served(
        tmp_path_factory.mktemp("ward"), WorldConfig(seed=SEED, staff=STAFF, first_day=FIRST, last_day=LAST)
    ) as ward:
        third_day, ninth_day = morning(LAST + timedelta(days=3)), morning(LAST + timedelta(days=9))
        # On the first morning a few orders are not made yet that take effect before; on the second they are.
        ward.world.write_files(Path(ward.environment["KATSUYO_ORG_DIR"]), as_of=LAST - timedelta(days=2))
        whole = ward.katsuyo("run", "--from", str(FIRST), "--to", str(LAST), now=third_day)
        assert whole.returncode == 0, whole.stderr
        ward.world.write_files(Path(ward.environment["KATSUYO_ORG_DIR"]))
        again = ward.katsuyo("run", "--from", str(LAST - timedelta(days=8)), "--to", str(LAST), now=ninth_day)
        assert again.returncode == 0, again.stderr
        yield ward
