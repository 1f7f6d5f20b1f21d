"""bench/judging in short: the intervals behind the words are right as often as they say, on the product's own models.

The draws are seeded, so the shares are the same on every run; `python -m bench.judging` draws more of them.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from bench.judging import proof
from bench.judging.replay import Replay
from bench.judging.ward import HAPPENED, permuted, planted, working_days
from tests.project import PROJECT

SEED, STAFF = 20260615, 1_500


@pytest.fixture(scope="module")
def days() -> pl.DataFrame:
    return working_days(SEED, STAFF)


@pytest.fixture(scope="module")
def replay() -> Replay:
    return Replay(PROJECT)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(SEED)


def of_all(shares: pl.DataFrame, size: int) -> tuple[int, float]:
    """(intervals, share) of all metrics together in cells of that size."""
    return shares.filter(size=size, metric_id="all").select("count", "share").row(0)


@pytest.mark.parametrize("lengths", [proof.MONTHS, proof.WEEKS])
def test_where_nothing_changes_one_interval_of_twenty_says_so(
    replay: Replay, days: pl.DataFrame, rng: np.random.Generator, lengths: tuple[int, int]
) -> None:
    alarms = proof.false_alarms(replay, days, lengths, 3, rng)
    count, share = of_all(alarms, 50)
    assert count > 500
    assert 0.03 <= share <= 0.07
    count, share = of_all(alarms, 30)
    assert count > 500
    assert share <= 0.07


def test_a_planted_rise_is_found_as_often_as_by_a_paired_test(
    replay: Replay, days: pl.DataFrame, rng: np.random.Generator
) -> None:
    finds = proof.finds(replay, days, (3, 8), 1, rng)
    of_size = finds.group_by("points", "size").agg(
        *((pl.col(name) * pl.col("count")).sum() / pl.col("count").sum() for name in ("share", "paired"))
    )
    assert (of_size["share"] - of_size["paired"]).abs().max() <= 0.05
    found = {row[:2]: row[2] for row in of_size.select("points", "size", "share").iter_rows()}
    assert 0.1 < found[3, 60] < found[3, 300]
    assert found[8, 300] == 1


def test_nineteen_intervals_of_twenty_hold_the_figure_of_all(
    replay: Replay, days: pl.DataFrame, rng: np.random.Generator
) -> None:
    count, share = of_all(proof.coverage(replay, days, 4, rng), 50)
    assert count > 500
    assert 0.93 <= share <= 0.97


def test_the_bounds_hold_what_was_done_in_every_cell(
    replay: Replay, days: pl.DataFrame, rng: np.random.Generator
) -> None:
    held = proof.bounds(replay, days, rng)
    assert set(held["metric_id"]) == {
        *("telework_reach", "telework_day_rate", "telework_capable_reach", "telework_capable_day_rate"),
    }
    assert held["count"].min() > 200
    assert held["share"].to_list() == [1] * 4
    assert held["strictly"].min() > 0.9


def test_permuting_keeps_every_day_of_every_person(days: pl.DataFrame, rng: np.random.Generator) -> None:
    after = permuted(days, rng)
    assert not after.equals(days)
    assert after.drop(HAPPENED).equals(days.drop(HAPPENED))
    of_person = ["person", *HAPPENED]
    assert after.select(of_person).sort(of_person).equals(days.select(of_person).sort(of_person))


def test_what_is_planted_is_as_much_as_it_says_and_lies_behind_the_day(
    days: pl.DataFrame, rng: np.random.Generator
) -> None:
    after = planted(days, 5, 21, rng)
    assert after.filter(pl.col("day") < 21).equals(days.filter(pl.col("day") < 21))
    for name in ("chat_messages_count", "box_actions_count"):
        rise = (after[name] > 0).mean() - (days[name] > 0).mean()
        assert rise * 40 / 19 == pytest.approx(0.05, abs=0.006)
