"""Kill -9 at any moment of a windowed run; the next run ends in the same state as an undisturbed one.

Of four kills two come at a random time of the run and one just before a random touch of the disk or the network
(TOUCHES_THE_DISK in morning.py), spread over all of it; the fourth comes when all has landed and some of it is loaded,
and the run after it asks for one day only. They are drawn from a seed, so a failure can be repeated alone: `make crash`
makes the long check, `python -m pytest tests/crash --kills 1000 --kill-seed 7` a longer one.
"""

from __future__ import annotations

import random
import shutil
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import pytest

from pipelines.assets.loading import LANDED
from pipelines.ingest.box_stream import CURSOR_FILE, read_cursor
from tests.crash.conftest import DAYS, STARTS, Stage
from tests.crash.state import differences, state_of

pytestmark = pytest.mark.slow

SIDE_BY_SIDE = 2
KINDS = ("time", "touch", "time", "between landing and loading")


@dataclass(frozen=True)
class Kill:
    """One kill: where the run starts, and at which part (0..1) of its time or of its touches it dies."""

    number: int
    start: str
    by: str
    at: float


@dataclass(frozen=True)
class Ending:
    """In what the run after the kill differs from an undisturbed one."""

    kill: Kill
    differences: list[str]


def _kills(count: int, seed: int) -> list[Kill]:
    """Of either kind in each part of the run alike, so that few kills meet every step of it."""
    dice = random.Random(seed)
    # Most mornings have one before them; a first run is the rarer case.
    return [
        Kill(
            number,
            STARTS[dice.random() < 0.2],
            KINDS[number % len(KINDS)],
            (number + 2 * dice.random()) / (count + 1),
        )
        for number in range(count)
    ]


def _kill_and_run_again(stage: Stage, kill: Kill, seconds: float) -> Ending:
    home = stage.root / f"kill {kill.number}"
    part = kill.at
    # A run that is over before its time has not been killed: another is, earlier.
    while not _has_died(stage, kill, part, seconds):
        shutil.rmtree(home)
        part /= 2
    stage.run(home, days=DAYS[-1:] if kill.by == KINDS[3] else None)
    found = differences(state_of(home), stage.undisturbed[kill.start])
    if not found:
        shutil.rmtree(home)
    return Ending(kill, found)


def _has_died(stage: Stage, kill: Kill, part: float, seconds: float) -> bool:
    home = stage.fresh(kill.start, stage.root / f"kill {kill.number}")
    if kill.by == "touch":
        victim = stage.start(home, dies_at=1 + int(part * stage.touches[kill.start]))
        victim.join()
    elif kill.by == KINDS[3]:
        victim = stage.start(home, dies_before=int(part * len(LANDED)))
        victim.join()
    else:
        victim = stage.start(home)
        victim.join(part * seconds)
        victim.kill()
        victim.join()
    assert victim.exitcode in (0, -signal.SIGKILL)
    return victim.exitcode == -signal.SIGKILL


def test_the_run_after_a_kill_ends_as_if_nothing_had_happened(stage: Stage, pytestconfig: pytest.Config) -> None:
    kills = _kills(pytestconfig.getoption("kills"), pytestconfig.getoption("kill_seed"))
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        endings = list(pool.map(lambda kill: _kill_and_run_again(stage, kill, stage.seconds[kill.start]), kills))
    assert {ending.kill: ending.differences for ending in endings if ending.differences} == {}
    assert len(endings) == len(kills) > 0


def test_an_undisturbed_run_again_changes_nothing(stage: Stage) -> None:
    home = stage.fresh(STARTS[0], stage.root / "again")
    for _ in range(2):
        stage.run(home)
        assert differences(state_of(home), stage.undisturbed[STARTS[0]]) == []


def test_the_second_morning_replaces_days_of_the_first(stage: Stage) -> None:
    """Otherwise the kills would not hit the replacement of a day."""
    first, second = state_of(stage.starts[STARTS[0]]), stage.undisturbed[STARTS[0]]
    changed = differences(first, second)
    assert "warehouse: raw.graph_teams_user_activity" in changed
    assert any(name.startswith("file: landing/graph/email_activity/2026-04-13") for name in changed)


def test_the_second_morning_moves_the_position_and_fetches_history(stage: Stage) -> None:
    """Otherwise the kills would not hit them; the position is part of what is compared, with every other file."""
    first, second = state_of(stage.starts[STARTS[0]]), stage.undisturbed[STARTS[0]]
    assert f"file: landing/box/{CURSOR_FILE}" in first
    assert f"file: landing/box/{CURSOR_FILE}" in differences(first, second)
    before, after = (
        read_cursor(home / "landing")
        for home in (stage.starts[STARTS[0]], stage.root / f"undisturbed after {STARTS[0]}")
    )
    assert before is not None
    assert after is not None
    assert after.position.isdigit()
    assert before.position != after.position
    history = DAYS[0] - timedelta(days=2)
    assert any(name.startswith(f"file: landing/box/events/{history}") for name in second.keys() - first.keys())
