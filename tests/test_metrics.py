"""The metric definitions: complete, distinct, and computed by the report model."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from pipelines.metrics import load_metrics

REPORT = Path(__file__).resolve().parent.parent / "sql" / "marts" / "rpt_department_metrics.sql"


def test_every_metric_is_computed_and_worded() -> None:
    sql = REPORT.read_text(encoding="utf-8")
    for metric in load_metrics():
        assert f"when '{metric.metric_id}' then" in sql
        assert all(vars(metric).values())


def test_names_are_distinct() -> None:
    metrics = load_metrics()
    for field in ("metric_id", "name_ja", "name_en"):
        assert len({getattr(metric, field) for metric in metrics}) == len(metrics)


def test_a_misspelt_key_fails(tmp_path: Path) -> None:
    file = tmp_path / "metrics.toml"
    file.write_text('[chat_reach]\nmeasure = "teams"\nvalue_kid = "share"\n', encoding="utf-8")
    with pytest.raises(ValidationError, match="value_kid"):
        load_metrics(file)
