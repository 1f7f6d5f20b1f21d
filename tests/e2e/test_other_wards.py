"""Small wards of other seeds, sizes, seasons and habits, over real HTTP: every metric, person and account is the truth.

The larger ones are compared by `python -m tests.e2e.full_truth`, see docs/metrics.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from pipelines.simulator.world import WorldConfig
from tests.crash.morning import run_morning
from tests.e2e.conftest import Ward, morning, served
from tests.e2e.keyed_truth import attach_both, department_differences, identity_differences
from tests.e2e.metric_truth import differences, told_and_true
from tests.e2e.other_wards import HABITS

pytestmark = pytest.mark.slow

WARDS = {
    "60 at home, around 1 April": WorldConfig(
        seed=31, staff=60, first_day=date(2025, 3, 24), last_day=date(2025, 4, 9), habits=HABITS["at_home"]
    ),
    "600 in the office, around 1 July": WorldConfig(
        seed=4096, staff=600, first_day=date(2027, 6, 25), last_day=date(2027, 7, 2), habits=HABITS["in_the_office"]
    ),
}


@pytest.fixture(scope="module", params=WARDS)
def other_ward(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    """After one late morning, taken by the steps of the daily run without Dagster."""
    config = WARDS[request.param]
    with served(tmp_path_factory.mktemp("other"), config) as ward:
        days = (config.last_day - config.first_day).days + 1
        window = [config.first_day - timedelta(days=1) + timedelta(days=n) for n in range(days + 1)]
        run_morning(ward.settings_at(morning(config.last_day + timedelta(days=9))), window)
        yield ward


def test_every_metric_is_the_truth(other_ward: Ward) -> None:
    config = other_ward.world.config
    cells = told_and_true(
        other_ward.home / "warehouse.duckdb",
        other_ward.root / "ward" / "truth.duckdb",
        config.first_day,
        config.last_day,
    )
    wrong = differences(cells)
    assert wrong.is_empty(), f"{len(wrong)} of {len(cells)} cells differ: {wrong.head(10)}"
    assert cells.filter(pl.col("value") > 0)["metric_id"].n_unique() > 40


def test_everybody_and_every_account_is_who_they_are(other_ward: Ward) -> None:
    config = other_ward.world.config
    key_file = Path(other_ward.environment["KATSUYO_PSEUDONYM_KEY_FILE"])
    truth = other_ward.root / "ward" / "truth.duckdb"
    with attach_both(other_ward.home / "warehouse.duckdb", truth, key_file) as con:
        elsewhere = department_differences(con, config.first_day, config.last_day)
        wrong, unknown = identity_differences(con, config.last_day + timedelta(days=9))
    assert not elsewhere, f"{len(elsewhere)} posts of a day differ: {elsewhere[:10]}"
    assert not wrong, f"{len(wrong)} identifiers belong to somebody else: {wrong[:10]}"
    assert not unknown, f"{len(unknown)} identifiers belong to nobody: {unknown[:10]}"
