"""A ward that loses a fifth of all evidence: in every department and month the true figure lies within the bounds.

The loss is a setting of the simulated ward (Habits.lost_evidence_share): of every fifth day somebody worked nothing is
left that tells a place. Losses of other kinds are in test_telework_truth.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import duckdb
import pytest

from pipelines.simulator.ward.habits import Habits
from pipelines.simulator.world import World, WorldConfig
from tests.warehouse import world_tables
from tests.warehouse.place_truth import RATES, SEATS, WEEKLY, model_places, outside_the_bounds

LOST_SHARE = 0.2
ANY_SIZE = 1  # people: a department of one is judged, too
WARDS = {
    "usual": WorldConfig(seed=55, staff=600, first_day=date(2026, 3, 9), last_day=date(2026, 5, 17)),
    "at home": WorldConfig(
        seed=9, staff=200, first_day=date(2025, 9, 1), last_day=date(2025, 10, 31), habits=Habits(telework=3.0, box=1.5)
    ),
}
PLACES = "('office', 'remote', 'mixed')"


@dataclass
class Case:
    con: duckdb.DuckDBPyConnection
    config: WorldConfig


@pytest.fixture(scope="module", params=WARDS)
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    usual = WARDS[request.param]
    config = replace(usual, habits=replace(usual.habits, lost_evidence_share=LOST_SHARE))
    world = World.build(config)
    folder = tmp_path_factory.mktemp("lost")
    world.write_truth(folder / "truth.duckdb")
    World.build(usual).write_truth(folder / "nothing_lost.duckdb")
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'")
        con.execute(f"attach '{folder / 'truth.duckdb'}' as world (read_only)")
        con.execute(f"attach '{folder / 'nothing_lost.duckdb'}' as whole (read_only)")
        world_tables.write(con, world, world_tables.traces(world, lambda frame: frame))
        model_places(con)
        yield Case(con, config)


def test_a_fifth_is_lost_and_nothing_else_is_another(case: Case) -> None:
    """The same days worked at the same places; of those that left a trace, four fifths still do."""
    moved = case.con.execute(
        "select count(*) from world.truth_person_days as l full join whole.truth_person_days as w "
        "using (employee_number, activity_date, department_code) where l.place is distinct from w.place "
        "or l.is_chat_active is distinct from w.is_chat_active"
    ).fetchall()[0][0]
    left, all_traced = case.con.execute(
        f"select count(*) filter (l.telework_class in {PLACES}), count(*) from world.truth_person_days as l "
        f"inner join whole.truth_person_days as w using (employee_number, activity_date, department_code) "
        f"where w.telework_class in {PLACES}"
    ).fetchall()[0]
    assert moved == 0
    assert left / all_traced == pytest.approx(1 - LOST_SHARE, abs=0.01)


@pytest.mark.parametrize("metric", {**RATES, **WEEKLY})
def test_the_true_rate_lies_within_the_bounds_everywhere(case: Case, metric: str) -> None:
    query = {**RATES, **WEEKLY}[metric]
    compared, wrong = outside_the_bounds(case.con, query, metric, people=ANY_SIZE)
    assert not wrong, f"{len(wrong)} of {compared}: {wrong[:5]}"
    assert compared > 50


@pytest.mark.parametrize("metric", SEATS)
def test_the_true_seats_lie_within_the_bounds_everywhere(case: Case, metric: str) -> None:
    compared, wrong = outside_the_bounds(case.con, SEATS[metric], metric, people=ANY_SIZE)
    assert not wrong, f"{len(wrong)} of {compared}: {wrong[:5]}"
    assert compared > 50


def test_every_department_and_month_was_judged(case: Case) -> None:
    """Otherwise "everywhere" would say little."""
    told = case.con.execute(
        "select count(*) from marts.rpt_department_metrics where metric_id = 'telework_day_rate' "
        "and segment_kind = 'all' and period_kind in ('month', 'fiscal_year') and bound_low is not null "
        "and group_people >= $people",
        {"people": ANY_SIZE},
    ).fetchall()[0][0]
    compared, _ = outside_the_bounds(case.con, RATES["telework_day_rate"], "telework_day_rate", people=ANY_SIZE)
    there = case.con.execute(
        "select count(*) from (select distinct department_key, date_trunc('month', activity_date) from truth)"
    ).fetchall()[0][0]
    assert compared == told > there


def test_coverage_is_right_in_every_department_and_month(case: Case) -> None:
    """Person-days with a trace of a place, as the ward knows it, of all person-days of working days."""
    wrong = case.con.execute(
        f"""
        with expected as (
            select t.department_key, cast(date_trunc('month', t.activity_date) as date) as period_start,
                count(*) filter (w.telework_class in {PLACES}) as covered
            from truth as t
            inner join (select * from world.truth_person_days where is_main_post)
                as w using (employee_number, activity_date)
            group by all
        ),

        told as (
            select department_key, period_start, numerator, denominator, coverage_share
            from marts.rpt_department_metrics
            where metric_id = 'telework_coverage' and period_kind = 'month' and segment_kind = 'all'
                and denominator > 0
        )

        select department_key, period_start, t.numerator, e.covered, t.denominator, r.person_days, t.coverage_share
        from told as t
        full join expected as e using (department_key, period_start)
        left join truth_rolls as r using (department_key, period_start)
        where t.numerator is null or t.numerator <> coalesce(e.covered, 0) or r.person_days is null
            or t.denominator <> r.person_days or abs(t.coverage_share - t.numerator / r.person_days) > 1e-6
        """
    ).fetchall()
    assert not wrong, f"{len(wrong)}: {wrong[:5]}"


def test_the_bounds_are_as_wide_as_what_is_not_known(case: Case) -> None:
    """Bounds from 0 to 1 would hold the truth too: between them lies what is not covered, less those on leave."""
    rows = case.con.execute(
        "select bound_low, bound_high, coverage_share from marts.rpt_department_metrics "
        "where department_key = 'ALL' and metric_id = 'telework_day_rate' and period_kind = 'month' "
        "and segment_kind = 'all'"
    ).fetchall()
    assert len(rows) >= 2
    assert all(0 < low < high <= low + 1 - covered + 1e-6 for low, high, covered in rows)
