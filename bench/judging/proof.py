"""The experiments: what is done to the days, and what is counted of the product's intervals afterwards.

Each returns a frame of shares with the number of intervals behind them. Cells go by their own people, not by the size
they were dealt in: of a group of fifty thirty can telework. What does not belong here: the models, printing.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl

from bench.judging.replay import Replay
from bench.judging.ward import dealt, departments, permuted, planted
from pipelines.warehouse.publish.judging import p_values

# Day rates and means; what is told of them is what the words rest on.
METRICS = (
    *("chat_day_rate", "meeting_day_rate", "box_day_rate", "telework_day_rate", "telework_capable_day_rate"),
    *("chat_share", "meeting_minutes"),
)
# Known working days of the two periods.
MONTHS, WEEKS = (21, 16), (5, 2)
# Below 50 people, and below 30, where no word is told, the shares are only reported.
SIZES = (10, 15, 30, 50)
_ROUNDING = 1e-6  # of the bounds in the mart
_PLANTED = {
    "chat_day_rate": pl.col("chat_messages_count") > 0,
    "meeting_day_rate": pl.col("meetings_attended_count") > 0,
    "box_day_rate": pl.col("box_actions_count") > 0,
    "telework_capable_day_rate": pl.col("telework_days"),
}


def false_alarms(
    replay: Replay, days: pl.DataFrame, lengths: tuple[int, int], times: int, rng: np.random.Generator
) -> pl.DataFrame:
    """`size`, `metric_id`, `count`, `share`: intervals of changes without 0, where nothing changes.

    The days are permuted within people `times` times, each time with other groups beside the real departments.
    """
    frames = []
    for _ in range(times):
        groups = pl.concat([dealt(days, {30: 1, 40: 1, 60: 1, 150: 1}, rng), departments(days)])
        replay.run(permuted(days, rng), groups, *lengths)
        frames.append(_told(replay.changes()))
    return _shares(pl.concat(frames), (pl.col("change_low") > 0) | (pl.col("change_high") < 0))


def finds(
    replay: Replay, days: pl.DataFrame, points: Iterable[float], times: int, rng: np.random.Generator
) -> pl.DataFrame:
    """`points`, `size`, `metric_id`, `count`, `share`, `paired`: how often a rise of so many points is found.

    By the product's interval, and by a paired t-test of the people's own rates, worked out apart from it.
    """
    frames = []
    for _ in range(times):
        groups = dealt(days, {60: 1, 150: 1, 300: 1}, rng)
        for point in points:
            changed = planted(permuted(days, rng), point, MONTHS[0], rng)
            replay.run(changed, groups, *MONTHS)
            found = _told(replay.changes()).filter(pl.col("metric_id").is_in(_PLANTED))
            tested = _paired_tests(changed, groups)
            frames.append(
                found.join(tested, left_on=["department_key", "metric_id"], right_on=["group", "metric_id"])
                .with_columns(points=pl.lit(point), is_found=pl.col("change_low") > 0)
            )  # fmt: skip
    return (
        pl.concat(frames)
        .with_columns(size=pl.col("department_key").str.split("/").list.first().cast(pl.Int64))
        .group_by("points", "size", "metric_id")
        .agg(count=pl.len(), share=pl.col("is_found").mean(), paired=pl.col("is_paired").mean())
        .sort("points", "size", "metric_id")
    )


def coverage(replay: Replay, days: pl.DataFrame, times: int, rng: np.random.Generator) -> pl.DataFrame:
    """`size`, `metric_id`, `count`, `share`: intervals of groups dealt at random that hold the figure of all."""
    groups = dealt(days, {10: times, 15: times, 30: times, 50: times, 80: times, 160: times}, rng)
    everybody = groups.unique("person").select("person", group=pl.lit("ALL"))
    replay.run(days, pl.concat([groups, everybody]), *MONTHS)
    figures = replay.figures().filter(pl.col("metric_id").is_in(METRICS))
    truth = figures.filter(department_key="ALL").select("metric_id", truth="rate")
    told = figures.filter(pl.col("interval_low").is_not_null(), pl.col("department_key") != "ALL").join(
        truth, on="metric_id"
    )
    return _shares(told, pl.col("truth").is_between("interval_low", "interval_high"))


def bounds(replay: Replay, days: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """`metric_id`, `count`, `share`, `strictly`: cells whose bounds hold what was really done.

    They allow for evidence that is missing, not for evidence that misleads, such as a day partly in the office of which
    only the other part left a trace: `strictly` counts that, too.
    """
    groups = pl.concat([dealt(days, {10: 1, 30: 1, 100: 1}, rng), departments(days)])
    replay.run(days, groups, *MONTHS)
    figures = replay.figures().filter(pl.col("bound_high").is_not_null())
    traced = pl.when("has_known_place").then("telework_days").otherwise("true_telework_days")
    told = figures.select("department_key", "metric_id", "bound_low", "bound_high")
    for name, done in (("share", traced), ("strictly", pl.col("true_telework_days"))):
        truth = _true_telework(days.filter(pl.col("day") < MONTHS[0]).with_columns(done=done), groups, name)
        told = told.join(truth, left_on=["department_key", "metric_id"], right_on=["group", "metric_id"])
    low, high = pl.col("bound_low") - _ROUNDING, pl.col("bound_high") + _ROUNDING
    return (
        told.group_by("metric_id")
        .agg(pl.len().alias("count"), *(pl.col(name).is_between(low, high).mean() for name in ("share", "strictly")))
        .sort("metric_id")
    )


def _true_telework(days: pl.DataFrame, groups: pl.DataFrame, name: str) -> pl.DataFrame:
    """`group`, `metric_id` and, as `name`, the reach and day rate of telework that was `done`."""
    people = (
        days.group_by("person", "is_capable")
        .agg(reached=(pl.col("done") > 0).any().cast(pl.Float64), amount=pl.col("done").sum(), days=pl.len())
        .join(groups, on="person")
    )
    return pl.concat(
        chosen.group_by("group")
        .agg(
            pl.col("reached").mean().alias(f"{prefix}_reach"),
            (pl.col("amount").sum() / pl.col("days").sum()).alias(f"{prefix}_day_rate"),
        )
        .unpivot(index="group", variable_name="metric_id", value_name=name)
        for prefix, chosen in (("telework", people), ("telework_capable", people.filter("is_capable")))
    )


def _told(changes: pl.DataFrame) -> pl.DataFrame:
    """Changes with an interval; where few act no word is told. A change has the people of its smaller period."""
    return changes.filter(
        pl.col("metric_id").is_in(METRICS), pl.col("standard_error").is_not_null(), pl.col("acting_people_count") >= 10
    ).with_columns(people_count="least_people_count")


def _shares(told: pl.DataFrame, is_counted: pl.Expr) -> pl.DataFrame:
    """By size and metric, and of all metrics together; a size reaches up to the next one."""
    size = pl.lit(SIZES[0])
    for least in SIZES[1:]:
        size = pl.when(pl.col("people_count") >= least).then(least).otherwise(size)
    counted = told.with_columns(size=size, is_counted=is_counted)
    every = counted.with_columns(metric_id=pl.lit("all"))
    return (
        pl.concat([counted, every])
        .group_by("size", "metric_id")
        .agg(count=pl.len(), share=pl.col("is_counted").mean())
        .sort("size", "metric_id")
    )


def _paired_tests(days: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """`group`, `metric_id`, `is_paired`: a paired t-test of who is there in both periods finds a rise."""
    before, after = MONTHS
    rates = (
        days.filter(pl.col("day") < before + after)
        .with_columns(is_after=pl.col("day") >= before)
        .group_by("person", "is_capable", "is_after")
        .agg(rate.cast(pl.Float64).mean().alias(name) for name, rate in _PLANTED.items())
    )
    rises = rates.filter(~pl.col("is_after")).join(
        rates.filter("is_after"), on=["person", "is_capable"], suffix="_after"
    ).select(
        "person", "is_capable", *((pl.col(f"{name}_after") - pl.col(name)).alias(name) for name in _PLANTED)
    )  # fmt: skip
    return (
        groups.join(rises, on="person")
        .unpivot(index=["group", "person", "is_capable"], on=[*_PLANTED], variable_name="metric_id", value_name="rise")
        .filter(pl.col("is_capable") | (pl.col("metric_id") != "telework_capable_day_rate"))
        .group_by("group", "metric_id")
        .agg(mean=pl.col("rise").mean(), error=pl.col("rise").std() / pl.len().sqrt(), people=pl.len())
        .select(
            "group", "metric_id",
            is_paired=(pl.col("mean") > 0) & (p_values(pl.col("mean"), pl.col("error"), pl.col("people") - 1) <= 0.05),
        )
    )  # fmt: skip
