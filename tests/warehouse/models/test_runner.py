"""The SQL runner on small projects of its own: loading, order, kinds, atomic replacement, checks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines.warehouse.increment.change_log import BEGINNING, record_change
from pipelines.warehouse.models.model import ModelError, Project, load_project
from pipelines.warehouse.models.runner import run_all, run_model

HEADER = "/*\ndescription: A model.\ngrain: [a]\n*/\n"
BY_DAY = "/*\ndescription: By day.\ngrain: [activity_date, a]\nkind: by_day\ntime_column: activity_date\n*/\n"


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create schema raw")
        connection.execute("create table raw.t as select 1 as a, date '2026-03-31' as day")
        yield connection


def project(tmp_path: Path, **files: str) -> Project:
    """Models by name; a name beginning with stg lies in staging, every other in marts."""
    for name, sql in files.items():
        folder = tmp_path / ("staging/deep" if name.startswith("stg") else "marts")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.sql").write_text(sql, encoding="utf-8")
    return load_project(tmp_path)


def rows(con: duckdb.DuckDBPyConnection, table: str) -> list[tuple]:
    return con.execute(f"select * from {table} order by all").fetchall()


def test_a_model_knows_its_header_columns_and_upstream(tmp_path: Path) -> None:
    sql = (
        "/*\ndescription: >-\n  Two\n  lines.\ngrain: [a]\nkind: view\n*/\nwith x as (select a from raw.t)\n\n"
        "select\n    a, -- the a: unit, people\n    1 as b\nfrom x\n"
    )
    model = project(tmp_path, stg_x=sql).models["stg_x"]
    assert (model.full_name, model.kind, model.description) == ("staging.stg_x", "view", "Two lines.")
    assert model.columns == {"a": "the a: unit, people", "b": ""}
    assert model.depends_on == ("raw.t",)
    changed = project(tmp_path, stg_x=sql.replace("1 as b", "2 as b")).models["stg_x"]
    assert changed.definition.sql != model.definition.sql


def test_order_follows_what_models_read(tmp_path: Path) -> None:
    loaded = project(
        tmp_path,
        a_last=HEADER + "select a from marts.b_middle",
        b_middle=HEADER + "select s.a from staging.stg_first as s inner join raw.t as t on s.a = t.a",
        stg_first=HEADER + "select a from raw.t",
    )
    assert loaded.order == ("stg_first", "b_middle", "a_last")


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("select 1 as a", "does not open with a YAML comment"),
        ("/*\ndescription: [\n*/\nselect 1 as a", "is not YAML"),
        ("/*\ndescription: x\n*/\nselect 1 as a", "wrong at grain"),
        ("/*\ndescription: x\ngrain: []\nowner: me\n*/\nselect 1 as a", "wrong at owner"),
        (HEADER + "select 1 as a; select 2 as a", "exactly one SELECT"),
        (HEADER + "create table x as select 1", "exactly one SELECT"),
        (HEADER + "select from where", "not valid SQL near line"),
        (HEADER + "select a from t", "reads t without its schema"),
        (HEADER + "select a from marts.nowhere", "marts.m reads marts.nowhere, which no file makes"),
        (HEADER + "select a from marts.m", "read one another"),
        (HEADER + "select $start_date as a", "has a parameter"),
        (BY_DAY + "select day as activity_date, a from raw.t where day >= $other", "has a parameter"),
        (BY_DAY.replace("time_column: activity_date\n", "") + "select a from raw.t", "names its time_column"),
        (BY_DAY.replace("time_column: activity_date", "time_column: valid_from") + "select a from raw.t", "names its"),
        (BY_DAY + "select day, a from raw.t", "its time_column is none of"),
        (HEADER.replace("grain", "time_column: a\ngrain") + "select a from raw.t", "its time_column is none of"),
        (HEADER.replace("grain", "time_column: valid_from\ngrain") + "select a as valid_from, a from raw.t", "is none"),
        (
            HEADER.replace("grain", "time_column: period_start\ngrain") + "select a as period_start, a from raw.t",
            "is none",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, sql: str, sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence) as error:
        project(tmp_path, m=sql)
    assert str(error.value).endswith(".")
    assert "m" in str(error.value)


def test_names_are_unique_across_folders(tmp_path: Path) -> None:
    project(tmp_path, m=HEADER + "select a from raw.t")
    (tmp_path / "intermediate").mkdir()
    (tmp_path / "intermediate" / "m.sql").write_text(HEADER + "select a from raw.t", encoding="utf-8")
    with pytest.raises(ModelError, match=r"Two model files are called m\.sql"):
        load_project(tmp_path)


@pytest.mark.parametrize("folder", ["missing", "empty"])
def test_no_model_at_all_is_refused(tmp_path: Path, folder: str) -> None:
    """A wheel without its SQL once loaded as a system of no models, and nothing failed."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match=f"There is no model in .*{folder}: .* install Katsuyo again."):
        load_project(tmp_path / folder)


def test_comments_reach_the_database(tmp_path: Path, con: duckdb.DuckDBPyConnection) -> None:
    header = HEADER.replace("A model", "It's a model")
    loaded = project(tmp_path, m=header + "select a -- the organisation's a\nfrom raw.t", stg_v=HEADER.replace(
        "grain", "kind: view\ngrain") + "select a -- of the view\nfrom raw.t")  # fmt: skip
    results = run_all(con, loaded)
    assert results["m"].row_count == 1
    assert results["stg_v"].row_count is None
    table = con.execute("select comment from duckdb_tables() where table_name = 'm'").fetchall()
    view = con.execute("select comment from duckdb_views() where view_name = 'stg_v'").fetchall()
    columns = con.execute("select comment from duckdb_columns() where column_name = 'a' and comment is not null")
    assert table == [("It's a model.",)]
    assert view == [("A model.",)]
    assert sorted(columns.fetchall()) == [("of the view",), ("the organisation's a",)]


def test_a_model_may_change_its_kind(tmp_path: Path, con: duckdb.DuckDBPyConnection) -> None:
    as_view = HEADER.replace("grain", "kind: view\ngrain") + "select a from raw.t"
    for sql, kind in ((as_view, "VIEW"), (HEADER + "select a from raw.t", "BASE TABLE"), (as_view, "VIEW")):
        run_all(con, project(tmp_path, m=sql))
        found = con.execute("select table_type from information_schema.tables where table_name = 'm'").fetchall()
        assert found == [(kind,)]


def test_progress_is_told_after_each_model(tmp_path: Path, con: duckdb.DuckDBPyConnection) -> None:
    loaded = project(tmp_path, m=HEADER + "select a from raw.t", n=HEADER + "select a from marts.m")
    told: list[tuple[str, int | None]] = []
    run_all(con, loaded, lambda model, result: told.append((model.name, result.row_count)))
    assert told == [("m", 1), ("n", 1)]


def test_a_failing_check_keeps_the_former_table(tmp_path: Path, con: duckdb.DuckDBPyConnection) -> None:
    checked = (
        "/*\ndescription: A model.\ngrain: [a]\nnot_null: [a]\nchecks:\n- name: small\n"
        "  sql: select a from marts.m where a > 9;\n- name: odd\n  severity: warn\n"
        "  sql: select a from marts.m where a % 2 = 0 -- a comment at the end\n*/\nselect a from raw.t"
    )
    model = project(tmp_path, m=checked).models["m"]
    assert [check.passed for check in run_model(con, model).checks] == [True, True, True, True]

    con.execute("insert into raw.t (a) select 10 + 2 * range from range(15)")
    with pytest.raises(ModelError, match=r"marts\.m breaks its check `small` in 15 rows"):
        run_model(con, model)
    assert rows(con, "marts.m") == [(1,)]

    result = run_model(con, model, collect=True)
    assert result.row_count == 16
    small, odd = result.checks[2:]
    assert (small.passed, small.severity, small.count) == (False, "error", 15)
    assert small.keys == [[str(10 + 2 * n)] for n in range(10)]
    assert (odd.name, odd.passed, odd.severity) == ("odd", False, "warn")


def test_a_warning_does_not_stop_the_model(tmp_path: Path, con: duckdb.DuckDBPyConnection) -> None:
    warned = (
        HEADER.replace("*/", "checks:\n- {name: w, severity: warn, sql: select 1 as a}\n*/") + "select a from raw.t"
    )
    result = run_model(con, project(tmp_path, m=warned).models["m"])
    assert [check.name for check in result.checks if not check.passed] == ["w"]


@pytest.mark.parametrize(
    ("sql", "broken"),
    [
        ("select 1 as a, 1 as b, 1 as c union all select 1, 1, 1", "`grain` in 1 rows"),
        ("select null as a, 1 as b, null as c", r"`not_null` \(a, c\) in 1 rows"),
        (
            "select * from (values (1, null, 1), (2, 1, null), (3, 1, 1)) as t(a, b, c)",
            r"`not_null` \(b, c\) in 2 rows",
        ),
    ],
)
def test_grain_and_not_null_are_checked(tmp_path: Path, con: duckdb.DuckDBPyConnection, sql: str, broken: str) -> None:
    header = HEADER.replace("*/", "not_null: [a, b, c]\n*/")
    with pytest.raises(ModelError, match=broken) as raised:
        run_all(con, project(tmp_path, m=header + sql))
    assert [check.passed for check in raised.value.checks].count(False) == 1


def test_a_model_that_cannot_be_built_says_why_and_leaves_the_connection_usable(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    broken = project(tmp_path, m=HEADER + "select nowhere as a from raw.t").models["m"]
    with pytest.raises(ModelError, match=r"marts\.m cannot be built: .*nowhere"):
        run_model(con, broken)
    run_all(con, project(tmp_path, m=HEADER + "select a from raw.t"))
    assert rows(con, "marts.m") == [(1,)]


def test_a_stale_day_is_made_again_and_nothing_before_it(tmp_path: Path, con: duckdb.DuckDBPyConnection) -> None:
    model = project(tmp_path, m=BY_DAY + "select day as activity_date, a from raw.t").models["m"]
    con.execute("insert into raw.t values (2, date '2026-04-01'), (3, date '2026-04-02')")
    assert run_model(con, model, full_refresh=False).since == BEGINNING  # never built
    assert run_model(con, model, full_refresh=False).since is None

    con.execute("update raw.t set a = a * 10")
    record_change(con, "raw.t", date(2026, 4, 1))
    assert run_model(con, model, full_refresh=False).since == date(2026, 4, 1)
    assert [row[1] for row in rows(con, "marts.m")] == [1, 20, 30]  # the first day was not looked at
    assert run_model(con, model, full_refresh=False).since is None
    run_model(con, model)
    assert [row[1] for row in rows(con, "marts.m")] == [10, 20, 30]


def test_readers_are_stale_only_from_the_day_that_changed(tmp_path: Path, con: duckdb.DuckDBPyConnection) -> None:
    loaded = project(
        tmp_path,
        stg_t=HEADER.replace("grain", "kind: view\ngrain") + "select a, day as activity_date from raw.t",
        b=BY_DAY + "select activity_date, a // 10 as a from staging.stg_t",
        c=BY_DAY + "select activity_date, a from marts.b",
        d=HEADER + "select max(a) as a from marts.c",
    )
    con.execute("insert into raw.t values (22, date '2026-04-01'), (33, date '2026-04-02')")
    run_all(con, loaded)

    con.execute("update raw.t set a = case a when 33 then 44 else a + 1 end")
    record_change(con, "raw.t", date(2026, 4, 1))
    since = {name: result.since for name, result in run_all(con, loaded, full_refresh=False).items()}
    # Of b the 1st turned out the same, so for its reader only the 2nd is stale.
    assert since == {"stg_t": date(2026, 4, 1), "b": date(2026, 4, 1), "c": date(2026, 4, 2), "d": date(2026, 4, 2)}
    assert rows(con, "marts.d") == [(4,)]

    con.execute("update raw.t set a = a + 1")
    record_change(con, "raw.t", date(2026, 4, 1))
    since = {name: result.since for name, result in run_all(con, loaded, full_refresh=False).items()}
    assert (since["b"], since["c"], since["d"]) == (date(2026, 4, 1), None, None)


def test_another_statement_is_built_whole_and_so_are_its_readers(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    view = HEADER.replace("grain", "kind: view\ngrain") + "select a, day as activity_date from raw.t"
    files = {"stg_t": view, "b": BY_DAY + "select activity_date, a from staging.stg_t"}
    run_all(con, project(tmp_path, **files))
    files["stg_t"] = view.replace("select a,", "select a + 1 as a,")
    results = run_all(con, project(tmp_path, **files), full_refresh=False)
    assert {result.since for result in results.values()} == {BEGINNING}
    assert [row[1] for row in rows(con, "marts.b")] == [2]


def comments(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """What the database says of each table, view and column of ours; whatever it says nothing of is left out."""
    rows = con.execute(
        "select table_name, comment from duckdb_tables() union all select view_name, comment from duckdb_views() "
        "union all select table_name || '.' || column_name, comment from duckdb_columns()"
    ).fetchall()
    return {name: text for name, text in rows if text}


@pytest.mark.parametrize("kind", ["by_day", "table", "view"])
def test_another_comment_or_layout_makes_no_row_again(
    tmp_path: Path, con: duckdb.DuckDBPyConnection, kind: str
) -> None:
    header = BY_DAY.replace("kind: by_day", f"kind: {kind}")
    files = {"m": header + "select\n    day as activity_date, -- the day\n    a -- number\nfrom raw.t",
             "reader": HEADER + "select count(*) as a from marts.m"}  # fmt: skip
    run_all(con, project(tmp_path, **files))
    if kind != "view":
        con.execute("update marts.m set a = 40")  # by nobody who could: only to see that no row is made again
    before = rows(con, "marts.m")

    files["m"] = header.replace("By day.", "Day by day.") + (
        "-- Why it is so.\nselect  day as activity_date, -- a Tokyo day\n a from raw.t;\n"
    )
    results = run_all(con, project(tmp_path, **files), full_refresh=False)
    assert {result.since for result in results.values()} == {None}
    assert rows(con, "marts.m") == before
    found = comments(con)
    assert (found["m"], found["m.activity_date"], found.get("m.a")) == ("Day by day.", "a Tokyo day", None)
    assert {result.since for result in run_all(con, project(tmp_path, **files), full_refresh=False).values()} == {None}


@pytest.mark.parametrize("line", ["kind: table", "looks_ahead_days: 3", "by_quarter: true"])
def test_another_way_to_make_the_rows_makes_them_again(
    tmp_path: Path, con: duckdb.DuckDBPyConnection, line: str
) -> None:
    sql = "select day as activity_date, a from raw.t"
    run_all(con, project(tmp_path, m=BY_DAY + sql))
    header = BY_DAY.replace("kind: by_day", line if line.startswith("kind") else f"kind: by_day\n{line}")
    assert run_all(con, project(tmp_path, m=header + sql), full_refresh=False)["m"].since == BEGINNING


def test_another_check_asks_all_rows_and_makes_none_again(tmp_path: Path, con: duckdb.DuckDBPyConnection) -> None:
    sql = "select day as activity_date, a from raw.t"
    run_all(con, project(tmp_path, m=BY_DAY + sql))
    con.execute("update marts.m set a = 40")  # by nobody who could: only to see which rows are asked
    for check, is_kept in (("a > 9", False), ("a > 99", True)):
        header = BY_DAY.replace("*/", f"checks:\n- {{name: small, sql: select a from marts.m where {check}}}\n*/")
        model = project(tmp_path, m=header + sql).models["m"]
        for _ in range(2):  # a check that failed is asked again
            with nullcontext() if is_kept else pytest.raises(ModelError, match="`small`"):
                assert run_model(con, model, full_refresh=False).since is None
        assert rows(con, "marts.m") == [(date(2026, 3, 31), 40)]


def test_what_other_code_made_is_made_again_once(tmp_path: Path, con: duckdb.DuckDBPyConnection) -> None:
    loaded = project(tmp_path, m=BY_DAY + "select day as activity_date, a from raw.t")
    run_all(con, loaded)
    con.execute("update run.model_builds set code_hash = 'other'")
    assert run_all(con, loaded, full_refresh=False)["m"].since == BEGINNING
    assert run_all(con, loaded, full_refresh=False)["m"].since is None


def test_a_warehouse_of_a_former_release_is_brought_up_to_date_once(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    """Its table of builds knew the statement only; its changes count on, and so does its name."""
    loaded = project(tmp_path, m=BY_DAY + "select day as activity_date, a from raw.t")
    run_all(con, loaded)
    con.execute("drop table run.model_builds")
    con.execute(
        "create table run.builds (model_name varchar, sql_hash varchar, is_clean boolean, change_number bigint)"
    )
    con.execute("insert into run.builds values ('marts.m', 'x', true, 1)")
    changes, warehouse = rows(con, "run.changes"), rows(con, "run.warehouse")
    assert run_all(con, loaded, full_refresh=False)["m"].since == BEGINNING
    assert run_all(con, loaded, full_refresh=False)["m"].since is None
    assert rows(con, "run.warehouse") == warehouse
    assert max(rows(con, "run.changes")) > max(changes)


def test_a_model_may_look_back_from_the_first_stale_day(tmp_path: Path, con: duckdb.DuckDBPyConnection) -> None:
    sql = BY_DAY + (
        "select day as activity_date, sum(a) over (order by day rows between 1 preceding and current row)::int as a "
        "from raw.t where day >= $start_date - interval 1 day"
    )
    model = project(tmp_path, m=sql).models["m"]
    con.execute("insert into raw.t values (2, date '2026-04-01'), (3, date '2026-04-02')")
    run_model(con, model)
    con.execute("update raw.t set a = 30 where a = 3")
    record_change(con, "raw.t", date(2026, 4, 2))
    run_model(con, model, full_refresh=False)
    assert [row[1] for row in rows(con, "marts.m")] == [1, 3, 32]


def test_stale_days_that_violate_a_check_leave_the_former_rows(tmp_path: Path, con: duckdb.DuckDBPyConnection) -> None:
    model = project(tmp_path, m=BY_DAY + "select day as activity_date, a from raw.t").models["m"]
    run_model(con, model)
    con.execute("insert into raw.t values (1, date '2026-03-31')")
    record_change(con, "raw.t", date(2026, 3, 31))
    for _ in range(2):  # and are stale as before
        with pytest.raises(ModelError, match="`grain`"):
            run_model(con, model, full_refresh=False)
        assert rows(con, "marts.m") == [(date(2026, 3, 31), 1)]


def test_a_warning_is_given_again_until_it_is_mended(tmp_path: Path, con: duckdb.DuckDBPyConnection) -> None:
    check = "checks:\n- {name: w, severity: warn, sql: select 1 as a where exists (from raw.t where a = 1)}\n*/"
    model = project(tmp_path, m=HEADER.replace("*/", check) + "select a from raw.t").models["m"]
    for expected in (["w"], ["w"]):
        result = run_model(con, model, full_refresh=False)
        assert [one.name for one in result.checks if not one.passed] == expected
    con.execute("update raw.t set a = 2")
    record_change(con, "raw.t")
    assert all(one.passed for one in run_model(con, model, full_refresh=False).checks)
    assert [one.name for one in run_model(con, model, full_refresh=False).checks] == ["grain", "w"]


def test_a_check_is_asked_again_though_the_rows_are_the_same(tmp_path: Path, con: duckdb.DuckDBPyConnection) -> None:
    check = "checks:\n- {name: known, sql: select a from marts.m where a < (select max(a) from raw.t)}\n*/"
    model = project(tmp_path, m=HEADER.replace("*/", check) + "select min(a) as a from raw.t").models["m"]
    run_model(con, model)
    con.execute("insert into raw.t values (2, date '2026-04-01')")
    record_change(con, "raw.t")
    with pytest.raises(ModelError, match="`known`"):
        run_model(con, model, full_refresh=False)


@pytest.mark.parametrize(
    ("before", "after", "changed_from"),
    [
        ([(1, "2026-04-01", "2999-12-31")], [(1, "2026-04-01", "2999-12-31")], None),
        ([(1, "2026-04-01", "2999-12-31")], [(1, "2026-04-01", "2026-04-09")], "2026-04-10"),
        ([(1, "2026-04-01", "2999-12-31")],
         [(1, "2026-04-01", "2026-04-09"), (2, "2026-04-10", "2999-12-31")], "2026-04-10"),
        ([(1, "2026-04-01", "2999-12-31")], [(2, "2026-04-01", "2999-12-31")], "2026-04-01"),
        ([(1, "2026-04-01", "2026-04-09")], [(1, "2026-04-05", "2026-04-09")], "2026-04-01"),
        ([], [(1, "2026-04-05", "2026-04-09")], "2026-04-05"),
    ],
)  # fmt: skip
def test_spans_differ_from_the_day_on_which_something_else_is_said(
    tmp_path: Path, con: duckdb.DuckDBPyConnection, before: list, after: list, changed_from: str | None
) -> None:
    con.execute("create table raw.s (a int, valid_from date, valid_to date)")
    con.execute("create schema marts; create table marts.seen as select date '2026-01-01' as activity_date")
    loaded = project(
        tmp_path,
        m="/*\ndescription: Spans.\ngrain: [a, valid_from]\ntime_column: valid_from\n*/\n"
        "select a, valid_from, valid_to from raw.s",
        reader=HEADER + "select count(*) as a from marts.m",
    )
    for rows_of_raw in (before, after):
        con.execute("delete from raw.s")
        if rows_of_raw:
            con.executemany("insert into raw.s values (?, ?, ?)", rows_of_raw)
        record_change(con, "raw.s")
        results = run_all(con, loaded, full_refresh=False)
    assert results["reader"].since == (date.fromisoformat(changed_from) if changed_from else None)


def test_a_week_or_a_year_is_stale_from_its_stale_day(tmp_path: Path, con: duckdb.DuckDBPyConnection) -> None:
    periods = (
        "select 'week' as period_kind, date_trunc('week', day)::date as period_start, sum(a) as a from raw.t "
        "group by all union all select 'fiscal_year', date '2025-04-01', sum(a) from raw.t"
    )
    loaded = project(
        tmp_path,
        m="/*\ndescription: Periods.\ngrain: [period_kind, period_start]\nkind: by_day\ntime_column: period_start\n*/\n"
        + periods,
        reader=HEADER + "select sum(a) as a from marts.m",
    )
    con.execute("insert into raw.t values (5, date '2026-03-18')")
    run_all(con, loaded)
    con.execute("update raw.t set a = 2 where a = 1")
    record_change(con, "raw.t", date(2026, 3, 31))
    results = run_all(con, loaded, full_refresh=False)
    # The year began long before; its figure is another only because of the 31st.
    assert results["reader"].since == date(2026, 3, 31)
    assert rows(con, "marts.reader") == [(14,)]


def test_a_check_that_asks_row_by_row_asks_the_rows_that_were_made_again(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    checks = (
        "checks:\n- {name: small, sql: select a from marts.m where a > 9}\n"
        "- {name: few, sql: select sum(a) as a from marts.m having sum(a) > 50}\n*/"
    )
    model = project(tmp_path, m=BY_DAY.replace("*/", checks) + "select day as activity_date, a from raw.t").models["m"]
    run_model(con, model)
    con.execute("update marts.m set a = 40")  # by nobody who could: only to see which rows are asked
    for first, second, broken in ((2, 3, None), (9, 1, None), (10, 0, "`small`"), (5, 6, "`few`")):
        con.execute("delete from raw.t where day > date '2026-03-31'")
        con.execute(f"insert into raw.t values ({first}, date '2026-04-01'), ({second}, date '2026-04-02')")
        record_change(con, "raw.t", date(2026, 4, 1))
        with pytest.raises(ModelError, match=broken) if broken else nullcontext():
            run_model(con, model, full_refresh=False)


def test_a_warning_about_an_old_day_is_given_when_a_new_one_comes(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    check = "checks:\n- {name: w, severity: warn, sql: select a from marts.m where a = 1}\n*/"
    model = project(tmp_path, m=BY_DAY.replace("*/", check) + "select day as activity_date, a from raw.t").models["m"]
    run_model(con, model)
    con.execute("insert into raw.t values (2, date '2026-04-01')")
    record_change(con, "raw.t", date(2026, 4, 1))
    assert [one.name for one in run_model(con, model, full_refresh=False).checks if not one.passed] == ["w"]


def test_a_model_made_by_quarter_is_the_same_table(tmp_path: Path, con: duckdb.DuckDBPyConnection) -> None:
    """Days before, between and after the quarters of the calendar too; and again when all of it is stale."""
    sql = "select day as activity_date, a from raw.t"
    loaded = project(tmp_path, m=BY_DAY.replace("kind:", "by_quarter: true\nkind:") + sql)
    con.execute("create table raw.calendar as select date '2026-01-01' + d::int as date_day from range(300) as r(d)")
    days = ("1999-12-31", "2025-12-31", "2026-01-01", "2026-04-01", "2026-06-30", "2026-12-31", "2031-01-01")
    con.execute("delete from raw.t")
    con.executemany("insert into raw.t values (1, ?)", [(day,) for day in days])
    run_all(con, loaded)
    assert [str(row[0]) for row in rows(con, "marts.m")] == [*days]
    con.execute("update raw.t set a = 2")
    record_change(con, "raw.t")
    run_all(con, loaded, full_refresh=False)
    assert [(str(day), a) for day, a in rows(con, "marts.m")] == [(day, 2) for day in days]


def test_only_days_can_be_made_by_quarter(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="only a by_day model of single dates"):
        project(tmp_path, m=HEADER.replace("grain", "by_quarter: true\ngrain") + "select a from raw.t")
