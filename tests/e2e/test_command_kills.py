"""Kill -9 of `katsuyo run` with all its processes, at a random moment; the next run ends as an undisturbed one.

tests/crash kills the same steps far more often, but without Dagster and the pages. `--command-kills` says how often.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from tests.crash.state import differences, state_of
from tests.e2e.conftest import KATSUYO, LAST, Ward, morning
from tests.e2e.test_reruns import _pages

pytestmark = pytest.mark.slow

RUN = ("run", "--from", str(LAST - timedelta(days=1)), "--to", str(LAST))
NOW = morning(LAST + timedelta(days=3))


@dataclass(frozen=True)
class Place:
    """A data folder and its pages, apart from those of the other tests."""

    root: Path

    @property
    def home(self) -> Path:
        return self.root / "data"

    @property
    def variables(self) -> dict[str, str]:
        return {"KATSUYO_HOME": str(self.home), "KATSUYO_SITE": str(self.root / "site")}

    def run(self, ward: Ward) -> None:
        done = ward.katsuyo(*RUN, now=NOW, **self.variables)
        assert done.returncode == 0, done.stderr

    def left(self) -> dict[str, str]:
        pages = {f"page: {name}": content for name, content in _pages(self.root / "site").items()}
        assert pages
        return state_of(self.home) | pages

    def is_killed(self, ward: Ward, after_seconds: float) -> bool:
        """Whether the run was still going when its time had come."""
        ward.simulator.set_now(NOW)
        process = subprocess.Popen(
            [KATSUYO, *RUN],
            env={**os.environ, **ward.environment, "KATSUYO_AS_OF": NOW.isoformat(), **self.variables},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            process.wait(after_seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        return process.returncode == -signal.SIGKILL


def _check_no_lock(home: Path) -> None:
    """Anybody may write to the warehouse at once."""
    for file in (home / "warehouse.duckdb", home / "published" / "katsuyo.duckdb"):
        if file.is_file():
            duckdb.connect(str(file)).close()
    assert not list((home / "landing").rglob("*.part*"))


def test_the_run_after_a_killed_command_ends_as_an_undisturbed_one(
    unrun_ward: Ward, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    dice = random.Random(pytestconfig.getoption("kill_seed"))
    calm = Place(tmp_path / "calm")
    started = time.monotonic()
    calm.run(unrun_ward)
    seconds = time.monotonic() - started
    expected = calm.left()
    kills = pytestconfig.getoption("command_kills")
    for number in range(kills):
        place, part = Place(tmp_path / f"kill {number}"), dice.random()
        # A run that is over before its time has not been killed: another is, earlier.
        while not place.is_killed(unrun_ward, part * seconds):
            shutil.rmtree(place.root, ignore_errors=True)
            part /= 2
        place.run(unrun_ward)
        assert differences(place.left(), expected) == [], f"killed after {part:.3f} of the run"
        _check_no_lock(place.home)
        shutil.rmtree(place.root)
    assert kills > 0
