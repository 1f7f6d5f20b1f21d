"""The whole chain on a small ward against figures that plain loops work out, and the constraints of the marts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import duckdb
import pytest

from pipelines.warehouse.models.runner import run_all, run_model
from tests.project import PROJECT, leading_to
from tests.warehouse import small_ward
from tests.warehouse.small_ward import DAYS, FIRST, MISSING_TEAMS, SmallWard

MARTS = [model.full_name for model in PROJECT.models.values() if model.schema == "marts"]


@pytest.fixture(scope="module")
def ward() -> SmallWard:
    return small_ward.make(seed=7)


@pytest.fixture(scope="module")
def con(ward: SmallWard) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        small_ward.write(connection, ward)
        run_all(connection, PROJECT)
        yield connection


def figures(con: duckdb.DuckDBPyConnection, table: str, column: str, *keys: str) -> dict[tuple, float | None]:
    rows = con.execute(f"select {', '.join(keys)}, {column} from {table}").fetchall()
    return {row[:-1]: row[-1] for row in rows}


def assert_equal(found: dict[tuple, float | None], expected: dict[tuple, float | None]) -> None:
    assert {key: value for key, value in found.items() if value} == pytest.approx(
        {key: value for key, value in expected.items() if value}, abs=1e-6
    )


def by_day(ward: SmallWard, value: Callable[[str, date], object]) -> dict[tuple, float | None]:
    """(department, day) -> persons for whom value(person, day) is true, at their home and above."""
    counts: dict[tuple, int] = defaultdict(int)
    for person in {post[0] for post in ward.posts}:
        for day in DAYS[1:]:
            home = small_ward.home(ward, person, day)
            if home and value(person, day):
                for department in small_ward.ancestors(home[0]):
                    counts[department, day] += 1
    return dict(counts)


def test_days_equal_the_loops(con: duckdb.DuckDBPyConnection, ward: SmallWard) -> None:
    def column(name: str) -> dict[tuple, float | None]:
        found = figures(con, "marts.fct_department_days", name, "department_key", "activity_date")
        return {key: value for key, value in found.items() if key[1] > FIRST}

    assert_equal(column("headcount_people"), by_day(ward, lambda *_: True))
    assert_equal(column("chat_active_people"), by_day(ward, lambda p, d: (p, d) in ward.chat and d != MISSING_TEAMS))
    assert_equal(
        column("meeting_active_people"), by_day(ward, lambda p, d: (p, d) in ward.meetings and d != MISSING_TEAMS)
    )
    for name in ("office", "remote", "mixed", "mobile", "unknown"):
        assert_equal(
            column(f"{name}_people"), by_day(ward, lambda p, d, n=name: small_ward.telework_class(ward, p, d) == n)
        )
    box_days = {(person, small_ward.tokyo(at)) for person, at, _ in ward.events}
    assert_equal(column("box_active_people"), by_day(ward, lambda p, d: (p, d) in box_days))


def test_missing_days_are_null_and_not_zero(con: duckdb.DuckDBPyConnection) -> None:
    chat = figures(con, "marts.fct_department_days", "chat_active_people", "department_key", "activity_date")
    office = figures(con, "marts.fct_department_days", "office_people", "department_key", "activity_date")
    assert {day for (_, day), value in chat.items() if value is None} == {MISSING_TEAMS}
    assert {day for (_, day), value in office.items() if value is None} == {
        FIRST, date(2026, 4, 2), date(2026, 4, 3)
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["week", "month"])
def test_reach_equals_the_loops(con: duckdb.DuckDBPyConnection, ward: SmallWard, kind: str) -> None:
    """A person counts once, where most of the working days of the whole period are, with all that was done in it."""
    counts: dict[tuple[str, str], dict[tuple, int]] = defaultdict(lambda: defaultdict(int))
    for begin in sorted({_begin(day, kind) for day in DAYS}):
        whole = [begin + timedelta(n) for n in range(31) if _begin(begin + timedelta(n), kind) == begin]
        for person in {post[0] for post in ward.posts}:
            told = [day for day in whole if day in DAYS and small_ward.home(ward, person, day)]
            where = small_ward.counted(ward, person, whole)
            if not told or where is None:
                continue
            leaf, is_capable = where
            known = [day for day in told if day != MISSING_TEAMS]
            kinds = [small_ward.telework_class(ward, person, day) for day in told if small_ward.is_working(day)]
            is_placed, was_away = any(kinds), bool({"remote", "mixed"} & {*kinds})
            marks = {
                ("chat_reach", "denominator"): bool(known),
                ("chat_reach", "numerator"): any((person, day) in ward.chat for day in known),
                ("telework_reach", "denominator"): is_placed,
                ("telework_reach", "numerator"): was_away,
                ("telework_capable_reach", "denominator"): is_placed and is_capable,
                ("telework_capable_reach", "numerator"): was_away and is_capable,
            }
            for department in small_ward.ancestors(leaf):
                for name, is_set in marks.items():
                    counts[name][department, begin] += is_set
    assert len(counts) == 6
    for (metric_id, column), expected in counts.items():
        cells = (
            f"(from marts.rpt_department_metrics where metric_id = '{metric_id}' and segment_kind = 'all' "
            f"and period_kind = '{kind}')"
        )
        assert_equal(figures(con, cells, column, "department_key", "period_start"), dict(expected))


def _begin(day: date, kind: str) -> date:
    return day - timedelta(day.weekday()) if kind == "week" else day.replace(day=1)


def test_departments_add_up_to_their_parents(con: duckdb.DuckDBPyConnection) -> None:
    columns = ["headcount_people", "chat_active_people", "office_people", "telework_person_days", "chat_messages_count"]
    sums = ", ".join(f"sum(case when department_key in ('0100', '0200') then {name} end) - "
                     f"sum(case when department_key = 'ALL' then {name} end)" for name in columns)  # fmt: skip
    rows = con.execute(f"select {sums} from marts.fct_department_days group by activity_date").fetchall()
    assert all((value or 0) == 0 for row in rows for value in row)


def test_the_order_of_raw_rows_does_not_matter(con: duckdb.DuckDBPyConnection, ward: SmallWard) -> None:
    with duckdb.connect() as other:
        other.execute("set timezone = 'UTC'")
        small_ward.write(other, ward, order_seed=99)
        run_all(other, PROJECT)
        for table in MARTS:
            query = f"select * from {table} order by all"
            assert other.execute(query).fetchall() == con.execute(query).fetchall(), table


def test_no_model_that_leaves_the_warehouse_holds_a_person(con: duckdb.DuckDBPyConnection) -> None:
    columns = con.execute("select distinct column_name from duckdb_columns() where schema_name = 'marts'").fetchall()
    assert not {name for (name,) in columns if "person_key" in name or "address" in name or "entra" in name}


def test_the_status_of_every_day_is_told(con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute(
        "select activity_date, report_status from marts.fct_report_status "
        "where dataset = 'teams_user_activity' order by 1"
    ).fetchall()
    assert len(rows) == len(DAYS)
    statuses = dict(rows)
    assert statuses[MISSING_TEAMS] == "missing"
    assert statuses[date(2026, 4, 11)] == "final"
    assert statuses[date(2026, 4, 12)] == "provisional"


def test_a_post_that_outlives_its_department_is_reported(ward: SmallWard) -> None:
    with duckdb.connect() as other:
        other.execute("set timezone = 'UTC'")
        small_ward.write(other, ward)
        other.execute("update raw.org_departments set valid_to = '2026-03-31' where department_code = '020101'")
        results = [run_model(other, model) for model in leading_to("int_person_assignments")]
    failed = [check for check in results[-1].checks if not check.passed]
    assert [(check.name, check.severity) for check in failed] == [("every_post_lies_in_its_department", "warn")]
