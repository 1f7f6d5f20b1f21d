"""Box enterprise events in the two orders in which they are read.

By the time they happened (admin_logs) and by the time they became available (admin_logs_streaming), a Tokyo day at a
time. How an event looks belongs to box_shapes.py; parameters, positions and HTTP to box_streams.py and box_http.py.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from pipelines.simulator.apis.box_shapes import event_lines
from pipelines.simulator.apis.clock import EPOCH, days_between, tokyo_day_end_us
from pipelines.simulator.apis.day_log import Cursor, DayCache, RenderedDay

if TYPE_CHECKING:
    from pipelines.simulator.world import World

KEPT_DAYS = 8
LATE_DAYS = 3  # an event reaches the log at most this many Tokyo days after it happened
DUPLICATE_EVERY = 397  # one event in this many is delivered twice by the stream
DUPLICATE_DELAY_US = 45_000_000


class BoxEventLog:
    """Rendered days, in event order and in delivery order."""

    def __init__(self, world: World, *, duplicates: bool) -> None:
        self._world = world
        self._duplicates = duplicates
        self.first_day, self.last_day = world.config.first_day, world.config.last_day
        self.day = DayCache(self._render, last=self.last_day, keep=KEPT_DAYS)
        self._orders: OrderedDict[date, DeliveryDay] = OrderedDict()

    def _render(self, day: date) -> RenderedDay:
        frame = self._world.box_events(day)
        return RenderedDay(
            lines=event_lines(frame),
            instants_us=frame["created_at"].dt.epoch("us").to_numpy(),
            visible_us=frame["available_at"].dt.epoch("us").to_numpy(),
            fields=frame.select("event_type"),
        )

    def delivery(self, day: date) -> DeliveryDay:
        """Events that became available on a Tokyo day, in that order; some come twice."""
        if day not in self._orders:
            self._orders[day] = self._order(day)
            if len(self._orders) > 4 * KEPT_DAYS:
                self._orders.popitem(last=False)
        return self._orders[day]

    def _order(self, day: date) -> DeliveryDay:
        end_us = tokyo_day_end_us(day)
        sources, indices, available = [], [], []
        first = max(day - timedelta(days=LATE_DAYS), self.first_day)
        for source in days_between(first, min(day, self.last_day)):
            visible = self.day(source).visible_us
            found = np.flatnonzero((visible >= end_us - 86_400_000_000) & (visible < end_us))
            sources.append(np.full(len(found), (source - EPOCH).days))
            indices.append(found)
            available.append(visible[found])
        none = [np.zeros(0, np.int64)]
        order = DeliveryDay(*(np.concatenate(part or none) for part in (sources, indices, available)))
        return order.sorted(end_us, repeats=self._duplicates)


@dataclass(frozen=True)
class DeliveryDay:
    """One Tokyo day of the stream: for each delivery the source day, the index in it, the instant."""

    source_days: np.ndarray  # days since the epoch
    indices: np.ndarray
    available_us: np.ndarray

    def sorted(self, end_us: int, *, repeats: bool) -> DeliveryDay:
        """By instant of delivery; with repeats, some deliveries happen again a little later."""
        position = np.arange(len(self.indices))
        dice = (self.indices * 31 + self.source_days * 17) % DUPLICATE_EVERY == 0
        again = position[dice] if repeats else position[:0]
        take = np.concatenate([position, again])
        repeated_us = np.minimum(self.available_us[again] + DUPLICATE_DELAY_US, end_us - 1)
        instants = np.concatenate([self.available_us, repeated_us])
        order = np.argsort(instants, kind="stable")
        return DeliveryDay(self.source_days[take][order], self.indices[take][order], instants[order])

    def visible(self, now_us: int) -> int:
        """How many deliveries have happened by now."""
        return int(np.searchsorted(self.available_us, now_us, side="right"))


def delivered_text(log: BoxEventLog, order: DeliveryDay, begin: int, end: int) -> list[bytes]:
    """JSON of the deliveries from begin to end (excluded)."""
    texts = np.empty(end - begin, dtype=object)
    source_days = order.source_days[begin:end]
    for source in np.unique(source_days).tolist():
        where = np.flatnonzero(source_days == source)
        lines = log.day(EPOCH + timedelta(days=source)).text(order.indices[begin:end][where])
        texts[where] = lines
    return texts.tolist()


def stream_from(log: BoxEventLog, start: Cursor, today: date, now_us: int, limit: int) -> tuple[list[bytes], Cursor]:
    """Up to `limit` deliveries from `start` on, and the place after the last one."""
    lines: list[bytes] = []
    cursor = start
    for day in days_between(start.day, today):
        order = log.delivery(day)
        begin = start.index if day == start.day else 0
        end = min(order.visible(now_us), begin + limit - len(lines))
        if end > begin:
            lines += delivered_text(log, order, begin, end)
            cursor = Cursor(day, end)
        if len(lines) >= limit:
            break
    log.day.look_ahead(cursor.day)
    return lines, cursor
