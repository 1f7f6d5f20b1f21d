"""The real command with Dagster is killed; run again, it ends as if nothing had happened, and no lock stays behind."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.crash.conftest import DAYS, SECOND_MORNING, STARTS, Stage
from tests.crash.state import differences, state_of

pytestmark = pytest.mark.slow

KATSUYO = Path(sys.executable).parent / "katsuyo"
KILLS = 3


def _command(stage: Stage, home: Path) -> subprocess.Popen[bytes]:
    values = stage.settings(home, SECOND_MORNING)
    texts = {name: ",".join(value) if isinstance(value, tuple) else str(value) for name, value in values.items()}
    own = {f"KATSUYO_{name.upper()}": text for name, text in texts.items()}
    own["KATSUYO_AS_OF"] = SECOND_MORNING.isoformat()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("KATSUYO_")}
    days = ["--from", str(DAYS[1]), "--to", str(DAYS[-1])]
    with (home.parent / f"{home.name}.log").open("ab") as log:
        return subprocess.Popen([KATSUYO, "run", *days], env={**inherited, **own}, stdout=log, stderr=log)


def _finish(stage: Stage, home: Path) -> float:
    started = time.monotonic()
    assert _command(stage, home).wait() == 0, (home.parent / f"{home.name}.log").read_text(encoding="utf-8")
    return time.monotonic() - started


def test_the_command_that_is_killed_can_be_run_again(stage: Stage) -> None:
    dice = random.Random(3)
    whole = stage.fresh(STARTS[0], stage.root / "command")
    seconds = _finish(stage, whole)
    undisturbed = state_of(whole)
    for number in range(KILLS):
        home = stage.fresh(STARTS[0], stage.root / f"command {number}")
        victim = _command(stage, home)
        # Starting takes the first part of the time; the rest is the run.
        time.sleep(seconds * dice.uniform(0.3, 0.9))
        victim.kill()
        assert victim.wait() == -signal.SIGKILL
        _finish(stage, home)
        assert differences(state_of(home), undisturbed) == []
