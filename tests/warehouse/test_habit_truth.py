"""Habits, tiers and the funnel against the truth of a simulated ward, person by person and department by department.

The truth goes through the plain implementation of tests/differential, which reads the ward's truth file alone. The
spans hold a 1 April with its transfers, leavers and returns, and more than twelve weeks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.simulator.world import World, WorldConfig
from pipelines.warehouse.models.runner import run_all
from tests.differential.facts import Facts
from tests.differential.plain_book import KEY
from tests.differential.plain_habit import COLUMNS, HABIT, TOOLS, habit_metrics, judged_people
from tests.differential.plain_raw import calendar_of
from tests.differential.plain_truth import read_truth
from tests.project import PROJECT
from tests.warehouse import world_tables

# The plan of a ward knows who used Box on a day and not how much.
NOT_IN_THE_TRUTH = (pl.col("metric_id") == "top_decile_share") & (pl.col("segment") == "box")
DIGITS = 5e-7
WARDS = {
    "small": WorldConfig(seed=5, staff=60, first_day=date(2026, 1, 14), last_day=date(2026, 5, 3)),
    "larger": WorldConfig(seed=77, staff=300, first_day=date(2025, 1, 8), last_day=date(2025, 4, 29)),
}


@dataclass
class Case:
    con: duckdb.DuckDBPyConnection
    facts: Facts
    config: WorldConfig


@pytest.fixture(scope="module", params=WARDS)
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    config = WARDS[request.param]
    world = World.build(config)
    path: Path = tmp_path_factory.mktemp(request.param) / "truth.duckdb"
    world.write_truth(path)
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'")
        world_tables.write(con, world, world_tables.traces(world, lambda frame: frame))
        world_tables.write_reports(con, world)
        run_all(con, PROJECT)
        numbers = world.people.select("employee_number").unique()
        con.register("numbers", numbers.to_arrow())
        yield Case(con, read_truth(path, calendar_of(con), config.first_day, config.last_day), config)


@pytest.mark.parametrize("tool", TOOLS)
def test_what_is_said_of_everybody_is_the_truth(case: Case, tool: str) -> None:
    weeks, said = judged_people(case.facts, tool)
    true = {
        (weeks[number].start, person): (
            one.is_too_new, one.habit, one.ever, one.recent, one.tier if tool == "chat" else None
        )
        for number, people in said.items()
        for person, one in people.items()
    }  # fmt: skip
    rows = case.con.execute(
        "select week_start, person_key, is_too_new, is_habit, has_ever_used, has_recent_use, tier "
        "from intermediate.int_person_habits where tool = $tool and week_start >= $first",
        {"tool": tool, "first": min(week.start for week in weeks)},
    ).fetchall()
    told = {row[:2]: row[2:] for row in rows}
    assert told.keys() == true.keys()
    wrong = [(key, told[key], true[key]) for key in told if told[key] != true[key]]
    assert not wrong, f"{len(wrong)} of {len(told)}: {wrong[:5]}"
    assert {one[1] for one in told.values()} == {True, False, None}


def test_every_cell_is_the_truth(case: Case) -> None:
    told = case.con.sql("select * from marts.rpt_department_metrics").pl()
    told = told.filter(pl.col("metric_id").is_in(HABIT), ~NOT_IN_THE_TRUTH).select(COLUMNS)
    true = habit_metrics(case.facts).filter(~NOT_IN_THE_TRUTH)
    assert told.join(true, on=KEY, how="anti").is_empty()
    assert true.join(told, on=KEY, how="anti").is_empty()
    cells = told.join(true, on=KEY, suffix="_true")
    for column in ("numerator", "denominator", "group_people"):
        one, other = pl.col(column), pl.col(f"{column}_true")
        agrees = ((one - other).abs() <= DIGITS).fill_null(one.is_null() & other.is_null())
        wrong = cells.filter(~agrees).select(*KEY, column, f"{column}_true")
        assert wrong.is_empty(), f"{len(wrong)} of {len(cells)} cells differ: {wrong.head(10)}"
    positive = cells.filter(pl.col("numerator") > 0)
    assert set(positive["metric_id"]) == set(HABIT)
