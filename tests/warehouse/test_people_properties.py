"""What must hold for every organisation: nobody is lost, nobody counts twice, both views of history agree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings

from pipelines.warehouse.models.runner import run_all, run_model
from pipelines.warehouse.raw.calendar import write_calendar
from pipelines.warehouse.raw.schema import ensure_raw_tables
from tests.project import PROJECT
from tests.warehouse import small_people
from tests.warehouse.small_people import CHANGE, DAYS, FIRST, LAST, SmallOrganisation

PEOPLE = (
    "int_directory_months", "int_persons", "int_identity_claims", "int_identities", "int_directory_spans",
    "int_directory_departments",
    "int_departments", "int_department_tree", "int_today_departments", "int_department_today", "int_person_assignments",
    "int_person_department_spans", "int_directory_days", "int_licence_reports", "int_licence_spans", "int_person_spans",
    "int_person_roll_days", "int_person_days",
)  # fmt: skip
ORDER = [PROJECT.models[name] for name in PROJECT.order if name in PEOPLE]
TABLES = list(SmallOrganisation().tables())
QUIET = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


@pytest.fixture(scope="module")
def base() -> Iterator[tuple[duckdb.DuckDBPyConnection, dict[str, str]]]:
    """Every table the people models read, and the columns of those a world fills."""
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'")
        con.execute("set threads = 1")  # tiny tables: a second thread only waits
        ensure_raw_tables(con)
        write_calendar(con, FIRST, LAST)
        run_all(con, PROJECT)
        types = {
            name: ", ".join(f"{row[0]} {row[1]}" for row in con.execute(f"describe staging.{name}").fetchall())
            for name in TABLES
        }
        for name in TABLES:
            con.execute(f"drop view staging.{name}")
        con.execute(
            "insert into intermediate.int_days by name select date_day as activity_date, is_working_day, "
            "iso_week_start, month_start from raw.calendar where date_day between ? and ?",
            [FIRST, LAST],
        )
        yield con, types


def build(
    base: tuple[duckdb.DuckDBPyConnection, dict[str, str]], world: SmallOrganisation, order_seed: int = 0
) -> None:
    con, types = base
    small_people.write(con, world, types, order_seed)
    for model in ORDER:
        run_model(con, model)


def on_the_rolls(world: SmallOrganisation, person: str, day: date) -> bool:
    holds_a_post = any(
        post["employee_key"] == person and post["valid_from"] <= day <= post["valid_to"] for post in world.assignments
    )
    return holds_a_post or any(
        row["employee_key"] == person and row["joined_on"] and row["joined_on"] <= day <= (row["left_on"] or LAST)
        for row in world.staff
    )


@settings(max_examples=12, **QUIET)
@given(world=small_people.worlds())
def test_nobody_is_lost_and_nobody_counts_twice(
    base: tuple[duckdb.DuckDBPyConnection, dict[str, str]], world: SmallOrganisation
) -> None:
    build(base, world)
    everybody_on_the_rolls_counts_once_a_day_and_nobody_else_does(base[0], world)
    departments_add_up_at_every_level_in_both_views(base[0], world)


def everybody_on_the_rolls_counts_once_a_day_and_nobody_else_does(
    con: duckdb.DuckDBPyConnection, world: SmallOrganisation
) -> None:
    rows = con.execute(
        "select person_key, activity_date, sum(weight), count(*), count(distinct (department_key, post_kind)) "
        "from intermediate.int_person_days group by all"
    ).fetchall()  # fmt: skip
    people = {row["employee_key"] for row in [*world.staff, *world.assignments]}
    expected = {(person, day) for person in people for day in DAYS if on_the_rolls(world, person, day)}
    assert {row[:2] for row in rows} == expected
    assert all(abs(weight - 1) < 1e-6 and lines == posts for _, _, weight, lines, posts in rows)
    once = con.execute(
        "select count(*), count(distinct (person_key, activity_date)) from intermediate.int_person_roll_days"
    ).fetchall()[0]  # fmt: skip
    assert once == (len(expected), len(expected))


def departments_add_up_at_every_level_in_both_views(con: duckdb.DuckDBPyConnection, world: SmallOrganisation) -> None:
    """Whole = sum of the top departments; each department = its own posts + the departments below it."""
    totals: dict[tuple[str, date], dict[str, float]] = defaultdict(dict)
    for view, department, day, weight in con.execute(
        "select organisation_view, department_key, activity_date, sum(weight) "
        "from intermediate.int_person_department_spans inner join intermediate.int_days "
        "on activity_date between span_from and span_to group by all"
    ).fetchall():
        totals[view, day][department] = weight
    posts: dict[date, dict[str, float]] = defaultdict(dict)
    for department, day, weight in con.execute(
        "select department_key, activity_date, sum(weight) from intermediate.int_person_days group by all"
    ).fetchall():
        posts[day][department] = weight
    parents = {
        day: {
            row["department_key"]: row["parent_key"] or "ALL"
            for row in world.departments
            if row["valid_from"] <= day <= row["valid_to"]
        }
        | {"NONE": "ALL"}
        for day in DAYS
    }
    for (view, day), weights in totals.items():
        assert weights["ALL"] == pytest.approx(sum(posts[day].values()), abs=1e-5)
        tree = parents[day if view == "as_was" else LAST]
        assert set(weights) <= {*tree, "ALL"}
        own = posts[day] if view == "as_was" else carried_to_today(world, posts[day], day, set(parents[LAST]))
        for department in [*tree, "ALL"]:
            below = sum(weights.get(child, 0.0) for child, parent in tree.items() if parent == department)
            assert weights.get(department, 0.0) == pytest.approx(own.get(department, 0.0) + below, abs=1e-5)


def carried_to_today(world: SmallOrganisation, own: dict[str, float], day: date, present: set[str]) -> dict[str, float]:
    """The posts of a day in today's departments: all changes are on one day, so one step leads there."""
    result: dict[str, float] = defaultdict(float)
    for department, weight in own.items():
        lines = [line for line in world.succession if line["from_department_key"] == department]
        if day >= CHANGE or not lines:
            lines = [{"to_department_key": department, "stated_share": 1.0}]
        for line in lines:
            share = 1 / len(lines) if line["stated_share"] is None else line["stated_share"]
            target = line["to_department_key"]
            result[target if target in present else "NONE"] += weight * share
    return result


@settings(max_examples=5, **QUIET)
@given(world=small_people.worlds())
def test_neither_a_second_run_nor_the_order_of_rows_changes_anything(
    base: tuple[duckdb.DuckDBPyConnection, dict[str, str]], world: SmallOrganisation
) -> None:
    def everything() -> dict[str, list[tuple]]:
        return {
            model.name: base[0].execute(f"select * from {model.full_name} order by all").fetchall() for model in ORDER
        }

    build(base, world)
    first = everything()
    build(base, world, order_seed=7)
    assert everything() == first


def test_the_worlds_are_not_trivial() -> None:
    """The properties mean something only if people move between departments that change."""
    assert FIRST + timedelta(7) < CHANGE < LAST
    assert {"int_department_today", "int_person_department_spans"} <= {model.name for model in ORDER}
