"""What must hold for every organisation: nobody is lost, nobody counts twice, departments add up in whole people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

import duckdb
import pytest
from duckdb import DuckDBPyConnection as Connection
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
    "int_person_main_posts", "int_department_homes", "int_home_ancestors", "int_person_homes", "int_home_cells",
    "int_periods", "int_fact_periods", "int_person_periods", "int_department_people",
    "int_directory_days", "int_licence_reports", "int_licence_spans", "int_person_spans", "int_person_roll_days",
    "int_person_days",
)  # fmt: skip
ORDER = [PROJECT.models[name] for name in PROJECT.order if name in PEOPLE]
TABLES = list(SmallOrganisation().tables())
QUIET = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


@pytest.fixture(scope="module")
def base() -> Iterator[tuple[Connection, dict[str, str]]]:
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


def build(base: tuple[Connection, dict[str, str]], world: SmallOrganisation, order_seed: int = 0) -> None:
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
    base: tuple[Connection, dict[str, str]], world: SmallOrganisation
) -> None:
    build(base, world)
    everybody_on_the_rolls_counts_once_a_day_and_nobody_else_does(base[0], world)
    everybody_has_one_home_a_day(base[0])
    everybody_counts_once_a_period_where_most_working_days_are(base[0])
    departments_add_up_to_whole_people(base[0], world)
    what_a_department_becomes_is_what_the_lines_say(base[0], world)


def everybody_on_the_rolls_counts_once_a_day_and_nobody_else_does(con: Connection, world: SmallOrganisation) -> None:
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


def everybody_has_one_home_a_day(con: Connection) -> None:
    """That of the post called 主務, else of the largest one, else of the first by its department."""
    posts: dict[tuple[str, date], list[tuple]] = defaultdict(list)
    for person, day, department, kind, weight in con.execute(
        "select person_key, activity_date, department_key, post_kind, weight from intermediate.int_person_days"
    ).fetchall():
        posts[person, day].append((kind != "主務", -weight, department))
    homes = con.execute(
        "select person_key, activity_date, department_key from intermediate.int_person_homes "
        "inner join intermediate.int_days on activity_date between span_from and span_to"
    ).fetchall()
    assert sorted(homes) == sorted((*key, min(held)[-1]) for key, held in posts.items())


def everybody_counts_once_a_period_where_most_working_days_are(con: Connection) -> None:
    """Of the whole period by the calendar, whatever the facts hold; of equals the later, by the last stay there."""
    homes: dict[str, dict[date, tuple[str, date]]] = defaultdict(dict)
    for person, day, department, span_from in con.execute(
        "select person_key, date_day, department_key, span_from from intermediate.int_person_homes "
        "inner join raw.calendar on date_day between span_from and span_to"
    ).fetchall():
        homes[person][day] = (department, span_from)
    is_open = dict(con.execute("select date_day, is_working_day from raw.calendar").fetchall())
    expected = []
    for kind, start, end in con.execute(
        "select period_kind, period_start, period_end from intermediate.int_periods where period_kind <> 'day'"
    ).fetchall():
        days = [start + timedelta(n) for n in range((end - start).days + 1)]
        for person, held in homes.items():
            there = [day for day in days if day in held]
            if not set(there) & set(DAYS):
                continue
            stays: dict[str, tuple[int, date]] = {}
            for day in there:
                worked, _ = stays.get(held[day][0], (0, day))
                stays[held[day][0]] = (worked + is_open[day], day)
            department = max(stays, key=stays.__getitem__)
            expected.append((person, kind, start, department, held[stays[department][1]][1]))
    counted = con.execute(
        "select p.person_key, p.period_kind, p.period_start, h.department_key, p.span_from "
        "from intermediate.int_person_periods as p "
        "inner join intermediate.int_person_homes as h on p.person_key = h.person_key and p.span_from = h.span_from"
    ).fetchall()
    assert sorted(counted) == sorted(expected)


def departments_add_up_to_whole_people(con: Connection, world: SmallOrganisation) -> None:
    """Whole = sum of the top departments; each department = its own people + the departments below it."""
    whole: dict[date, dict[str, int]] = defaultdict(dict)
    for day, department, people in con.execute(
        "select activity_date, a.department_key, count(*) from intermediate.int_person_homes as h "
        "inner join intermediate.int_days on activity_date between h.span_from and h.span_to "
        "inner join intermediate.int_home_ancestors as a on h.home_key = a.home_key group by all"
    ).fetchall():
        whole[day][department] = people
    own = dict(con.execute(
        "select (activity_date, department_key), count(*) from intermediate.int_person_homes "
        "inner join intermediate.int_days on activity_date between span_from and span_to group by all"
    ).fetchall())  # fmt: skip
    for day, people in whole.items():
        tree = parents_on(world, day)
        assert set(people) <= {*tree, "ALL"}
        for department in [*tree, "ALL"]:
            below = sum(people.get(child, 0) for child, parent in tree.items() if parent == department)
            assert people.get(department, 0) == own.get((day, department), 0) + below
    for kind, start, everybody, parts, days, days_of_parts in con.execute(
        "select period_kind, period_start, "
        "sum(headcount_people) filter (department_key = 'ALL'), "
        "sum(headcount_people) filter (department_key in ('a', 'b', 'NONE')), "
        "sum(person_working_days) filter (department_key = 'ALL'), "
        "sum(person_working_days) filter (department_key in ('a', 'b', 'NONE')) "
        "from intermediate.int_department_people where segment_kind = 'all' group by all"
    ).fetchall():
        assert everybody == (parts or 0), (kind, start)
        assert days == (days_of_parts or 0), (kind, start)


def parents_on(world: SmallOrganisation, day: date) -> dict[str, str]:
    """Department -> the one above it."""
    return {
        row["department_key"]: row["parent_key"] or "ALL"
        for row in world.departments
        if row["valid_from"] <= day <= row["valid_to"]
    } | {"NONE": "ALL"}


def what_a_department_becomes_is_what_the_lines_say(con: Connection, world: SmallOrganisation) -> None:
    """All changes are on one day, so one step leads to today; what has none there leads to NONE."""
    present = set(parents_on(world, LAST))
    found: dict[tuple[str, date], dict[str, float]] = defaultdict(dict)
    for department, day, today, share in con.execute(
        "select department_key, activity_date, today_key, people_share from intermediate.int_department_today "
        "inner join intermediate.int_days on activity_date between valid_from and valid_to"
    ).fetchall():
        found[department, day][today] = share
    for (department, day), shares in found.items():
        lines = [line for line in world.succession if line["from_department_key"] == department]
        if day >= CHANGE or not lines:
            lines = [{"to_department_key": department, "stated_share": 1.0}]
        expected: dict[str, float] = defaultdict(float)
        for line in lines:
            share = 1 / len(lines) if line["stated_share"] is None else line["stated_share"]
            target = line["to_department_key"]
            expected[target if target in present else "NONE"] += share
        assert shares == pytest.approx(dict(expected), abs=1e-9)


@settings(max_examples=5, **QUIET)
@given(world=small_people.worlds())
def test_neither_a_second_run_nor_the_order_of_rows_changes_anything(
    base: tuple[Connection, dict[str, str]], world: SmallOrganisation
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
    assert {"int_department_today", "int_person_periods"} <= {model.name for model in ORDER}
