"""The metric definitions, read from metrics.toml: the one place where a metric has a name, a unit and a formula.

How a metric is computed is SQL (the contributors sql/intermediate/int_metrics_<topic>.sql); how it is worded elsewhere
is decided by nobody else: pages, notebooks and docs print what stands here.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

METRICS_FILE = Path(__file__).with_name("metrics.toml")


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Metric:
    """One entry of metrics.toml.

    `measure` names the data a metric hangs on (sql/seeds/measure_datasets.csv), which decides its coverage, when it is
    final and which lost days it admits; `value_kind` is share (0..1), ratio (a mean),
    count (no denominator) or quantile (a median, a percentile, a maximum: neither numerator nor denominator).
    `comparable` names the official statistic that asks the same.
    """

    metric_id: str
    measure: str
    value_kind: Literal["share", "ratio", "count", "quantile"]
    name_ja: str
    name_en: str
    unit_ja: str
    unit_en: str
    formula_ja: str
    formula_en: str
    numerator_ja: str
    numerator_en: str
    denominator_ja: str
    denominator_en: str
    source_ja: str
    source_en: str
    caveat_ja: str
    caveat_en: str
    comparable_ja: str
    comparable_en: str


@cache
def load_metrics(path: Path = METRICS_FILE) -> tuple[Metric, ...]:
    """The metrics in the order in which they are shown."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(Metric(metric_id=metric_id, **table) for metric_id, table in tables.items())
