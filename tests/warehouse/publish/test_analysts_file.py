"""The analysts' file: what it holds, what it says of itself, who may read it, and what is not in it."""

from __future__ import annotations

import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.warehouse.models.runner import run_all
from pipelines.warehouse.publish.analysts_file import ANALYSTS_FILE, FURTHER_TABLES, MODE, PERSON_TABLES
from pipelines.warehouse.publish.published_file import publish
from tests.warehouse import small_ward
from tests.warehouse.publish.test_published_file import OPTIONS, PROJECT

MARTS = {model.name for model in PROJECT.models.values() if model.schema == "marts"}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("analysts") / "warehouse.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("set timezone = 'UTC'")
        small_ward.write(con, small_ward.make(seed=3))
        run_all(con, PROJECT)
    return path


@pytest.fixture(scope="module")
def file(warehouse: Path) -> Path:
    return publish(warehouse, warehouse.parent / "published", OPTIONS).with_name(ANALYSTS_FILE)


@pytest.fixture
def con(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(file), read_only=True) as con:
        yield con


def test_it_holds_every_mart_and_the_person_days_as_the_warehouse_does(
    con: duckdb.DuckDBPyConnection, warehouse: Path
) -> None:
    names = {row[0] for row in con.execute("select table_name from duckdb_tables()").fetchall()}
    assert names == {"about_this_file", "made_from", *PERSON_TABLES, *FURTHER_TABLES, *MARTS}
    con.execute(f"attach '{warehouse}' as warehouse (read_only)")
    sources = {name: f"intermediate.{model}" for name, model in (PERSON_TABLES | FURTHER_TABLES).items()}
    sources |= {name: f"marts.{name}" for name in MARTS}
    for name, source in sources.items():
        here, there = f"from {name}", f"from warehouse.{source}"
        for query in (f"{here} except all {there}", f"{there} except all {here}"):
            assert not con.execute(query).fetchall(), name
    assert con.execute("select count(*) from person_days").fetchall()[0][0] > 500


def test_every_table_and_column_is_explained(con: duckdb.DuckDBPyConnection) -> None:
    tables = con.execute("select table_name from duckdb_tables() where coalesce(comment, '') = ''").fetchall()
    columns = con.execute(
        "select table_name, column_name from duckdb_columns() where coalesce(comment, '') = '' and not internal"
    ).fetchall()
    views = con.execute("select view_name from duckdb_views() where not internal and coalesce(comment, '') = ''")
    assert not tables
    assert not columns
    assert not views.fetchall()
    personal = con.execute("select table_name from duckdb_tables() where comment like 'PERSONAL DATA%'").fetchall()
    assert {row[0] for row in personal} == set(PERSON_TABLES)


def test_it_says_what_it_is_and_who_may_read_it(con: duckdb.DuckDBPyConnection) -> None:
    about = con.sql("from about_this_file").pl().row(0, named=True)
    assert about["holds_personal_data"] is True
    assert about["organisation_name"] == OPTIONS.organisation_name
    assert about["min_group"] == OPTIONS.min_group
    assert about["is_simulated"] is True
    assert "仮名" in about["holds_ja"]
    assert "分析担当者" in about["readers_ja"]
    assert "owner and the group" in about["readers_en"]


def test_others_may_not_read_it_and_everybody_may_read_the_published_one(file: Path) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == MODE == 0o640
    assert file.with_name("katsuyo.duckdb").stat().st_mode & stat.S_IROTH


def test_it_is_closed_to_others_while_it_is_written(warehouse: Path, tmp_path: Path) -> None:
    folder = tmp_path / "published"
    seen: dict[str, int] = {}
    is_done = threading.Event()

    def watch() -> None:
        while not is_done.is_set():
            for path in folder.glob(f"*{ANALYSTS_FILE}*"):
                try:
                    seen[path.name] = seen.get(path.name, 0) | stat.S_IMODE(path.stat().st_mode)
                except FileNotFoundError:
                    continue

    watcher = threading.Thread(target=watch)
    watcher.start()
    publish(warehouse, folder, OPTIONS)
    is_done.set()
    watcher.join()
    assert any(name.endswith(".part") for name in seen)
    assert not [name for name, mode in seen.items() if mode & stat.S_IRWXO]


def test_a_person_belongs_to_the_whole_exactly_once_a_day(con: duckdb.DuckDBPyConnection) -> None:
    days = con.execute("select count(*), count(distinct (person_key, activity_date)) from person_days").fetchall()
    whole = con.execute(
        "select count(*), count(distinct (person_key, activity_date)) from person_department_days "
        "where department_key = 'ALL'"
    ).fetchall()
    assert whole == days
    assert days[0][0] == days[0][1]


def test_figures_made_of_person_days_are_those_of_the_marts(con: duckdb.DuckDBPyConnection) -> None:
    compared = con.execute(
        """
        select count(*), count(*) filter (where d.headcount_people <> p.people or d.chat_active_people <> p.chat_people)
        from fct_department_days as d
        inner join (
            select
                department_key, activity_date, count(*) as people,
                case when count(chat_messages_count) > 0 then count(*) filter (chat_messages_count > 0) end
                    as chat_people
            from person_department_days group by all
        ) as p using (department_key, activity_date)
        """
    ).fetchall()
    assert compared[0][0] > 100
    assert compared[0][1] == 0


def test_reach_is_made_of_where_each_person_counts(con: duckdb.DuckDBPyConnection) -> None:
    """A month's reach of a department: the people who count there, and those of them who chatted on a day."""
    compared = con.execute(
        """
        select count(*), count(*) filter (where m.numerator <> p.acting or m.denominator <> p.people)
        from rpt_department_metrics as m
        inner join (
            select a.department_key, p.period_start, count(*) as people, count(*) filter (d.has_chatted) as acting
            from person_periods as p
            inner join home_departments as a using (home_key)
            inner join (
                select person_key, month_start, bool_or(chat_messages_count > 0) as has_chatted
                from person_days where chat_messages_count is not null group by all
            ) as d on p.person_key = d.person_key and p.period_start = d.month_start
            where p.period_kind = 'month' group by all
        ) as p using (department_key, period_start)
        where m.metric_id = 'chat_reach' and m.period_kind = 'month' and m.segment_kind = 'all'
        """
    ).fetchall()
    assert compared[0][0] >= 10
    assert compared[0][1] == 0


def test_it_is_replaced_whole_and_opens_while_the_pipeline_writes(warehouse: Path, tmp_path: Path) -> None:
    file = publish(warehouse, tmp_path / "published", OPTIONS).with_name(ANALYSTS_FILE)
    with duckdb.connect(str(file), read_only=True) as reader:
        before = reader.execute("select count(*) from person_days").fetchall()
        publish(warehouse, tmp_path / "published", OPTIONS)
        assert reader.execute("select count(*) from person_days").fetchall() == before
    with duckdb.connect(str(warehouse)) as writer:
        writer.execute("create or replace temp table busy as select 1")
        with duckdb.connect(str(file), read_only=True) as reader:
            assert reader.execute("select count(*) from person_days").fetchall() == before
    assert not list(file.parent.glob("*.part*"))


def test_no_raw_table_and_no_key_of_a_file_or_an_account_is_in_it(con: duckdb.DuckDBPyConnection) -> None:
    keys = con.execute(
        "select distinct column_name from duckdb_columns() where not internal and suffix(column_name, '_key')"
    ).fetchall()
    of_departments = {
        *("department_key", "home_key", "parent_key", "successor_key", "today_key", "source_key", "target_key"),
    }
    assert {row[0] for row in keys} <= {"person_key", *of_departments}


def test_a_reader_who_comes_again_and_again_always_meets_a_whole_file(warehouse: Path, tmp_path: Path) -> None:
    """While it is written anew, twice: every opening succeeds, and finds every person-day and every mart."""
    file = publish(warehouse, tmp_path / "published", OPTIONS).with_name(ANALYSTS_FILE)
    query = "select count(*), (select count(*) from rpt_department_metrics) from person_department_days"
    with duckdb.connect(str(file), read_only=True) as reader:
        expected = reader.execute(query).fetchall()
    first = file.stat().st_ino
    writer = threading.Thread(target=lambda: [publish(warehouse, tmp_path / "published", OPTIONS) for _ in range(2)])
    writer.start()
    found = []
    while writer.is_alive():
        with duckdb.connect(str(file), read_only=True) as reader:
            found.append(reader.execute(query).fetchall())
    writer.join()
    assert file.stat().st_ino != first
    assert len(found) > 1
    assert found == [expected] * len(found)
