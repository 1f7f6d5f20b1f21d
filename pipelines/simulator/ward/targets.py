"""What the ward aims at: the lines of targets.csv. Nobody's behaviour follows from them."""

from __future__ import annotations

from datetime import date

import polars as pl

# Metric, segment, whether of the whole ward or of one 部, value, date, role, note.
TARGETS = (
    ("habit_share", "chat", True, 0.7, date(2026, 6, 30), "情報政策課長", "本展開から３か月"),
    ("habit_share", "meeting", True, 0.4, date(2026, 6, 30), "情報政策課長", None),
    ("telework_capable_day_rate", None, True, 0.25, date(2027, 3, 31), "人事課長", None),
    ("habit_share", "chat", False, 0.8, date(2026, 6, 30), "総務部長", "先に使い始めた部"),
)


def build_targets(organisation: pl.DataFrame) -> pl.DataFrame:
    """Columns of targets.csv. The 部 is the first that stays, so that the file is a good one on every day."""
    stays = organisation.filter(pl.col("department_level") == "部", pl.col("valid_to").is_null())
    first = stays.sort("valid_from", "sort_order")["department_code"][0]
    lines = [
        (metric_id, segment, None if is_whole else first, *others) for metric_id, segment, is_whole, *others in TARGETS
    ]
    columns = {
        "metric_id": pl.String,
        "segment": pl.String,
        "department_code": pl.String,
        "target_value": pl.Float64,
        "target_date": pl.Date,
        "owner_role": pl.String,
        "note": pl.String,
    }
    return pl.DataFrame(lines, schema=columns, orient="row")
