"""Logs that are written day by day and read page by page: rendered days, kept while they are in use.

A position in such a log is (Tokyo day, index in that day), so paging needs no memory of the reader.
What a record looks like, and who may see it, belongs to sign_in_log.py and box_events.py.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl


@dataclass(frozen=True)
class RenderedDay:
    """All records of one Tokyo day in the log's order."""

    lines: pl.Series  # JSON of each record, UTF-8
    instants_us: np.ndarray  # the time a record bears, as rendered
    visible_us: np.ndarray  # the first instant at which the service knows of it
    fields: pl.DataFrame  # what a filter may ask about

    def text(self, indices: np.ndarray) -> list[bytes]:
        return self.lines.gather(indices).to_list()


@dataclass(frozen=True, order=True)
class Cursor:
    """The next record to read."""

    day: date
    index: int


class DayCache:
    """Rendered days, the least recently used forgotten first. Used by one thread at a time."""

    def __init__(self, render: Callable[[date], RenderedDay], keep: int) -> None:
        self._render = render
        self._keep = keep
        self._days: OrderedDict[date, RenderedDay] = OrderedDict()

    def __call__(self, day: date) -> RenderedDay:
        if day in self._days:
            self._days.move_to_end(day)
        else:
            self._days[day] = self._render(day)
            if len(self._days) > self._keep:
                self._days.popitem(last=False)
        return self._days[day]


def read(
    cache: Callable[[date], RenderedDay],
    days: Sequence[date],
    select: Callable[[RenderedDay], np.ndarray],
    start: Cursor | None,
    limit: int,
    *,
    descending: bool = False,
) -> tuple[list[bytes], list[Cursor]]:
    """Up to `limit` selected records from `start` on, with the place of each.

    `days` are in reading order: latest first if `descending`. `select` gives the wanted indices of a day,
    ascending.
    """
    lines: list[bytes] = []
    places: list[Cursor] = []
    for day, indices in _remaining(cache, days, select, start, descending=descending):
        taken = indices[: limit - len(lines)]
        lines += cache(day).text(taken)
        places += [Cursor(day, index) for index in taken.tolist()]
        if len(lines) >= limit:
            break
    return lines, places


def _remaining(
    cache: Callable[[date], RenderedDay],
    days: Sequence[date],
    select: Callable[[RenderedDay], np.ndarray],
    start: Cursor | None,
    *,
    descending: bool,
) -> Iterator[tuple[date, np.ndarray]]:
    for day in days:
        if start and (day > start.day if descending else day < start.day):
            continue
        indices = select(cache(day))
        if descending:
            indices = indices[::-1]
        if start and day == start.day:
            indices = indices[indices <= start.index] if descending else indices[indices >= start.index]
        if len(indices):
            yield day, indices
