"""Kill -9 of `katsuyo run` with all its processes, at a random moment; the next one ends as an undisturbed run.

test_kills.py kills the same steps far more often, but without Dagster and the pages. What is compared with is the
morning without Dagster: nothing of what counts may depend on how the steps are run, nor on Dagster's own records.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import pytest

from pipelines.orchestration.instance import dagster_environment
from pipelines.pages.site.write import render_site
from pipelines.settings import Settings
from tests.crash.conftest import SECOND_MORNING, STARTS, Stage
from tests.crash.state import differences, pages_of, state_of

pytestmark = pytest.mark.slow

KATSUYO = Path(sys.executable).parent / "katsuyo"
# One kill of the whole command for so many of the steps alone: it takes twenty times as long.
STEPS_PER_COMMAND = 8
# A run says so many things about its progress, one a line; between two of them a part of a second goes by.
LINES, BETWEEN_SECONDS = 150, 0.3


def _environment(stage: Stage, home: Path) -> dict[str, str]:
    values = {
        f"KATSUYO_{name.upper()}": ",".join(value) if isinstance(value, tuple) else str(value)
        for name, value in stage.settings(home).items()
        if name != "as_of"
    }
    return {**os.environ, **values, "KATSUYO_AS_OF": SECOND_MORNING.isoformat()}


@contextmanager
def _command(stage: Stage, home: Path) -> Iterator[subprocess.Popen[str]]:
    """A process group of its own: what the command starts is killed with it."""
    with subprocess.Popen(
        [KATSUYO, "run"],
        env=_environment(stage, home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        yield process


def _has_died(stage: Stage, home: Path, lines: int, seconds: float) -> bool:
    """Whether the run was still going when it was killed, so many lines and seconds after its beginning."""
    with _command(stage, home) as process:
        assert process.stderr is not None
        for _ in range(lines):
            if not process.stderr.readline():
                break
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGKILL)
    return process.returncode == -signal.SIGKILL


def _run(stage: Stage, home: Path) -> None:
    with _command(stage, home) as process:
        assert process.stderr is not None
        said = process.stderr.read()
    assert process.returncode == 0, said


def _statuses(home: Path, monkeypatch: pytest.MonkeyPatch) -> list[dg.DagsterRunStatus]:
    """Of Dagster's runs, oldest first."""
    for name, value in dagster_environment(Settings(home=home)).items():
        monkeypatch.setenv(name, value)
    with dg.DagsterInstance.get() as instance:
        assert instance.event_log_storage.get_concurrency_run_ids() == set()
        return [run.status for run in reversed(instance.get_runs())]


def test_the_run_after_a_killed_command_ends_as_if_nothing_had_happened(
    stage: Stage, pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    kills = -(-pytestconfig.getoption("kills") // STEPS_PER_COMMAND)
    dice = random.Random(pytestconfig.getoption("kill_seed"))
    assert kills > 0
    for number in range(kills):
        start = STARTS[dice.random() < 0.2]
        # The moments are spread over the run, so that few kills meet all parts of it.
        lines, seconds = int(LINES * (number + dice.random()) / kills), BETWEEN_SECONDS * dice.random()
        home = stage.fresh(start, stage.root / f"command {number}")
        # A run that is over before its time has not been killed: another is, earlier.
        while not _has_died(stage, home, lines, seconds):
            shutil.rmtree(home)
            stage.fresh(start, home)
            lines //= 2
        _run(stage, home)
        what = f"killed {seconds:.3f} s after line {lines} of {start}"
        assert differences(state_of(home), stage.undisturbed[start]) == [], what
        render_site(home / "published" / "katsuyo.duckdb", stage.root / "site")
        assert pages_of(home / "site") == pages_of(stage.root / "site"), what
        *killed, last = _statuses(home, monkeypatch)
        assert last is dg.DagsterRunStatus.SUCCESS, what
        assert set(killed) <= {dg.DagsterRunStatus.FAILURE}, what
        shutil.rmtree(home)
        shutil.rmtree(stage.root / "site")
