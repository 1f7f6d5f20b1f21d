"""Working days of the people of a simulated ward, one row per person and day, as the models have them and as they were.

Everything is taken from the truth of the simulator, which takes seconds, instead of from its services. What does not
belong here: what is done to the days (proof.py), how figures come out of them (replay.py).
"""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from pipelines.simulator.world import World, WorldConfig

# 40 working days after the start of the last wave, so that use is as it is in a usual month.
FIRST, LAST = date(2026, 5, 1), date(2026, 6, 30)
# What happened on a day: moved as one piece when days are permuted.
HAPPENED = (
    *("chat_messages_count", "meetings_attended_count", "audio_seconds", "mail_sent_count", "box_actions_count"),
    *("telework_class", "telework_days", "has_known_place", "is_absent", "true_telework_days"),
)


def working_days(seed: int, staff: int) -> pl.DataFrame:
    """`person`, `day` (0 to 39), `is_capable`, `department`, and the columns HAPPENED, in order of person and day."""
    with tempfile.TemporaryDirectory() as folder:
        truth = Path(folder) / "truth.duckdb"
        World.build(WorldConfig(seed=seed, staff=staff, first_day=FIRST, last_day=LAST)).write_truth(truth)
        with duckdb.connect(str(truth), read_only=True) as con:
            return con.sql(
                """
                with days as (
                    select * from truth_person_days where is_working_day
                    -- One post a day, the one with the larger share: a person is one person.
                    qualify row_number() over (
                        partition by employee_number, activity_date order by weight desc, department_code
                    ) = 1
                )
                select
                    d.employee_number as person,
                    dense_rank() over (order by d.activity_date) - 1 as day,
                    first(d.is_telework_capable) over (partition by d.employee_number order by d.activity_date)
                        as is_capable,
                    first(d.department_code) over (partition by d.employee_number order by d.activity_date)
                        as department,
                    coalesce(r.team_chat_messages_count + r.private_chat_messages_count, 0) as chat_messages_count,
                    coalesce(r.meetings_attended_count, 0) as meetings_attended_count,
                    coalesce(r.audio_seconds, 0) as audio_seconds,
                    coalesce(r.mail_sent_count, 0) as mail_sent_count,
                    cast(d.is_box_active as int) as box_actions_count,
                    d.telework_class,
                    case d.telework_class when 'remote' then 1 when 'mixed' then 0.5 else 0 end::double
                        as telework_days,
                    d.telework_class in ('office', 'remote', 'mixed') as has_known_place,
                    d.is_absent,
                    case d.place when 'remote' then 1 when 'mixed' then 0.5 else 0 end::double as true_telework_days
                from days as d
                left join truth_report_days as r using (employee_number, activity_date)
                order by person, day
                """
            ).pl()


def permuted(days: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """The same days of the same people in another order: nothing changes from one period to the other."""
    numbers = days["person"].rank("dense").to_numpy()
    order = np.lexsort((rng.random(days.height), numbers))  # rows are in order of person already
    return days.with_columns(days[name].gather(order) for name in HAPPENED)


def planted(days: pl.DataFrame, points: float, from_day: int, rng: np.random.Generator) -> pl.DataFrame:
    """The days with `points` more of a hundred in every tool from `from_day` on: days without use become days with."""
    is_later = pl.col("day") >= from_day

    def raised(name: str, value: object, among: pl.Expr) -> pl.Expr:
        is_idle = pl.col(name) == 0
        idle = days.select((is_idle & among).sum() / among.sum()).item()
        is_chosen = pl.Series(rng.random(days.height) < points / 100 / idle)
        return pl.when(is_later & among & is_idle & is_chosen).then(pl.lit(value)).otherwise(pl.col(name)).alias(name)

    everybody = pl.lit(value=True) & pl.col("person").is_not_null()
    return days.with_columns(
        raised("chat_messages_count", 1, everybody),
        raised("meetings_attended_count", 1, everybody),
        raised("box_actions_count", 1, everybody),
        raised("telework_days", 1.0, pl.col("is_capable")),
    )


def dealt(days: pl.DataFrame, sizes: dict[int, int], rng: np.random.Generator) -> pl.DataFrame:
    """`person`, `group`: everybody dealt at random into groups of `sizes` (size -> how many times over)."""
    people = days["person"].unique(maintain_order=True)
    frames = []
    for size, times in sizes.items():
        for time in range(times):
            order = rng.permutation(people.len())
            count = people.len() // size
            names = [f"{size}/{time}/{number}" for number in range(count)]
            chosen = people.gather(order[: count * size])
            frames.append(pl.DataFrame({"person": chosen, "group": np.repeat(names, size)}))
    return pl.concat(frames)


def departments(days: pl.DataFrame) -> pl.DataFrame:
    """`person`, `group`: the 部 and 課 they really belong to, and the whole ward."""
    people = days.unique("person", maintain_order=True)
    levels = [people.select("person", group=pl.col("department").str.slice(0, n)) for n in (2, 4)]
    return pl.concat([*levels, people.select("person", group=pl.lit("ALL"))]).unique(maintain_order=True)
