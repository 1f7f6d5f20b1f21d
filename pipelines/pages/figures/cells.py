"""One published figure: what it is and in which state.

What does not belong here: reading (queries.py), comparing (verdicts.py), wording (findings.py, texts/), drawing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

# `no_one`: there is nobody whom the figure is about, as of telework where no post allows it. `too_early`: it looks back
# over more weeks than there are data yet, as a habit does. `switched_off`: the organisation does without its source.
State = Literal["shown", "hidden", "missing", "no_one", "too_early", "switched_off"]
LOW_COVERAGE_SHARE = 0.8
FEW_PEOPLE = 30
WHOLE_SEGMENT = "all"


@dataclass(frozen=True, slots=True)
class Metric:
    """A row of dim_metric in one language."""

    metric_id: str
    name: str
    unit: str
    value_kind: str
    formula: str
    numerator: str
    denominator: str
    source: str
    caveat: str

    @property
    def is_count(self) -> bool:
        return self.value_kind == "count"

    @property
    def has_fraction(self) -> bool:
        """Whether the figure is a numerator over a denominator; counts and quantiles are values of their own."""
        return self.value_kind in ("share", "ratio")

    @property
    def is_percent(self) -> bool:
        return self.value_kind == "share" or self.unit in ("%", "％")


@dataclass(frozen=True, slots=True)
class Cell:
    """A row of department_metrics; a figure nobody published is a cell without values (state `missing`).

    `bound_low` and `bound_high` say what the figure would be if all that is not known were otherwise, or were so.
    """

    department_key: str
    period_kind: str
    period_start: date
    metric_id: str
    numerator: float | None = None
    denominator: float | None = None
    rate: float | None = None
    interval_low: float | None = None
    interval_high: float | None = None
    coverage_share: float | None = None
    is_final: bool | None = None
    is_hidden: bool = False
    hidden_reason: str | None = None
    quantile: float | None = None
    bound_low: float | None = None
    bound_high: float | None = None
    segment_kind: str = WHOLE_SEGMENT
    segment: str = WHOLE_SEGMENT
    people: int | None = None
    left_out_people: int | None = None
    is_too_early: bool = False
    is_switched_off: bool = False

    @property
    def value(self) -> float | None:
        """The figure itself: the rate, or the amount or the quantile where there is no denominator."""
        if self.rate is None and self.denominator is None:
            return self.numerator if self.numerator is not None else self.quantile
        return self.rate

    @property
    def high_value(self) -> float | None:
        """The figure if all that is not known were so: the safe end, and the figure itself where all is known."""
        return self.value if self.bound_high is None else self.bound_high

    @property
    def field(self) -> str:
        """The column of the published file that `value` is."""
        if self.rate is None and self.denominator is None:
            return "numerator" if self.numerator is not None else "value"
        return "rate"

    @property
    def state(self) -> State:
        if self.is_hidden:
            return "hidden"
        if self.value is None and self.is_too_early:
            return "too_early"
        if self.value is None:
            if self.denominator == 0:
                return "no_one"
            return "switched_off" if self.is_switched_off else "missing"
        return "shown"

    @property
    def is_empty(self) -> bool:
        """Whether there are no data, for whatever reason."""
        return self.state in ("missing", "switched_off")

    @property
    def is_provisional(self) -> bool:
        return self.state == "shown" and self.is_final is False

    @property
    def is_of_few(self) -> bool:
        """Whether the figure rests on so few people that one of them moves it by points."""
        return self.state == "shown" and self.people is not None and self.people < FEW_PEOPLE

    @property
    def is_thinly_covered(self) -> bool:
        return self.coverage_share is not None and self.coverage_share < LOW_COVERAGE_SHARE
