"""Box enterprise events: how one event looks, and the two orders in which they are read.

Rendering of `world.box_events` by Tokyo day (admin_logs) and the delivery order by time of availability
(admin_logs_streaming). Parameters, positions and HTTP belong to box_streams.py and box_http.py.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from pipelines.simulator.apis.clock import EPOCH, days_between, pacific_text, tokyo_day_end_us
from pipelines.simulator.apis.day_log import Cursor, DayCache, RenderedDay
from pipelines.simulator.apis.json_text import escaped, fragment, joined, rendered, string

if TYPE_CHECKING:
    from pipelines.simulator.world import World

KEPT_DAYS = 8
LATE_DAYS = 3  # an event reaches the log at most this many Tokyo days after it happened
DUPLICATE_EVERY = 397  # one event in this many is delivered twice by the stream
DUPLICATE_DELAY_US = 45_000_000
COLLABORATION_DETAILS = "box://event/additional_details/collaboration"


class BoxEventLog:
    """Rendered days, in event order and in delivery order."""

    def __init__(self, world: World, *, duplicates: bool) -> None:
        self._world = world
        self._duplicates = duplicates
        self.first_day, self.last_day = world.config.first_day, world.config.last_day
        self.day = DayCache(self._render, KEPT_DAYS)
        self._orders: OrderedDict[date, DeliveryDay] = OrderedDict()

    def _render(self, day: date) -> RenderedDay:
        frame = self._world.box_events(day)
        # Most events bear whole seconds; task events keep their milliseconds, as captures show.
        keeps_millis = pl.col("event_type").str.starts_with("TASK_")
        frame = frame.with_columns(
            created_at=pl.when(keeps_millis).then("created_at").otherwise(pl.col("created_at").dt.truncate("1s"))
        ).sort("created_at", maintain_order=True)
        return RenderedDay(
            lines=rendered(frame, _event(keeps_millis)),
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
    return lines, cursor


def _event(keeps_millis: pl.Expr) -> pl.Expr:
    """One compact event object; its source has one of several shapes, some keys are absent at times."""
    created_at = pl.col("created_at")
    created = pl.when(keeps_millis).then(pacific_text(created_at, millis=True)).otherwise(pacific_text(created_at))
    has_actor = pl.col("actor_id").is_not_null()
    return joined(
        '{"source":',
        _source(),
        fragment(has_actor, ',"created_by":', _user("actor_id", "actor_name", "actor_login")),
        ',"action_by":',
        pl.coalesce(_user("admin_id", "admin_name", "admin_login"), pl.lit("null")),
        ',"created_at":"',
        created,
        '","event_id":',
        string("event_id"),
        ',"event_type":',
        string("event_type"),
        ',"ip_address":',
        string("ip_address"),
        ',"type":"event","session_id":null,"additional_details":',
        _details(),
        fragment(
            _is_collaboration() & pl.col("target_login").is_not_null() & pl.col("target_id").is_not_null(),
            ',"accessible_by":',
            _user("target_id", "target_name", "target_login"),
        ),
        "}",
    )


def _user(key: str, name: str, login: str) -> pl.Expr:
    """A mini user, or null text without an id. An anonymous user has an empty login."""
    return pl.when(pl.col(key).is_not_null()).then(
        joined(
            '{"type":"user","id":"',
            escaped(pl.col(key).fill_null("")),
            '","name":"',
            escaped(pl.col(name).fill_null("")),
            '","login":"',
            escaped(pl.col(login).fill_null("")),
            '"}',
        )
    )


def _is_collaboration() -> pl.Expr:
    return pl.col("source_kind").is_in(["collab_folder", "collab_file"])


def _source() -> pl.Expr:
    item_kind = pl.col("source_kind")
    affected_user = pl.coalesce(
        _user("target_id", "target_name", "target_login"),
        _user("actor_id", "actor_name", "actor_login"),
        pl.lit("null"),
    )
    group = joined(
        '{"group_id":"',
        escaped(pl.coalesce("target_id", "item_id")),
        '","group_name":"',
        escaped(pl.coalesce("target_name", "item_name", pl.lit(""))),
        '"}',
    )
    return (
        pl.when(item_kind == "item")
        .then(_item())
        .when(item_kind == "user")
        .then(affected_user)
        .when(item_kind == "collab_folder")
        .then(_collaboration("folder"))
        .when(item_kind == "collab_file")
        .then(_collaboration("file"))
        .when(item_kind == "group")
        .then(group)
        .otherwise(pl.lit("null"))
    )


def _parent_and_owner() -> pl.Expr:
    parent = joined(
        '{"type":"folder","name":"',
        escaped(pl.col("parent_name").fill_null("")),
        '","id":"',
        pl.col("parent_id"),
        '"}',
    )
    return joined(
        ',"parent":',
        pl.coalesce(parent, pl.lit("null")),
        fragment(pl.col("owner_id").is_not_null(), ',"owned_by":', _user("owner_id", "owner_name", "owner_login")),
    )


def _item() -> pl.Expr:
    return joined(
        '{"item_type":',
        string("item_type"),
        ',"item_id":',
        string("item_id"),
        ',"item_name":',
        string("item_name"),
        _parent_and_owner(),
        "}",
    )


def _collaboration(kind: str) -> pl.Expr:
    """Recipient: a known user (user_id), an unregistered address (user_email) or a group (id without login)."""
    has_id, has_login = pl.col("target_id").is_not_null(), pl.col("target_login").is_not_null()
    recipient = (
        pl.when(has_id & has_login)
        .then(joined(',"user_id":', string("target_id"), ',"user_name":', string("target_name")))
        .when(has_id)
        .then(joined(',"group_id":', string("target_id"), ',"group_name":', string("target_name")))
        .when(has_login)
        .then(joined(',"user_email":', string("target_login")))
        .otherwise(pl.lit(""))
    )
    return joined(
        f'{{"{kind}_id":',
        string("item_id"),
        f',"{kind}_name":',
        string("item_name"),
        recipient,
        _parent_and_owner(),
        "}",
    )


def _details() -> pl.Expr:
    """additional_details: of a collaboration, of content, or null."""
    collaboration = joined(
        f'{{"type":"{COLLABORATION_DETAILS}","collab_id":"',
        _collaboration_id(),
        '"',
        fragment(pl.col("collab_role").is_not_null(), ',"role":', string("collab_role")),
        ',"is_performed_by_admin":',
        pl.when(pl.col("admin_id").is_not_null()).then(pl.lit("true")).otherwise(pl.lit("false")),
        fragment(pl.col("event_type") == "COLLABORATION_INVITE", ',"invitation_message":""'),
        "}",
    )
    pieces = [
        fragment(pl.col("size").is_not_null(), ',"size":', pl.col("size").cast(pl.String)),
        *(
            fragment(pl.col(name).is_not_null(), f',"{name}":', string(name))
            for name in ("version_id", "service_id", "service_name", "shared_link_id")
        ),
    ]
    content = pl.concat_str(pieces).str.slice(1)
    alert = joined(
        '{"shield_alert":{"rule_category":"Anomalous Download","rule_id":123,"rule_name":"大量ダウンロード",'
        '"risk_score":77,"alert_id":',
        pl.col("event_id").hash().mod(100_000).cast(pl.String),
        ',"priority":"medium"}}',
    )
    return (
        pl.when(_is_collaboration())
        .then(collaboration)
        .when(pl.col("event_type") == "SHIELD_ALERT")
        .then(alert)
        .when(content != "")
        .then(joined("{", content, "}"))
        .otherwise(pl.lit("null"))
    )


def _collaboration_id() -> pl.Expr:
    """A ten-digit id made from the item's id: the world has no collaboration ids of its own."""
    return joined("1", pl.col("item_id").fill_null("0").str.slice(-9).str.zfill(9))
