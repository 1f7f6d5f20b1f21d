"""A ward on disk and its services until told to stop: what `python -m pipelines.simulator` and `katsuyo simulate` do.

<home>/ward/ holds files/ (personnel CSV), truth.duckdb, ca.pem and settings.env. Command lines belong to the callers.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from pipelines.simulator.apis.clock import TOKYO
from pipelines.simulator.server import Simulator
from pipelines.simulator.server_config import ServerConfig
from pipelines.simulator.world import World, WorldConfig

DEFAULT_SEED, DEFAULT_STAFF = 20260102, 6000
DEFAULT_FIRST_DAY, DEFAULT_LAST_DAY = date(2026, 1, 2), date(2026, 7, 3)


@dataclass(frozen=True, kw_only=True)
class WardOptions:
    """What to simulate. Days are Tokyo days; without `now` it is 06:00 three days after the last day."""

    home: Path
    staff: int = DEFAULT_STAFF
    first_day: date = DEFAULT_FIRST_DAY
    last_day: date = DEFAULT_LAST_DAY
    seed: int = DEFAULT_SEED
    now: datetime | None = None
    server: dict[str, Any] = field(default_factory=dict)  # further fields of ServerConfig

    @property
    def folder(self) -> Path:
        return self.home.expanduser().absolute() / "ward"

    @property
    def simulated_now(self) -> datetime:
        return self.now or datetime.combine(self.last_day + timedelta(days=3), time(6), TOKYO)


def write_ward(options: WardOptions) -> World:
    """Build the world and write its personnel files and its truth, replacing an older ward there."""
    world = World.build(
        WorldConfig(seed=options.seed, staff=options.staff, first_day=options.first_day, last_day=options.last_day)
    )
    options.folder.mkdir(parents=True, exist_ok=True)
    world.write_files(options.folder / "files")
    truth = options.folder / "truth.duckdb"
    truth.unlink(missing_ok=True)
    world.write_truth(truth)
    return world


@contextmanager
def running_ward(options: WardOptions, world: World | None = None) -> Generator[Simulator]:
    """Serve a ward (written first, unless a written world is given), with its settings in settings.env."""
    written = world or write_ward(options)
    config = ServerConfig(now=options.simulated_now, ca_folder=options.folder, **options.server)
    with Simulator(written, config) as simulator:
        write_settings(options, simulator)
        yield simulator


def ward_settings(options: WardOptions, simulator: Simulator) -> dict[str, str]:
    """The KATSUYO_* values of the services and of the ward's own files."""
    return {
        "KATSUYO_HOME": str(options.home.expanduser().absolute()),
        "KATSUYO_ORG_DIR": str(options.folder / "files"),
        "KATSUYO_FIRST_DAY": options.first_day.isoformat(),
        "KATSUYO_AS_OF": options.simulated_now.isoformat(),
        **simulator.settings(),
    }


def write_settings(options: WardOptions, simulator: Simulator) -> Path:
    """KEY=VALUE lines, readable by the owner alone: they hold the client secrets. Returns the path."""
    path = options.folder / "settings.env"
    part = path.with_suffix(".part")
    lines = [f"# Simulated services. Control port: {simulator.urls['control']}/_sim/"]
    lines += [f"{name}={value}" for name, value in ward_settings(options, simulator).items()]
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    part.write_text("\n".join(lines) + "\n", encoding="utf-8")
    part.replace(path)
    return path


def serve_ward(options: WardOptions, stop: threading.Event, on_ready: Callable[[Path], None]) -> None:
    """Write and serve a ward until `stop` is set; `on_ready` gets the settings file once requests are answered."""
    world = write_ward(options)
    if stop.is_set():
        return
    with running_ward(options, world):
        on_ready(options.folder / "settings.env")
        stop.wait()
