"""bench/habit: the made weeks hold the edges, our side equals a plain reading of the definition. No time is judged."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from bench.habit import own
from bench.habit.__main__ import compare
from bench.habit.weeks import write_weeks

PEOPLE, WEEKS = 150, 30


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("habit")
    write_weeks(root / "weeks.parquet", PEOPLE, WEEKS)
    own.segments(str(root), str(root / "weeks.parquet"), str(root / "ours.parquet"))
    return root


def _plain(counts: list[int]) -> tuple[str, float]:
    """The segment of the last of up to 12 weeks, as identify_usage_segments puts it into words."""
    mean = sum(counts) / len(counts)
    is_habit = sum(count >= 1 for count in counts) >= 9
    if is_habit:
        return ("power" if mean >= 15 else "habitual"), mean
    return ("novice" if mean >= 1 else "low" if mean > 0 else "non_user"), mean


def _peers(folder: Path) -> pl.DataFrame:
    rows = []
    weeks = pl.read_parquet(folder / "weeks.parquet").sort("PersonId", "MetricDate")
    for (person,), frame in weeks.group_by("PersonId", maintain_order=True):
        counts = frame["chat_messages_count"].to_list()
        for position, monday in enumerate(frame["MetricDate"]):
            segment, mean = _plain(counts[max(0, position - 11) : position + 1])
            rows.append({"PersonId": person, "MetricDate": monday, "segment": segment, "target_metric_l12w": mean})
    return pl.DataFrame(rows)


def test_our_segments_are_those_of_the_definition(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    theirs = _peers(folder)
    assert set(theirs["segment"]) == {"power", "habitual", "novice", "low", "non_user"}
    assert theirs.filter((pl.col("target_metric_l12w") == 15) & (pl.col("segment") == "power")).height > 0
    theirs.write_parquet(folder / "theirs.parquet")
    compare(folder / "ours.parquet", folder / "theirs.parquet")
    assert "the segments are the same" in capsys.readouterr().out


def test_one_different_segment_stops_the_comparison(folder: Path) -> None:
    theirs = _peers(folder)
    last = theirs["MetricDate"].max()
    wrong = pl.when(pl.col("MetricDate") == last).then(pl.lit("nobody")).otherwise(pl.col("segment"))
    theirs.with_columns(segment=wrong).write_parquet(folder / "wrong.parquet")
    with pytest.raises(SystemExit, match="The segments differ"):
        compare(folder / "ours.parquet", folder / "wrong.parquet")


def test_newcomers_are_too_new_for_twelve_weeks(folder: Path) -> None:
    found = pl.read_parquet(folder / "ours.parquet").sort("PersonId", "MetricDate")
    joined = found.group_by("PersonId").agg(pl.col("MetricDate").min(), (pl.col("segment") == "too_new").sum())
    late = joined.filter(pl.col("MetricDate") > found["MetricDate"].min())
    assert late.height > 5
    whole = late.filter(pl.col("MetricDate") <= found["MetricDate"].max() - pl.duration(weeks=11))
    assert whole["segment"].eq(11).all()
