"""What the figures of the published fixture hang on: the tables that every organisation has alike."""

from __future__ import annotations

import polars as pl

from pipelines.common.shipped import SQL_DIR
from pipelines.metrics import load_metrics

SEEDS = SQL_DIR / "seeds"
# The dimensions of the published file that are seeds, written out.
DIMENSIONS = {"dim_measure_dataset": "measure_datasets.csv", "dim_segment_measure": "segment_measures.csv"}


def with_measures(metrics: pl.DataFrame) -> pl.DataFrame:
    """The rows of dim_metric with the measure of each."""
    measures = {metric.metric_id: metric.measure for metric in load_metrics()}
    return metrics.with_columns(measure=pl.col("metric_id").replace_strict(measures))


def measure_dimensions() -> dict[str, pl.DataFrame]:
    """Table name -> rows."""
    return {table: pl.read_csv(SEEDS / name) for table, name in DIMENSIONS.items()}
