"""The metric definitions, read from metrics.toml: the one place where a metric has a name, a unit and a formula.

How a metric is computed is SQL (sql/marts/rpt_department_metrics.sql); how it is worded elsewhere is decided by nobody
else: pages, notebooks and docs print what stands here.
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

    `measure` names the data a metric hangs on (teams, mobile, chat_share, telework, box); `value_kind` is share (0..1,
    published with a Wilson interval), ratio (a mean) or count (no denominator).
    """

    metric_id: str
    measure: Literal["teams", "mobile", "chat_share", "telework", "box"]
    value_kind: Literal["share", "ratio", "count"]
    name_ja: str
    name_en: str
    unit_ja: str
    unit_en: str
    formula_ja: str
    formula_en: str
    numerator_ja: str
    denominator_ja: str
    source_ja: str
    caveat_ja: str


@cache
def load_metrics(path: Path = METRICS_FILE) -> tuple[Metric, ...]:
    """The metrics in the order in which they are shown."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(Metric(metric_id=metric_id, **table) for metric_id, table in tables.items())
