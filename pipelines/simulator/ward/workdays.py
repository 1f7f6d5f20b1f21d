"""The ward's calendar: which days a world covers, which of them are working days, which fiscal turn matters.

National holidays come from the `holidays` package, 29 December to 3 January are closed by ordinance.
What people do on those days belongs to presence.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import holidays
import numpy as np
import polars as pl

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Calendar:
    """Days of a world, numbered from 0 for the first."""

    first_day: date
    last_day: date

    @property
    def count(self) -> int:
        return (self.last_day - self.first_day).days + 1

    def number(self, day: date) -> int:
        """Number of a day; negative before the first."""
        return (day - self.first_day).days

    def day(self, number: int) -> date:
        return self.first_day + timedelta(days=number)

    def dates(self, numbers: np.ndarray, name: str = "day") -> pl.Series:
        """A date column from day numbers."""
        return pl.Series(name, (numbers + (self.first_day - EPOCH).days).astype(np.int32)).cast(pl.Date)

    @cached_property
    def holiday_names(self) -> dict[date, str]:
        """National holidays of all years touched, in Japanese."""
        years = range(self.first_day.year - 1, self.last_day.year + 2)
        return dict(sorted(holidays.country_holidays("JP", years=years, language="ja").items()))

    def is_working(self, day: date) -> bool:
        closed = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
        return day.weekday() < 5 and not closed and day not in self.holiday_names

    @cached_property
    def working(self) -> np.ndarray:
        """True for each working day of the span."""
        return np.array([self.is_working(self.day(number)) for number in range(self.count)])

    @cached_property
    def weekdays(self) -> np.ndarray:
        """0 Monday ... 6 Sunday."""
        return (np.arange(self.count) + self.first_day.weekday()) % 7

    @property
    def turn(self) -> date:
        """The 1 April around which things change: the first in the span (after its first day), else that year's.

        A span that ends before it but begins in November or later looks forward to the coming one.
        """
        for year in range(self.first_day.year, self.last_day.year + 1):
            if self.first_day < date(year, 4, 1) <= self.last_day:
                return date(year, 4, 1)
        return date((self.first_day + timedelta(days=61)).year, 4, 1)

    @property
    def has_turn(self) -> bool:
        return self.first_day < self.turn <= self.last_day

    def next_working(self, day: date) -> date:
        """The day itself if worked, else the next one worked."""
        while not self.is_working(day):
            day += timedelta(days=1)
        return day
