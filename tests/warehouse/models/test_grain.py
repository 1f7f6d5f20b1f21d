"""The form of a SELECT proves its grain, or it proves nothing: each look-alike here really gives equal rows."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from pipelines.warehouse.models.grain import proves_grain

UNIQUE = {"raw.once": ("_day", "coalesce(x, y)")}


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create schema raw")
        connection.execute(
            "create table raw.t as select a, b, c, [1, 2] as many, if(a = 1, 'x', 'X') as word "
            "from range(1, 3) as p(a), range(1, 3) as q(b), range(1, 3) as r(c)"
        )
        connection.execute("create table raw.u as select * from (values (1, 7), (1, 8)) as v(a, d)")
        connection.execute("create table raw.once (_day date, x integer, y integer, z integer)")
        connection.execute("insert into raw.once values ('2026-03-31', 1, 1, 5), ('2026-03-31', null, 2, 5)")
        yield connection


def has_equal_rows(con: duckdb.DuckDBPyConnection, sql: str, grain: str) -> bool:
    return bool(con.execute(f"select 1 from ({sql}) group by {grain} having count(*) > 1").fetchall())


def proves(sql: str, grain: str) -> bool:
    tree = sqlglot.parse_one(sql, read="duckdb")
    assert isinstance(tree, exp.Query)
    return proves_grain(tree, grain.split(", "), UNIQUE)


FIRST = "qualify row_number() over (partition by {} order by c) = 1"


@pytest.mark.parametrize(
    ("sql", "grain"),
    [
        (f"select a, b, c from raw.t {FIRST.format('a, b')}", "a, b"),
        (f"select a, b, c from raw.t {FIRST.format('a')}", "a, b"),
        (f"select t.b as a, t.a as k from raw.t {FIRST.format('t.a')}", "k"),
        (f"select t.a, t.b, u.d from raw.t inner join raw.u on t.a = u.a {FIRST.format('t.a, t.b')}", "a, b"),
        (f"select a, b from raw.t {FIRST.format('a, b')} and b > 0", "a, b"),
        (f"select coalesce(a, b) as k from raw.t {FIRST.format('coalesce(a, b)')}", "k"),
        ("select a, b, sum(c) as c from raw.t group by a, b", "a, b"),
        ("select t.a as k, count(*) as n from raw.t inner join raw.u on t.a = u.a group by t.a", "k"),
        ("select distinct a, b from raw.t", "a, b"),
        ("with x as (select a, b, max(c) as c from raw.t group by a, b) select c as a, a as k, b from x", "k, b"),
        ("with x as (select distinct a from raw.t), y as (select a as k from x where a > 0) select k from y", "k"),
        ("select _day, coalesce(x, y) as k, z from raw.once where z > 0", "_day, k"),
        ("select o._day as d, coalesce(o.x, o.y) as k from raw.once as o", "d, k"),
    ],
)
def test_a_form_that_leaves_one_row_proves_the_grain(con: duckdb.DuckDBPyConnection, sql: str, grain: str) -> None:
    assert not has_equal_rows(con, sql, grain)
    assert proves(sql, grain)


@pytest.mark.parametrize(
    ("sql", "grain"),
    [
        # other columns than the grain
        (f"select a, b from raw.t {FIRST.format('a, b')}", "a"),
        (f"select a, b from raw.t {FIRST.format('a, b, c')}", "a, b"),
        ("select a, b, sum(c) as c from raw.t group by a, b", "a"),
        ("select a, sum(c) as s from raw.t group by a, b", "a"),
        ("select distinct a, b from raw.t", "a"),
        ("select distinct on (a, b) a, b from raw.t", "a"),
        # aliases that change the meaning
        (f"select a % 1 as a from raw.t {FIRST.format('a')}", "a"),
        (f"select b as a, a as b from raw.t {FIRST.format('a, c')}", "a, b"),
        (f"select lower(word) as word from raw.t {FIRST.format('word')}", "word"),
        ("select lower(word) as word, count(*) as n from raw.t group by t.word", "word"),
        ("with x as (select a as b, b as a from raw.t group by a, b) select a as k from x", "k"),
        # not the first row alone
        ("select a from raw.t qualify rank() over (partition by a order by b) = 1", "a"),
        ("select a from raw.t qualify dense_rank() over (partition by a order by b) = 1", "a"),
        ("select a from raw.t qualify row_number() over (partition by a order by b) <= 2", "a"),
        ("select a from raw.t qualify row_number() over (partition by a order by b) > 1", "a"),
        ("select a from raw.t qualify row_number() over (partition by a order by b) = 1 or b = 2", "a"),
        ("select a from raw.t qualify not row_number() over (partition by a order by b) = 1", "a"),
        # rows that are made afterwards
        (f"with x as (select a from raw.t {FIRST.format('a')}) select x.a from x inner join raw.u on x.a = u.a", "a"),
        (f"with x as (select a from raw.t {FIRST.format('a')}) select x.a from x, raw.u", "a"),
        (f"with x as (select a, many from raw.t {FIRST.format('a')}) select a, unnest(many) as m from x", "a"),
        (f"with x as (select a from raw.t {FIRST.format('a')}) select a from x union all select a from x", "a"),
        ("select a, unnest(list(b)) as b from raw.t group by a", "a"),
        # groups that are more than the columns
        ("select a, count(*) as n from raw.t group by grouping sets ((a), (a, b))", "a"),
        ("select a, count(*) as n from raw.t group by rollup (a, b)", "a"),
        ("select a, b from raw.t group by all", "a"),
        # a table that is unique in something else
        ("select _day, z from raw.once", "_day, z"),
        ("select _day, coalesce(z, y) as k from raw.once", "_day, k"),
        ("select o._day, coalesce(o.x, o.y) as k from raw.once as o, raw.u", "_day, k"),
        ("select a from raw.t", "a"),
    ],
)
def test_what_only_looks_like_it_proves_nothing(con: duckdb.DuckDBPyConnection, sql: str, grain: str) -> None:
    assert has_equal_rows(con, sql, grain)
    assert not proves(sql, grain)


def test_a_grain_of_nothing_is_never_proved() -> None:
    assert not proves_grain(sqlglot.parse_one("select distinct a from raw.t", read="duckdb"), [], UNIQUE)
