"""What targets.csv may say: of which metrics and tools, about which departments, which values, and nobody by name.

What becomes of a target month by month is sql/marts/rpt_department_targets.sql.
"""

from __future__ import annotations

import polars as pl

from pipelines.metrics import load_metrics
from pipelines.sources.org.examination import Examination
from pipelines.sources.org.schema import FILES

_FILE = "targets"
WHOLE, EVERYBODY = "all", "ALL"  # what a blank segment and a blank department mean
TOOLS = tuple(
    choice for column in FILES[_FILE].fields if column.name == "segment" for choice in column.choices if choice != WHOLE
)
# Metrics told by tool, and tools of which they are not told; every other metric is told of the whole.
TOLD_BY_TOOL: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("habit_share", "too_new_share"), ()),
    **dict.fromkeys(("funnel_licensed", "funnel_ever", "funnel_recent", "funnel_habitual"), ()),
    **dict.fromkeys(("stickiness", "top_decile_share"), ("files",)),
}
# Told of other parts only, which no target can name.
TOLD_BY_PART = ("telework_class_share", "external_size_files", "tier_share")
_ADDRESS = r"[^\s@]@[^\s@]"


def examine_targets(found: Examination) -> None:
    """Metrics, tools and departments that exist, values that can be reached, one target a day, no mail address."""
    if _FILE not in found:
        return
    metrics = {metric.metric_id: metric for metric in load_metrics() if metric.metric_id not in TOLD_BY_PART}
    found.refuse(
        _FILE, "unknown_metric", found[_FILE].filter(~pl.col("metric_id").is_in(list(metrics))),
        "names a metric that can have no target", "write a metric id of docs/metrics.md, as chat_reach or habit_share",
    )  # fmt: skip
    segment = pl.col("segment").fill_null(WHOLE)
    told = [f"{name} {one}" for name in metrics for one in _segments(name)]
    found.refuse(
        _FILE, "unknown_segment", found[_FILE].filter(~pl.concat_str("metric_id", pl.lit(" "), segment).is_in(told)),
        "names a segment of which its metric is not told",
        f"write a tool ({', '.join(TOOLS)}) for {', '.join(TOLD_BY_TOOL)}, and leave it blank for other metrics",
    )  # fmt: skip
    shares = [name for name, metric in metrics.items() if metric.value_kind == "share"]
    found.refuse(
        _FILE, "wrong_target",
        found[_FILE].filter(pl.col("metric_id").is_in(shares) & ~pl.col("target_value").is_between(0, 1)),
        "has a target_value outside 0 to 1 although its metric is a share", "write 70 % as 0.7 or 70%",
    )  # fmt: skip
    # They are published as they are written.
    words = (pl.col(name).fill_null("").str.normalize("NFKC").str.contains(_ADDRESS) for name in ("owner_role", "note"))
    found.refuse(
        _FILE, "mail_address", found[_FILE].filter(pl.any_horizontal(words)),
        "has a mail address in owner_role or note, which are published", "write a role, as 情報政策課長",
    )  # fmt: skip
    found.refuse_unknown(
        _FILE, "department_code", "departments", "department_code", "department", besides=(EVERYBODY,)
    )  # fmt: skip
    place = pl.col("department_code").fill_null(EVERYBODY)
    same = pl.struct("metric_id", segment.alias("segment"), place.alias("department_code"), "target_date")
    found.refuse(
        _FILE, "repeated", found[_FILE].filter(~same.is_first_distinct()),
        "sets again what a line above it sets for the same metric, segment, department and date", "keep one of them",
    )  # fmt: skip


def _segments(metric_id: str) -> tuple[str, ...]:
    if metric_id not in TOLD_BY_TOOL:
        return (WHOLE,)
    return tuple(tool for tool in TOOLS if tool not in TOLD_BY_TOOL[metric_id])
