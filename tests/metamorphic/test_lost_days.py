"""Days of one report are lost: every figure that this changes is said to hang on the report.

Which figures the pages mark as incomplete follows from the same table (tests/pages/views/test_quality_marks.py).
"""

from __future__ import annotations

from datetime import date

import duckdb
import polars as pl
import pytest

from pipelines.metrics import load_metrics
from tests.metamorphic.warehouses import KEY, Marts, marts_after, metrics

LOST = (date(2026, 4, 1), date(2026, 4, 3), date(2026, 4, 6))
FIGURES = ("numerator", "denominator", "value", "bound_low", "bound_high", "coverage_share", "is_final")


def test_every_figure_hangs_on_what_its_segment_or_metric_says(before: Marts) -> None:
    figures = metrics(before).select("metric_id", "segment_kind", "segment", "measure").unique()
    of_metrics = before["dim_metric"].select("metric_id", of_metric="measure")
    of_segments = before["dim_segment_measure"].rename({"measure": "of_segment"})
    said = figures.join(of_metrics, on="metric_id").join(of_segments, on=["segment_kind", "segment"], how="left")
    assert set(figures["metric_id"]) == {metric.metric_id for metric in load_metrics()}
    assert len(said) == len(figures)
    assert said.filter(pl.col("measure") != pl.coalesce("of_segment", "of_metric")).is_empty()


@pytest.mark.parametrize(
    ("source", "dataset"), [("graph", "teams_user_activity"), ("graph", "sign_ins"), ("graph", "copilot_usage")]
)
def test_what_lost_days_change_hangs_on_their_report(before: Marts, source: str, dataset: str) -> None:
    def lose(con: duckdb.DuckDBPyConnection) -> None:
        day = "report_refresh_date" if dataset == "copilot_usage" else "_day"
        for lost in LOST:
            con.execute(f"delete from raw.{source}_{dataset} where {day} = cast(? as varchar)", [lost])
            con.execute(
                "delete from raw.landing_days where source = ? and dataset = ? and _day = ?", [source, dataset, lost]
            )

    cells = metrics(before).join(metrics(marts_after(lose)), on=KEY, how="full", suffix="_after")
    changed = cells.filter(~pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}_after")) for name in FIGURES))
    hangs_on = before["dim_measure_dataset"].filter(pl.col("source") == source, pl.col("dataset") == dataset)
    assert set(changed["measure"]) == set(hangs_on["measure"])
    assert changed.filter(pl.col("metric_id").is_null() | pl.col("metric_id_after").is_null()).is_empty()
