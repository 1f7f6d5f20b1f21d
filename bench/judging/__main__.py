"""`python -m bench.judging`: what the intervals behind the words do on a simulated ward in which the truth is known.

Days permuted within people show how often a change is seen where there is none; planted rises, how often one is found;
groups dealt at random, how often an interval holds the figure of all; the truth, whether the bounds of telework hold.
"""

from __future__ import annotations

import argparse
import time
from datetime import date

import numpy as np
import polars as pl
from rich.console import Console
from rich.table import Table

from bench.judging import proof
from bench.judging.replay import Replay
from bench.judging.ward import working_days


def main() -> None:
    """Run the experiments one after the other and print their shares."""
    options = argparse.ArgumentParser(prog="python -m bench.judging", description=__doc__)
    options.add_argument("--staff", type=int, default=3_000)
    options.add_argument("--times", type=int, default=5, help="how often the days and groups are drawn")
    options.add_argument("--seed", type=int, default=20260615)
    asked = options.parse_args()
    started = time.perf_counter()
    days = working_days(asked.seed, asked.staff)
    replay, rng, console = Replay(), np.random.default_rng(asked.seed), Console()
    for words, lengths in (("months", proof.MONTHS), ("weeks", proof.WEEKS)):
        alarms = proof.false_alarms(replay, days, lengths, asked.times, rng)
        title = f"Nothing changes, {words} of {lengths[0]} and {lengths[1]} days: intervals without 0 (5 % are right)"
        _print(console, title, _wide(alarms))
    finds = proof.finds(replay, days, (3, 5, 8), asked.times, rng)
    _print(console, "Planted rises: found by the product and by a paired test of the people's own rates", finds)
    held = proof.coverage(replay, days, asked.times, rng)
    _print(console, "Groups dealt at random: intervals that hold the figure of all (95 % are right)", _wide(held))
    _print(console, "Bounds that hold what was really done", proof.bounds(replay, days, rng))
    console.print(f"{asked.staff} staff, {asked.times} times, {time.perf_counter() - started:.0f} s, {date.today()}")  # noqa: DTZ011


def _wide(shares: pl.DataFrame) -> pl.DataFrame:
    """One row a metric, one column a size, with the number of intervals."""
    text = pl.format("{} % of {}", (pl.col("share") * 100).round(1), pl.col("count"))
    named = shares.select("metric_id", size=pl.format("{} and more people", "size"), text=text)
    return named.pivot("size", index="metric_id", values="text")


def _print(console: Console, title: str, frame: pl.DataFrame) -> None:
    table = Table(*frame.columns, title=title, title_justify="left")
    for row in frame.iter_rows():
        table.add_row(*(f"{value:.1%}" if isinstance(value, float) else str(value) for value in row))
    console.print(table)


if __name__ == "__main__":
    main()
