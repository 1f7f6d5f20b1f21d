"""The peer: identify_usage_segments of Microsoft's vivainsights, as its documentation calls it. Runs in an environment
of its own that is made from requirements-habit.txt, so nothing of the pipeline is imported.
"""

from __future__ import annotations

import time
from typing import Any

import pandas as pd  # ty: ignore[unresolved-import]
from vivainsights import identify_usage_segments  # ty: ignore[unresolved-import]

from bench.ingest.processes import serve_step

NAMES = {
    "Power User": "power",
    "Habitual User": "habitual",
    "Novice User": "novice",
    "Low User": "low",
    "Non-user": "non_user",
}


def segments(root: str, weeks: str, result: str) -> tuple[int, dict[str, Any]]:
    """Read the weeks, classify, write PersonId, MetricDate, segment. Told apart: the call alone."""
    data = pd.read_parquet(weeks)
    started, started_cpu = time.perf_counter(), time.process_time()
    found = identify_usage_segments(data, metric="chat_messages_count", version="12w", return_type="data")
    spent = {"build_seconds": time.perf_counter() - started, "build_cpu": time.process_time() - started_cpu}
    found["segment"] = found["UsageSegments_12w"].map(NAMES)
    found[["PersonId", "MetricDate", "segment", "target_metric_l12w"]].to_parquet(result)
    return len(found), spent


if __name__ == "__main__":
    serve_step({"segments": segments})
