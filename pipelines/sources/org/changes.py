"""What changed between two readings of a personnel file: how many orders are new, ended, changed or withdrawn.

Works on the minimised tables (keys, ISO dates as text), so nothing personal is at hand, let alone reported. An order
whose effect begins before the day of the reading is back-dated: it corrects figures of the past.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

FAR = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Kept:
    """How to compare a dataset: which columns tell two lines apart, and between which dates a line is valid."""

    key: tuple[str, ...]
    start: str
    end: str | None


PERSONNEL = {
    "departments": Kept(("department_code", "valid_from"), "valid_from", "valid_to"),
    "department_succession": Kept(("from_department_code", "to_department_code", "changed_on"), "changed_on", None),
    "staff": Kept(("employee_number_key", "joined_on"), "joined_on", "left_on"),
    "assignments": Kept(
        ("employee_number_key", "department_code", "post_kind", "valid_from"), "valid_from", "valid_to"
    ),
    "absences": Kept(("employee_number_key", "absence_kind", "valid_from"), "valid_from", "valid_to"),
}


@dataclass(frozen=True, slots=True)
class Changes:
    """Counts of one file. The past that changes lies between `past_from` and `past_to`, both included."""

    dataset: str
    new: int = 0
    ended: int = 0
    changed: int = 0
    withdrawn: int = 0
    back_dated: int = 0
    past_from: date | None = None
    past_to: date | None = None
    future: int = 0
    next_day: date | None = None

    @property
    def total(self) -> int:
        return self.new + self.ended + self.changed + self.withdrawn

    def __str__(self) -> str:
        counts = [("new", self.new), ("ended", self.ended), ("changed", self.changed), ("withdrawn", self.withdrawn)]
        text = f"{self.dataset}.csv: " + ", ".join(f"{count} {what}" for what, count in counts if count)
        if self.back_dated:
            text += f"; {self.back_dated} back-dated, so figures of {self.past_from} to {self.past_to} change"
        if self.future:
            text += f"; {self.future} take effect later, the next on {self.next_day}"
        return text


def compare(dataset: str, before: pl.DataFrame, after: pl.DataFrame, today: date) -> Changes:
    """How `after` differs from `before`, seen on `today` (the day of the reading of `after`)."""
    kept = PERSONNEL[dataset]
    old, new = _dated(before, kept), _dated(after, kept)
    gone = old.join(new, on=kept.key, how="anti", nulls_equal=True)
    come = new.join(old, on=kept.key, how="anti", nulls_equal=True)
    both = new.join(old, on=kept.key, nulls_equal=True, suffix="_before")
    others = [name for name in after.columns if name not in (*kept.key, kept.end)]
    differs = pl.any_horizontal(
        pl.lit(value=False),
        *(pl.col(name).ne_missing(pl.col(f"{name}_before")) for name in others if f"{name}_before" in both.columns),
    )
    changed, same = both.filter(differs), both.filter(~differs)
    moved = same.filter(pl.col("_last") != pl.col("_last_before"))
    first_moved = pl.min_horizontal("_last", "_last_before") + pl.duration(days=1)
    last_moved = pl.max_horizontal("_last", "_last_before")
    ended = moved.filter(pl.col("_last") < pl.col("_last_before"))
    effects = pl.concat(
        [
            gone.select("_first", "_last"),
            come.select("_first", "_last"),
            changed.select("_first", last_moved.alias("_last")),
            moved.select(first_moved.alias("_first"), last_moved.alias("_last")),
        ]
    )
    past, later = effects.filter(pl.col("_first") < today), effects.filter(pl.col("_first") > today)
    yesterday = today - timedelta(days=1)
    return Changes(
        dataset=dataset,
        new=come.height,
        ended=ended.height,
        changed=changed.height + moved.height - ended.height,
        withdrawn=gone.height,
        back_dated=past.height,
        past_from=past.select(pl.col("_first").min()).item(),
        past_to=past.select(pl.min_horizontal(pl.col("_last").max(), pl.lit(yesterday))).item(),
        future=later.height,
        next_day=later.select(pl.col("_first").min()).item(),
    )


def _dated(table: pl.DataFrame, kept: Kept) -> pl.DataFrame:
    last = pl.col(kept.end).str.to_date("%Y-%m-%d", strict=False).fill_null(FAR) if kept.end else pl.lit(FAR)
    first = pl.col(kept.start).str.to_date("%Y-%m-%d", strict=False)
    return table.unique(list(kept.key), keep="first", maintain_order=True).with_columns(
        first.alias("_first"), last.alias("_last")
    )
