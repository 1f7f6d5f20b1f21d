"""Every metric of every segment admits the lost days of what it hangs on, and no others."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.common.shipped import SQL_DIR
from pipelines.metrics import load_metrics
from pipelines.pages.figures.cells import WHOLE_SEGMENT, Cell
from pipelines.pages.figures.measures import Dataset
from pipelines.pages.figures.periods import Periods
from pipelines.pages.figures.quality import quality_mark
from pipelines.pages.figures.queries import read_published
from pipelines.pages.views.remarks import remarks
from pipelines.pages.wording.language import Language

MAY = date(2026, 5, 1)
LOST = (date(2026, 5, 13), date(2026, 5, 14), date(2026, 5, 15))
REMARK = "欠測3日"
SEEDS = SQL_DIR / "seeds"
DATASETS_OF: dict[str, set[Dataset]] = {
    measure: set(rows.select("source", "dataset").iter_rows())
    for (measure,), rows in pl.read_csv(SEEDS / "measure_datasets.csv").group_by("measure")
}
MEASURE_OF_SEGMENT = {
    (kind, segment): measure for kind, segment, measure in pl.read_csv(SEEDS / "segment_measures.csv").iter_rows()
}
DATASETS = sorted(set().union(*DATASETS_OF.values()))
SEGMENTS = (*MEASURE_OF_SEGMENT, (WHOLE_SEGMENT, WHOLE_SEGMENT), ("weekday", "1"), ("size_band", "to_50mb"))


def cells() -> list[tuple[Cell, set[Dataset]]]:
    """A figure of May for every metric and segment, and what it hangs on."""
    return [
        (
            Cell("ALL", "month", MAY, metric.metric_id, 50.0, 100.0, 0.5, 0.4, 0.6, 1.0, is_final=True, people=100,
                 segment_kind=kind, segment=segment),
            DATASETS_OF[MEASURE_OF_SEGMENT.get((kind, segment), metric.measure)],
        )
        for metric in load_metrics()
        for kind, segment in SEGMENTS
    ]  # fmt: skip


def calendar(published_file: Path, folder: Path, lost: Dataset | None) -> Periods:
    """The published span in which every dataset came on every day, but for three days of one."""
    path = Path(shutil.copy(published_file, folder / "p.duckdb"))
    with duckdb.connect(str(path)) as connection:
        connection.execute("delete from report_status")
        connection.execute("delete from dim_metric")
        for metric in load_metrics():
            connection.execute(
                "insert into dim_metric (metric_id, measure, value_kind) values (?, ?, ?)",
                [metric.metric_id, metric.measure, metric.value_kind],
            )
        for source, dataset in DATASETS:
            connection.execute(
                "insert into report_status (source, dataset, activity_date, report_status) "
                "select ?, ?, date_day, case when ? and date_day in (select unnest(?)) then 'missing' else 'final' end "
                "from dim_date, publication where date_day between first_date and last_date",
                [source, dataset, (source, dataset) == lost, list(LOST)],
            )
    return Periods.of(read_published(path))


@pytest.mark.parametrize("lost", DATASETS, ids=lambda lost: lost[1])
def test_lost_days_are_admitted_by_every_metric_that_hangs_on_them(
    lost: Dataset, published_file: Path, tmp_path: Path, ja: Language
) -> None:
    periods = calendar(published_file, tmp_path, lost)
    hanging = 0
    for cell, datasets in cells():
        hangs_on_it = lost in datasets
        hanging += hangs_on_it
        assert quality_mark(cell, periods) == ("incomplete" if hangs_on_it else "final"), cell
        assert (REMARK in remarks(cell, periods, ja)) == hangs_on_it, cell
    # What only shows whether people have mail on their phones has no metric.
    assert (hanging > 0) == (lost != ("graph", "email_app_usage"))


def test_nothing_is_admitted_where_nothing_is_lost(published_file: Path, tmp_path: Path, ja: Language) -> None:
    periods = calendar(published_file, tmp_path, None)
    for cell, _ in cells():
        assert quality_mark(cell, periods) == "final"
        assert remarks(cell, periods, ja) == []
        assert quality_mark(replace(cell, is_final=False), periods) == "provisional"


def test_an_organisation_without_box_waits_for_none_of_its_days(
    published_file: Path, tmp_path: Path, ja: Language
) -> None:
    """Box only adds to telework; what hangs on Box alone is not in yet."""
    calendar(published_file, tmp_path, None)
    with duckdb.connect(str(tmp_path / "p.duckdb")) as connection:
        connection.execute("update report_status set report_status = 'missing' where source = 'box'")
    periods = Periods.of(read_published(tmp_path / "p.duckdb"))
    telework, box = (
        Cell("ALL", "month", MAY, name, 1.0, 2.0, 0.5, is_final=True) for name in ("telework_reach", "box_reach")
    )
    assert quality_mark(telework, periods) == "final"
    assert remarks(telework, periods, ja) == []
    assert quality_mark(box, periods) == "provisional"
