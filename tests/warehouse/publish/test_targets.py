"""The published targets: judged by the published figure, hidden with its cell, of metrics and tools that are told."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.sources.org.target_rules import TOLD_BY_PART, TOLD_BY_TOOL, TOOLS
from pipelines.warehouse.models.runner import run_all
from pipelines.warehouse.publish.published_file import PublishOptions, publish
from tests.project import PROJECT
from tests.warehouse import small_ward
from tests.warehouse.publish.test_published_file import OPTIONS

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
CELL = ["department_key", "period_kind", "period_start", "segment_kind", "segment", "metric_id"]
# Metric, segment, department, value, date.
LINES = [
    ("chat_reach", None, None, "0.5", "2026-03-31"),
    ("chat_reach", None, None, "1.0", "2026-04-30"),
    ("chat_day_rate", None, "ALL", "0.25", "2026-03-31"),
    ("meeting_minutes", None, None, "10000", "2026-03-31"),
    ("habit_share", "chat", None, "0.7", "2026-03-31"),
]


def _build(path: Path, departments: list[str]) -> None:
    lines = [*LINES, *(("chat_reach", None, key, "0.999", "2026-03-31") for key in departments)]
    names = ["metric_id", "segment", "department_code", "target_value", "target_date"]
    frame = pl.DataFrame(lines, schema=dict.fromkeys(names, pl.String), orient="row").with_columns(
        owner_role=pl.lit("情報政策課長"), note=pl.lit(None, pl.String), _day=pl.lit(date(2026, 4, 16))
    )
    with duckdb.connect(str(path)) as con:
        con.execute("set timezone = 'UTC'")
        small_ward.write(con, small_ward.make(seed=3))
        con.register("frame", frame)
        con.execute("insert into raw.org_targets by name from frame")
        con.unregister("frame")
        run_all(con, PROJECT)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("targets") / "warehouse.duckdb"
    _build(path, [*small_ward.LEAVES])
    return path


def _published(warehouse: Path, folder: Path, options: PublishOptions = OPTIONS) -> pl.DataFrame:
    """The targets with the cell that each rests on (its columns end in _cell)."""
    with duckdb.connect(str(publish(warehouse, folder, options)), read_only=True) as con:
        return con.sql(
            f"""
            select t.*, m.value as value_cell, m.numerator as numerator_cell, m.denominator as denominator_cell,
                m.is_hidden as is_hidden_cell
            from department_targets as t left join department_metrics as m using ({", ".join(CELL)})
            """
        ).pl()


def test_a_target_is_judged_by_the_published_figure_of_its_month(warehouse: Path, tmp_path: Path) -> None:
    whole = _published(warehouse, tmp_path).filter(department_key="ALL")
    told = {(row["metric_id"], row["target_date"], row["period_start"]): row for row in whole.to_dicts()}
    assert set(told) == {
        ("chat_reach", date(2026, 3, 31), MARCH),
        *(("chat_reach", date(2026, 4, 30), month) for month in (MARCH, APRIL)),
        *((name, date(2026, 3, 31), MARCH) for name in ("chat_day_rate", "meeting_minutes", "habit_share")),
    }
    reach = told["chat_reach", date(2026, 3, 31), MARCH]
    assert (reach["verdict"], reach["people_left"], reach["owner_role"]) == ("met", 0, "情報政策課長")
    assert reach["difference"] == pytest.approx(reach["value_cell"] - 0.5)
    # April is not over, so whoever is missing may still come.
    running = told["chat_reach", date(2026, 4, 30), APRIL]
    assert (running["verdict"], running["is_final"]) == ("before", False)
    assert running["people_left"] == running["denominator_cell"] - running["numerator_cell"]
    minutes = told["meeting_minutes", date(2026, 3, 31), MARCH]
    assert (minutes["verdict"], minutes["people_left"]) == ("missed", None)
    assert told["chat_day_rate", date(2026, 3, 31), MARCH]["people_left"] is None
    # Nobody has twelve known weeks yet: that is neither missed nor met.
    habit = told["habit_share", date(2026, 3, 31), MARCH]
    assert (habit["verdict"], habit["value"], habit["is_hidden"]) == ("no_figure", None, False)


def test_a_target_is_hidden_with_its_cell(warehouse: Path, tmp_path: Path) -> None:
    small = _published(warehouse, tmp_path / "5").filter(pl.col("department_key") != "ALL")
    large = _published(warehouse, tmp_path / "100", replace(OPTIONS, min_group=100)).filter(
        pl.col("department_key") != "ALL"
    )
    assert small.filter(~pl.col("is_hidden")).height > 0
    assert large.filter("is_hidden").height > 0
    for found in (small, large):
        assert found["is_hidden"].equals(found["is_hidden_cell"], check_names=False)
        hidden = found.filter("is_hidden")
        assert hidden.select("value", "verdict", "difference", "people_left").null_count().row(0) == (len(hidden),) * 4
        assert hidden.select("target_value", "owner_role").null_count().row(0) == (0, 0)
        shown = found.filter(~pl.col("is_hidden"))
        assert shown["value"].equals(shown["value_cell"], check_names=False)
        assert set(shown["verdict"]) <= {"met", "missed"}


def test_what_the_published_cell_does_not_tell_a_target_does_not_either(warehouse: Path, tmp_path: Path) -> None:
    path = Path(shutil.copyfile(warehouse, tmp_path / "warehouse.duckdb"))
    with duckdb.connect(str(path)) as con:  # told of 部 and above only
        con.execute(
            "update marts.rpt_department_targets set metric_id = 'chat_reach_equal_days' where department_key <> 'ALL'"
        )
    found = _published(path, tmp_path / "published").filter(metric_id="chat_reach_equal_days")
    assert found.height == len(small_ward.LEAVES)
    below = found.filter(pl.col("is_hidden_cell").is_null())
    assert below.height > 0
    assert below["is_hidden"].all()
    assert below.select("value", "verdict", "difference", "people_left").null_count().row(0) == (len(below),) * 4
    # Its numerator is a sum of probabilities: nobody is missing a fraction of a person.
    assert found["people_left"].null_count() == len(found)


def test_targets_name_the_metrics_and_tools_that_are_told_of_months(warehouse: Path) -> None:
    with duckdb.connect(str(warehouse), read_only=True) as con:
        told = con.execute(
            "select distinct metric_id, segment from marts.rpt_department_metrics "
            "where period_kind = 'month' and segment_kind = 'tool'"
        ).fetchall()
        metrics = con.execute("select metric_id from marts.dim_metric").fetchall()
        of_the_whole = con.execute(
            "select distinct metric_id from marts.rpt_department_metrics "
            "where period_kind = 'month' and segment_kind = 'all'"
        ).fetchall()
    assert set(told) == {
        (metric_id, tool) for metric_id, without in TOLD_BY_TOOL.items() for tool in TOOLS if tool not in without
    }
    # Nobody in this ward has a licence for Copilot.
    named = {*TOLD_BY_TOOL, *TOLD_BY_PART, "copilot_reach", *(name for (name,) in of_the_whole)}
    assert named == {name for (name,) in metrics}
    assert not {name for (name,) in of_the_whole} & {*TOLD_BY_TOOL, *TOLD_BY_PART}
