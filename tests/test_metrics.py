"""The metric definitions: complete, distinct, and computed by the report model."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from pipelines.metrics import load_metrics

SQL = Path(__file__).resolve().parent.parent / "sql"


def test_every_metric_is_computed_and_worded() -> None:
    sql = "".join(path.read_text(encoding="utf-8") for path in SQL.glob("intermediate/int_metrics_*.sql"))
    for metric in load_metrics():
        assert f"'{metric.metric_id}'" in sql
        assert all(vars(metric).values())


def test_every_contributor_is_in_the_report() -> None:
    report = (SQL / "marts" / "rpt_department_metrics.sql").read_text(encoding="utf-8")
    for path in SQL.glob("intermediate/int_metrics_*.sql"):
        assert f"from intermediate.{path.stem}\n" in report


def test_names_are_distinct() -> None:
    metrics = load_metrics()
    for field in ("metric_id", "name_ja", "name_en"):
        assert len({getattr(metric, field) for metric in metrics}) == len(metrics)


def test_a_misspelt_key_fails(tmp_path: Path) -> None:
    file = tmp_path / "metrics.toml"
    file.write_text('[chat_reach]\nmeasure = "teams"\nvalue_kid = "share"\n', encoding="utf-8")
    with pytest.raises(ValidationError, match="value_kid"):
        load_metrics(file)
