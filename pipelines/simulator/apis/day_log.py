"""Logs that are written day by day and read page by page: rendered days, kept while they are in use.

A position in such a log is (Tokyo day, index in that day), so paging needs no memory of the reader.
What a record looks like, and who may see it, belongs to sign_in_log.py and box_events.py.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta

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
    """Rendered days, the least recently used forgotten first. A thread of its own renders, each day once."""

    def __init__(self, render: Callable[[date], RenderedDay], *, last: date, keep: int) -> None:
        self._render = render
        self._last = last
        self._keep = keep
        self._lock = threading.Lock()
        self._days: OrderedDict[date, Future[RenderedDay]] = OrderedDict()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="simulator-days")

    def __call__(self, day: date) -> RenderedDay:
        """The rendered day. Raises what the world raises for a day outside it."""
        return self._promise(day).result()

    def _promise(self, day: date) -> Future[RenderedDay]:
        with self._lock:
            if day not in self._days:
                self._days[day] = self._worker.submit(self._render, day)
            self._days.move_to_end(day)
            if len(self._days) > self._keep:
                self._days.popitem(last=False)
            return self._days[day]

    def look_ahead(self, day: date) -> None:
        """Start on the day after this one if the reader came from the day before: most go forward in time."""
        following, previous = day + timedelta(days=1), day - timedelta(days=1)
        if previous in self._days and following <= self._last:
            self._promise(following)

    def close(self) -> None:
        self._worker.shutdown(cancel_futures=True)


def read(
    cache: DayCache,
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
    if places and not descending:
        cache.look_ahead(places[-1].day)
    return lines, places


def _remaining(
    cache: DayCache,
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
