"""Where people really worked, against what the evidence says of it: the truth lies within the stated bounds.

Several worlds, each with another part of its traces lost: at random, among those who telework, a whole source, whole
days of the log. The counts themselves are compared with the truth at the end of the whole way, in tests/e2e.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.common.shipped import SQL_DIR
from pipelines.simulator.ward.changes import NO_CHANGES, Changes
from pipelines.simulator.world import World, WorldConfig
from tests.warehouse import world_tables
from tests.warehouse.place_truth import RATES, SEATS, WEEKLY, model_places, outside_the_bounds

FIRST, LAST = date(2026, 3, 9), date(2026, 4, 24)
LOST_DAY = date(2026, 4, 14)  # a UTC day, so the Tokyo days 14 and 15 are not known


def chance(frame: pl.DataFrame, *columns: str) -> pl.Series:
    """A number between 0 and 1 for each row, the same for equal values."""
    return frame.select(pl.struct(columns).hash(seed=1) / 2.0**64).to_series()


@dataclass(frozen=True)
class Loss:
    """A world and what of its traces is lost."""

    seed: int
    staff: int
    keep: Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame]
    missing: tuple[tuple[str, date], ...] = ()
    changes: Changes = NO_CHANGES


def a_fifth_of_all_days(frame: pl.DataFrame, _: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(chance(frame, "person", "day") >= 0.19)


def four_in_ten_days_of_telework(frame: pl.DataFrame, away: pl.DataFrame) -> pl.DataFrame:
    lost = away.filter(chance(away, "person", "day") < 0.4)
    return frame.join(lost, on=["person", "day"], how="anti")


def only_sign_ins(frame: pl.DataFrame, _: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("trace") == "sign_ins")


def each_trace_by_itself(frame: pl.DataFrame, _: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.Series(range(frame.height)).hash(seed=2) / 2.0**64 >= 0.19)


LOSSES = {
    "a_fifth_of_all_days": Loss(3, 300, a_fifth_of_all_days),
    "days_of_telework": Loss(8, 300, four_in_ten_days_of_telework, changes=Changes(reorganisation=True)),
    "only_sign_ins": Loss(21, 500, only_sign_ins),
    "each_trace_and_a_day": Loss(34, 120, each_trace_by_itself, missing=(("sign_ins", LOST_DAY),)),
}


@dataclass
class Case:
    """The warehouse with the truth attached as the table truth, and what was left of the traces."""

    con: duckdb.DuckDBPyConnection
    kept: dict[str, pl.DataFrame]
    loss: Loss


@pytest.fixture(scope="module", params=LOSSES)
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    loss = LOSSES[request.param]
    config = WorldConfig(seed=loss.seed, staff=loss.staff, first_day=FIRST, last_day=LAST, changes=loss.changes)
    world = World.build(config)
    path: Path = tmp_path_factory.mktemp(request.param) / "truth.duckdb"
    world.write_truth(path)
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'")
        con.execute(f"attach '{path}' as world (read_only)")
        away = con.sql(
            "select distinct employee_number as person, activity_date as day from world.truth_person_days "
            "where place in ('remote', 'mixed')"
        ).pl()
        kept = world_tables.traces(world, lambda frame: loss.keep(frame, away))
        world_tables.write(con, world, kept, loss.missing)
        model_places(con)
        yield Case(con, kept, loss)


@pytest.mark.parametrize("metric", RATES)
def test_the_true_rate_lies_within_the_bounds(case: Case, metric: str) -> None:
    compared, wrong = outside_the_bounds(case.con, RATES[metric], metric)
    assert compared > 20
    assert not wrong, f"{len(wrong)} of {compared}: {wrong[:5]}"


@pytest.mark.parametrize("metric", WEEKLY)
def test_the_true_days_a_week_lie_within_the_bounds(case: Case, metric: str) -> None:
    """In large departments: half of a mixed day may have left no trace, and half a day can make the third of a week."""
    compared, wrong = outside_the_bounds(case.con, WEEKLY[metric], metric, people=100)
    assert compared >= 4
    assert not wrong, f"{len(wrong)} of {compared}: {wrong[:5]}"


@pytest.mark.parametrize("metric", SEATS)
def test_the_true_seats_lie_within_the_bounds(case: Case, metric: str) -> None:
    compared, wrong = outside_the_bounds(case.con, SEATS[metric], metric)
    assert compared > 20
    assert not wrong, f"{len(wrong)} of {compared}: {wrong[:5]}"


def test_the_bounds_say_something(case: Case) -> None:
    """Bounds from 0 to 1 would hold the truth too."""
    low, high, covered = case.con.execute(
        "select bound_low, bound_high, coverage_share from marts.rpt_department_metrics "
        "where department_key = 'ALL' and metric_id = 'telework_day_rate' and period_kind = 'month' "
        "and period_start = date '2026-04-01' and segment_kind = 'all'"
    ).fetchall()[0]
    assert 0 < low < high < 0.6
    assert high - low <= 1 - covered + 0.1  # the days that are missing are in the coverage and not between the bounds


def test_coverage_is_the_share_of_days_that_left_a_trace(case: Case) -> None:
    """Counted from the traces themselves: a desktop at a place that says something, a session, a declaration."""
    desktop = pl.col("operating_system").str.to_lowercase().str.contains("^(windows|macos|linux)")
    tells = pl.col("ip_network_kind").is_in(["office", "branch", "telework_gateway", "mobile", "outside"])
    human = pl.read_csv(SQL_DIR / "seeds" / "box_event_types.csv")["event_type"]
    found = pl.concat(
        frame.select("person", "day")
        for frame in (
            case.kept["sign_ins"].filter(desktop, tells, pl.col("error_code") == 0, "is_interactive"),
            case.kept["box_events"].filter(
                tells, pl.col("event_type").is_in(human.implode()), pl.col("admin_id").is_null(),
                ~pl.col("service_name").fill_null("").str.contains("(?i)iphone|ipad|android|mobile|file request"),
            ),
            case.kept["vpn_sessions"],
            case.kept["telework_declarations"].filter(pl.col("work_place") != "trip"),
        )
    ).unique()  # fmt: skip
    case.con.register("found", found.to_arrow())
    expected = case.con.execute(
        "select cast(date_trunc('month', activity_date) as date), "
        "count(f.person) "
        "from truth left join found as f on employee_number = f.person and activity_date = f.day "
        "where department_key = 'ALL' group by 1 order by 1"
    ).fetchall()
    told = case.con.execute(
        "select period_start, numerator from marts.rpt_department_metrics where department_key = 'ALL' "
        "and metric_id = 'telework_coverage' and period_kind = 'month' and segment_kind = 'all' order by 1"
    ).fetchall()
    assert [row[0] for row in told] == [row[0] for row in expected]
    assert [row[1] for row in told] == [row[1] for row in expected]
