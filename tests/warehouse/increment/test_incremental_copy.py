"""Published files brought up to date from the former ones are the same as files made anew."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.warehouse.connection import connect
from pipelines.warehouse.models.runner import run_all
from pipelines.warehouse.publish.analysts_file import ANALYSTS_FILE
from pipelines.warehouse.publish.published_file import METRICS_FOLDER, PUBLISHED_FILE, PublishOptions, publish
from tests.warehouse.increment.test_incremental_equals_full import CHANGES, PROJECT, noted, young_ward
from tests.warehouse.small_ward import DAYS

OPTIONS = PublishOptions("みらい区（架空）", date(2026, 4, 17), 5, 7_300_000, 200, "0.1.0")
KNOWN = DAYS[-5]
MORNINGS = ["a day arrives", "a day is restated", "a day is taken back", "somebody moves", "departments merge"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of a ward whose last days have not arrived yet."""
    path = tmp_path_factory.mktemp("copies") / "warehouse.duckdb"
    with young_ward(2, KNOWN) as con:
        con.execute(f"attach '{path}' as file")
        con.execute("copy from database memory to file")
    return path


@pytest.fixture
def warehouse(built: Path, tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "warehouse.duckdb"
    shutil.copyfile(built, path)
    return path


def live_on(warehouse: Path, name: str, day: date) -> None:
    with connect(warehouse) as con:
        noted(con, CHANGES[name], day)
        run_all(con, PROJECT, full_refresh=False, collect=True)


def contents(folder: Path) -> dict[str, object]:
    """Rows of every table of both files whatever their order, and every comment."""
    found: dict[str, object] = {}
    for name in (PUBLISHED_FILE, ANALYSTS_FILE):
        with duckdb.connect(str(folder / name), read_only=True) as con:
            for (table,) in con.execute("select table_name from duckdb_tables()").fetchall():
                if table != "made_from":
                    found[f"{name} {table}"] = con.sql(f"select * from {table} order by all").pl()
            found[f"{name} comments"] = con.sql(
                "select table_name, column_name, comment from duckdb_columns() union all "
                "select table_name, null, comment from duckdb_tables() order by all"
            ).pl()
    for path in (folder / METRICS_FOLDER).iterdir():
        found[path.name] = pl.read_parquet(path)  # in order, whatever they were made from
    return found


def differing(one: dict[str, object], other: dict[str, object]) -> list[str]:
    assert one.keys() == other.keys()
    return [name for name in one if not one[name].equals(other[name])]  # ty: ignore[unresolved-attribute]


def test_files_brought_up_to_date_are_those_made_anew(warehouse: Path, tmp_path: Path) -> None:
    publish(warehouse, tmp_path / "kept", OPTIONS)
    for number, name in enumerate(MORNINGS):
        live_on(warehouse, name, KNOWN + timedelta(days=1))
        former = contents(tmp_path / "kept")
        publish(warehouse, tmp_path / "kept", OPTIONS)
        publish(warehouse, tmp_path / f"anew{number}", OPTIONS)
        assert differing(contents(tmp_path / "kept"), contents(tmp_path / f"anew{number}")) == [], name
        assert differing(contents(tmp_path / "kept"), former), name


def test_what_did_not_change_is_not_written_again(warehouse: Path, tmp_path: Path) -> None:
    publish(warehouse, tmp_path, OPTIONS)
    parquet = {path: path.stat().st_mtime_ns for path in (tmp_path / METRICS_FOLDER).iterdir()}
    with duckdb.connect(str(tmp_path / PUBLISHED_FILE)) as con:
        con.execute("update department_metrics set value = -1")  # a mark that only a new copy takes away
    publish(warehouse, tmp_path, replace(OPTIONS, organisation_name="別の区（架空）"))
    with duckdb.connect(str(tmp_path / PUBLISHED_FILE), read_only=True) as con:
        assert con.execute("select distinct value from department_metrics").fetchall() == [(-1.0,)]
        assert con.execute("select organisation_name from publication").fetchall() == [("別の区（架空）",)]
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / METRICS_FOLDER).iterdir()} == parquet


def test_another_comment_reaches_both_files_and_no_row_is_written_again(warehouse: Path, tmp_path: Path) -> None:
    publish(warehouse, tmp_path, OPTIONS)
    with duckdb.connect(str(tmp_path / PUBLISHED_FILE)) as con:
        con.execute("update department_metrics set value = -1")
    with duckdb.connect(str(tmp_path / ANALYSTS_FILE)) as con:
        con.execute("update rpt_department_metrics set value = -1")
    with connect(warehouse) as con:
        con.execute("comment on column marts.rpt_department_metrics.rate is 'another word'")
        con.execute("comment on column marts.rpt_department_metrics.n is null")
    publish(warehouse, tmp_path, OPTIONS)
    for file, table in ((PUBLISHED_FILE, "department_metrics"), (ANALYSTS_FILE, "rpt_department_metrics")):
        with duckdb.connect(str(tmp_path / file), read_only=True) as con:
            found = dict(
                con.execute(
                    "select column_name, comment from duckdb_columns() where table_name = ?", [table]
                ).fetchall()
            )
            assert (found["rate"], found["n"]) == ("another word", None)
            assert con.execute(f"select distinct value from {table}").fetchall() == [(-1.0,)]


@pytest.mark.parametrize(
    "reason", ["another rule", "other code", "another warehouse", "an older backup", "no database"]
)
def test_a_file_that_tells_something_else_is_made_anew(warehouse: Path, tmp_path: Path, reason: str) -> None:
    folder, options = tmp_path / "kept", OPTIONS
    publish(warehouse, folder, options)
    with duckdb.connect(str(folder / PUBLISHED_FILE)) as con:
        con.execute("update department_metrics set value = -1")
    if reason == "another rule":
        options = replace(OPTIONS, min_group=8)
    elif reason == "other code":
        with duckdb.connect(str(folder / PUBLISHED_FILE)) as con:
            con.execute("update made_from set tag = 'other'")
    elif reason == "no database":
        (folder / PUBLISHED_FILE).write_bytes(b"not a database")
    else:
        change = "run.warehouse set warehouse_id = 'x'" if reason == "another warehouse" else (
            "run.changes set change_number = change_number - 100000"
        )  # fmt: skip
        with connect(warehouse) as con:
            con.execute(f"update {change}")
    publish(warehouse, folder, options)
    publish(warehouse, tmp_path / "anew", options)
    assert differing(contents(folder), contents(tmp_path / "anew")) == []
