"""The published file: what it holds, that it is replaced whole, and when nothing is published at all."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.errors import KatsuyoError
from pipelines.metrics import load_metrics
from pipelines.warehouse.models.runner import run_all
from pipelines.warehouse.publish.analysts_file import ANALYSTS_FILE
from pipelines.warehouse.publish.published_file import METRICS_FOLDER, PublishOptions, publish
from pipelines.warehouse.raw.schema import ensure_raw_tables
from tests.project import PROJECT
from tests.warehouse import small_ward

OPTIONS = PublishOptions(
    organisation_name="みらい区（架空）",
    as_of_date=date(2026, 4, 17),
    min_group=5,
    mail_limit_bytes=7_300_000,
    telework_pc_ceiling=200,
    release="0.1.0",
)
TABLES = {
    "watermarks",
    "report_revisions",
    "unmatched_accounts",
    "late_events",
    "people_basis",
    "publication",
    "department_targets",
    "dim_date",
    "dim_department",
    "dim_metric",
    "dim_measure_dataset",
    "dim_segment_measure",
    "department_metrics",
    "department_metrics_today",
    "department_changes",
    "department_expected",
    "judged_families",
    "judging_rules",
    "dim_department_routes",
    "datasets",
    "report_status",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("publish") / "warehouse.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("set timezone = 'UTC'")
        small_ward.write(con, small_ward.make(seed=3))
        run_all(con, PROJECT)
    return path


@pytest.fixture
def warehouse(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(built, tmp_path / "warehouse.duckdb"))


def rebuild(warehouse: Path, *statements: str) -> None:
    with duckdb.connect(str(warehouse)) as con:
        con.execute("set timezone = 'UTC'")
        for statement in statements:
            con.execute(statement)
        run_all(con, PROJECT)


def content(path: Path) -> dict[str, list[tuple]]:
    with duckdb.connect(str(path), read_only=True) as con:
        return {table: con.execute(f"select * from {table}").fetchall() for table in sorted(TABLES)}


def test_the_file_holds_the_contract_and_nothing_of_persons(warehouse: Path, tmp_path: Path) -> None:
    path = publish(warehouse, tmp_path / "published", OPTIONS)
    with duckdb.connect(str(path), read_only=True) as con:
        tables = con.execute("select table_schema, table_name from information_schema.tables").fetchall()
        columns = {table: [row[0] for row in con.execute(f"describe {table}").fetchall()] for table in sorted(TABLES)}
        publication = con.sql("from publication").pl().row(0, named=True)
        comment = con.execute(
            "select comment from duckdb_columns() "
            "where table_name = 'department_metrics' and column_name = 'interval_low'"
        ).fetchall()
    assert {table for _, table in tables} == {*TABLES, "made_from"}
    assert {schema for schema, _ in tables} == {"main"}
    assert columns["department_metrics"] == [
        "department_key", "period_kind", "period_start", "segment_kind", "segment", "metric_id", "numerator",
        "denominator", "rate", "interval_low", "interval_high", "value", "bound_low", "bound_high", "n",
        "left_out_people", "coverage_share", "is_final", "is_hidden", "hidden_reason",
    ]  # fmt: skip
    assert columns["department_metrics_today"] == columns["department_metrics"]
    assert columns["dim_metric"][0] == "metric_id"
    assert not [name for names in columns.values() for name in names if "person_key" in name]
    assert publication == {
        "organisation_name": "みらい区（架空）",
        "as_of_date": date(2026, 4, 17),
        "first_date": date(2026, 3, 23),
        "last_date": date(2026, 4, 15),
        "is_simulated": True,
        "simulated_note": publication["simulated_note"],
        "min_group": 5,
        "mail_limit_bytes": 7_300_000,
        "telework_pc_ceiling": 200,
        "release": "0.1.0",
        "pseudonym_key_fingerprint": None,  # nothing was loaded from a landing
    }
    assert "模擬データ" in publication["simulated_note"]
    assert "people as clusters" in comment[0][0]


def test_small_departments_are_hidden_and_the_parquet_agrees(warehouse: Path, tmp_path: Path) -> None:
    path = publish(warehouse, tmp_path / "published", OPTIONS)
    with duckdb.connect(str(path), read_only=True) as con:
        shown = con.sql("from department_metrics").pl()
        departments = {row[0] for row in con.execute("select department_key from dim_department").fetchall()}
    files = sorted((tmp_path / "published" / METRICS_FOLDER).iterdir())
    assert shown.sort(pl.all()).equals(pl.concat(map(pl.read_parquet, files)).sort(pl.all()))
    assert {path.name for path in files} == {f"{start:%Y-%m}.parquet" for start in shown["period_start"].unique()}
    assert len(files) > 1
    assert shown.filter(pl.col("is_hidden"))["hidden_reason"].null_count() == 0
    whole = shown.filter((pl.col("department_key") == "ALL") & (pl.col("segment_kind") == "all"))
    assert whole.filter(pl.col("is_hidden")).height == 0
    assert shown.filter(pl.col("is_hidden")).height > 0
    assert shown.filter(~pl.col("is_hidden") & pl.col("rate").is_not_null()).height > 0
    # Nobody in this ward has a licence for Copilot, so there is nothing to tell of it.
    assert set(shown["metric_id"]) == {metric.metric_id for metric in load_metrics()} - {"copilot_reach"}
    assert set(shown["department_key"]) == departments


def test_publishing_again_gives_the_same_tables(warehouse: Path, tmp_path: Path) -> None:
    first = content(publish(warehouse, tmp_path / "one", OPTIONS))
    rebuild(warehouse)
    second = content(publish(warehouse, tmp_path / "two", OPTIONS))
    assert first == second
    one, two = ({path.name: path.read_bytes() for path in (tmp_path / name / METRICS_FOLDER).iterdir()}
                for name in ("one", "two"))  # fmt: skip
    assert one == two


def test_an_open_reader_keeps_its_file(warehouse: Path, tmp_path: Path) -> None:
    path = publish(warehouse, tmp_path / "published", OPTIONS)
    with duckdb.connect(str(path), read_only=True) as reader:
        publish(warehouse, tmp_path / "published", OPTIONS)
        assert reader.execute("select count(*) from publication").fetchall() == [(1,)]
    assert {entry.name for entry in (tmp_path / "published").iterdir()} == {path.name, METRICS_FOLDER, ANALYSTS_FILE}


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("update raw.landing_days set status = 'rejected'", "No day of any dataset was accepted"),
        (
            "insert into raw.graph_report_settings (display_concealed_names, _day) values ('True', date '2026-04-16')",
            "conceals names",
        ),
        ("delete from raw.org_assignments", "Nobody is on the rolls"),
        ("delete from raw.org_staff", "No account of the Teams report belongs to a member of staff"),
    ],
)
def test_nothing_is_published_when_every_figure_would_be_wrong(
    warehouse: Path, tmp_path: Path, statement: str, sentence: str
) -> None:
    path = publish(warehouse, tmp_path / "published", OPTIONS)
    before = path.read_bytes()
    rebuild(warehouse, statement)
    with pytest.raises(KatsuyoError, match=sentence):
        publish(warehouse, tmp_path / "published", OPTIONS)
    assert path.read_bytes() == before


def test_names_shown_again_lift_the_block(warehouse: Path, tmp_path: Path) -> None:
    rebuild(
        warehouse,
        "insert into raw.graph_report_settings (display_concealed_names, _day) values ('True', date '2026-04-15')",
        "insert into raw.graph_report_settings (display_concealed_names, _day) values ('False', date '2026-04-16')",
    )
    assert publish(warehouse, tmp_path / "published", OPTIONS).is_file()


def test_a_warehouse_without_marts_names_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as con:
        ensure_raw_tables(con)
    with pytest.raises(KatsuyoError, match="katsuyo rebuild"):
        publish(path, tmp_path / "published", OPTIONS)
    assert not (tmp_path / "published").exists()
