"""A full disk and a lost network end the run with an error; the next run ends as if nothing had happened."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.crash.conftest import STARTS, Stage
from tests.crash.state import differences, state_of

pytestmark = pytest.mark.slow

START = STARTS[0]


def _check_published_file(home: Path) -> None:
    """The old one or the new one, never a part."""
    with duckdb.connect(str(home / "published" / "katsuyo.duckdb"), read_only=True) as con:
        assert con.execute("select count(*) from department_metrics").fetchall()[0][0] > 0


def _check_next_run(stage: Stage, name: str) -> None:
    stage.run(stage.root / name)
    assert differences(state_of(stage.root / name), stage.undisturbed[START]) == []


# No room for a table of the landing; for a transaction of the warehouse; for what the warehouse tidies up at its end.
@pytest.mark.parametrize(("largest_file", "may_succeed"), [(1_000, False), (200_000, False), (2_000_000, True)])
def test_a_full_disk(stage: Stage, largest_file: int, may_succeed: bool) -> None:
    home = stage.fresh(START, stage.root / f"disk of {largest_file}")
    full = stage.start(home, largest_file=largest_file)
    full.join()
    assert full.exitcode in ((0, 1) if may_succeed else (1,))
    _check_published_file(home)
    if full.exitcode == 0:
        assert differences(state_of(home), stage.undisturbed[START]) == []
    _check_next_run(stage, home.name)


@pytest.mark.parametrize("answered", [3, 25])
def test_a_network_that_is_lost_in_the_middle(stage: Stage, answered: int) -> None:
    home = stage.fresh(START, stage.root / f"network after {answered}")
    stage.simulator.faults.add(host="*", skip=answered, times=-1, answer="reset")
    try:
        cut_off = stage.start(home, max_retry_seconds=0.5)
        cut_off.join()
    finally:
        stage.simulator.faults.clear()
    assert cut_off.exitcode == 1
    _check_published_file(home)
    _check_next_run(stage, home.name)
