"""A full disk and a lost network end the run with an error; the next run ends as if nothing had happened."""

from __future__ import annotations

import duckdb
import pytest

from tests.crash.conftest import STARTS, Stage
from tests.crash.state import differences, state_of

pytestmark = pytest.mark.slow

START = STARTS[0]


def _check_next_run(stage: Stage, name: str) -> None:
    stage.run(stage.root / name)
    assert differences(state_of(stage.root / name), stage.undisturbed[START]) == []


# No room for a table of the landing; for little of the warehouse; for nearly all of it.
@pytest.mark.parametrize("share", [0.0001, 0.1, 0.9])
def test_a_full_disk(stage: Stage, share: float) -> None:
    whole = (stage.root / f"undisturbed after {START}" / "warehouse.duckdb").stat().st_size
    home = stage.fresh(START, stage.root / f"disk of {share}")
    published = (home / "published" / "katsuyo.duckdb").read_bytes()
    full = stage.start(home, largest_file=int(share * whole))
    full.join()
    assert full.exitcode == 1
    # A published file is the old one or the new one, never a part.
    assert (home / "published" / "katsuyo.duckdb").read_bytes() == published
    _check_next_run(stage, home.name)


@pytest.mark.parametrize("answered", [3, 12, 25])
def test_a_network_that_is_lost_in_the_middle(stage: Stage, answered: int) -> None:
    home = stage.fresh(START, stage.root / f"network after {answered}")
    stage.simulator.faults.add(host="*", skip=answered, times=-1, answer="reset")
    try:
        cut_off = stage.start(home, max_retry_seconds=0.5)
        cut_off.join()
    finally:
        stage.simulator.faults.clear()
    assert cut_off.exitcode == 1
    with duckdb.connect(str(home / "published" / "katsuyo.duckdb"), read_only=True) as con:
        assert con.execute("select count(*) from department_metrics").fetchall()[0][0] > 0
    _check_next_run(stage, home.name)
