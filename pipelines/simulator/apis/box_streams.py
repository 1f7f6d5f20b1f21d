"""Reading Box events: parameters, stream positions, page sizes and the end rule.

Takes query parameters, gives response bodies. Tokens and HTTP belong to box_http.py, event shapes to box_events.py.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from pipelines.simulator.apis.answers import box_error
from pipelines.simulator.apis.box_events import BoxEventLog, stream_from
from pipelines.simulator.apis.clock import (
    DAY_US,
    PACIFIC,
    days_between,
    micros,
    parse_instant,
    tokyo_day,
    tokyo_day_of_micros,
)
from pipelines.simulator.apis.day_log import Cursor, RenderedDay, read
from pipelines.simulator.apis.json_text import page

if TYPE_CHECKING:
    from pipelines.simulator.server_config import ServerConfig

ADMIN_LOGS, STREAMING = "admin_logs", "admin_logs_streaming"
STREAM_KINDS = {ADMIN_LOGS: 0, STREAMING: 1}
USER_STREAMS = ("all", "changes", "sync")
DEFAULT_LIMIT, MAX_LIMIT = 100, 500
OWN_LOGIN = "AutomationUser_1_katsuyo@boxdevedition.com"
STREAMING_DAYS = 14
HISTORY_DAYS = 365

# Positions are above 2**53 so that a float cannot hold them; the low byte is a check sum that rounding destroys.
_POSITION_BASE = 2**60
_INDEX_BITS, _DAY_BITS = 22, 14
_ORIGIN = date(2015, 1, 1)


def encode_position(kind: str, cursor: Cursor) -> str:
    """The stream position of a place in one of the two streams, as text."""
    day_number = (cursor.day - _ORIGIN).days
    core = (STREAM_KINDS[kind] << (_DAY_BITS + _INDEX_BITS)) | (day_number << _INDEX_BITS) | cursor.index
    return str(_POSITION_BASE + (core << 8 | _check(core)))


def decode_position(kind: str, text: str) -> Cursor:
    """Inverse of encode_position. Raises the service's 400 for a corrupt position or one of the other stream."""
    if not text.isdecimal() or int(text) < _POSITION_BASE:
        raise box_error(400, "bad_request", "Invalid stream position")
    core, check = divmod(int(text) - _POSITION_BASE, 256)
    if check != _check(core) or core >> (_DAY_BITS + _INDEX_BITS) != STREAM_KINDS[kind]:
        raise box_error(400, "bad_request", "Invalid stream position")
    day_number = core >> _INDEX_BITS & (2**_DAY_BITS - 1)
    return Cursor(_ORIGIN + timedelta(days=day_number), core & (2**_INDEX_BITS - 1))


def _check(core: int) -> int:
    return (core * 2_654_435_761 >> 13) % 255 + 1


@dataclass(frozen=True)
class Present:
    """The simulated now in the forms needed here."""

    now: datetime

    @property
    def micros(self) -> int:
        return micros(self.now)

    @property
    def day(self) -> date:
        return tokyo_day(self.now)


class BoxStreams:
    """Answers GET /2.0/events."""

    def __init__(self, log: BoxEventLog) -> None:
        self._log = log

    def answer(self, parameters: Mapping[str, str], config: ServerConfig) -> bytes:
        """Body of one page. Raises ServiceError for parameters Box refuses."""
        present = Present(config.now)
        kind = parameters.get("stream_type", "all")
        limit = min(_limit(parameters.get("limit", "")), config.largest_page)
        if config.box_short_pages:
            limit = _shortened(limit, parameters.get("stream_position", ""))
        if kind in USER_STREAMS:
            return _own_events(parameters.get("stream_position", "0"), config)
        if kind == STREAMING:
            return self._streaming(parameters, present, limit, unlimited=config.unlimited_history)
        if kind == ADMIN_LOGS:
            return self._history(parameters, present, limit, unlimited=config.unlimited_history)
        raise box_error(400, "bad_request", "Invalid value for stream_type parameter")

    def _history(self, parameters: Mapping[str, str], present: Present, limit: int, *, unlimited: bool) -> bytes:
        """admin_logs: a time window in event order, without repeats. Both bounds belong to the window."""
        from_us, until_us = _window(parameters, present, unlimited=unlimited)
        sent = parameters.get("stream_position", "0") or "0"
        start = decode_position(ADMIN_LOGS, sent) if sent != "0" else None
        wanted_types = [name for name in parameters.get("event_type", "").split(",") if name]
        now_us = present.micros

        def select(day: RenderedDay) -> np.ndarray:
            chosen = (day.instants_us >= from_us) & (day.instants_us <= until_us) & (day.visible_us <= now_us)
            if wanted_types:
                chosen &= day.fields["event_type"].is_in(wanted_types).to_numpy()
            return np.flatnonzero(chosen)

        first = max(tokyo_day_of_micros(from_us), self._log.first_day)
        last = min(tokyo_day_of_micros(min(until_us, now_us)), self._log.last_day)
        lines, places = read(self._log.day, days_between(first, last), select, start, limit)
        # With nothing to give, Box repeats the position it was sent, and says 0 if it was sent none.
        position = encode_position(ADMIN_LOGS, Cursor(places[-1].day, places[-1].index + 1)) if places else sent
        return _page(lines, position)

    def _streaming(self, parameters: Mapping[str, str], present: Present, limit: int, *, unlimited: bool) -> bytes:
        """admin_logs_streaming: in order of delivery, at least once; time bounds are silently ignored."""
        kept_us = 0 if unlimited else present.micros - STREAMING_DAYS * DAY_US
        oldest = max(tokyo_day_of_micros(kept_us), self._log.first_day)
        sent = parameters.get("stream_position", "0") or "0"
        if sent == "now":
            visible = self._log.delivery(present.day).visible(present.micros)
            return _page([], encode_position(STREAMING, Cursor(present.day, visible)))
        if sent == "0":
            start = Cursor(oldest, self._log.delivery(oldest).visible(kept_us))
        else:
            start = decode_position(STREAMING, sent)
        if start.day < oldest:
            raise box_error(400, "bad_request", "Invalid stream position")
        lines, cursor = stream_from(self._log, start, present.day, present.micros, limit)
        return _page(lines, encode_position(STREAMING, cursor) if lines or sent == "0" else sent)


def _window(parameters: Mapping[str, str], present: Present, *, unlimited: bool) -> tuple[int, int]:
    bounds = {}
    for name in ("created_after", "created_before"):
        text = parameters.get(name)
        instant = parse_instant(text) if text else None
        # A naive time, or a plus that was not percent-encoded and arrives as a blank.
        if text and instant is None:
            raise box_error(400, "bad_request", f"Invalid {name} parameter")
        bounds[name] = micros(instant) if instant else None
    oldest_us = 0 if unlimited else present.micros - HISTORY_DAYS * DAY_US
    after = bounds["created_after"]
    if after is not None and after > present.micros:
        raise box_error(400, "bad_request", "created_after is invalid since it is in the future")
    if after is not None and after < oldest_us:
        message = "created_after is beyond one year in the past, API only supports time range starting from one year"
        raise box_error(400, "bad_request", f"{message} in the past from now")
    before = bounds["created_before"]
    return (after if after is not None else oldest_us), (before if before is not None else 2**62)


def _limit(text: str) -> int:
    if not text:
        return DEFAULT_LIMIT
    if not text.isdecimal() or int(text) < 1:
        raise box_error(400, "bad_request", "Invalid value for limit parameter")
    return min(int(text), MAX_LIMIT)


def _shortened(limit: int, position: str) -> int:
    """Some pages hold fewer events than asked for although more remain; which ones depends on the position."""
    dice = hashlib.blake2b(position.encode(), digest_size=1).digest()[0]
    return max(1, limit * 3 // 5) if dice % 8 == 0 else limit


def _page(lines: list[bytes], position: str) -> bytes:
    head = f'{{"chunk_size":{len(lines)},"next_stream_position":"{position}","entries":['
    return page(lines, head=head, tail="]}")


def _own_events(position: str, config: ServerConfig) -> bytes:
    """The service account's own feed, which comes when stream_type is forgotten: other names, other ids."""
    feed_end = "2152922976252290800"
    entries: list[object] = []
    if position in ("", "0"):
        actor = {
            "type": "user",
            "id": "25000000001",
            "name": "katsuyo",
            "login": OWN_LOGIN,
        }
        stamp = config.now.astimezone(ZoneInfo(PACIFIC)).isoformat(timespec="seconds")
        source = {"type": "folder", "id": "0", "sequence_id": None, "etag": None, "name": "All Files"}
        entries = [
            {
                "type": "event",
                "event_id": hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest(),
                "created_by": actor,
                "created_at": stamp,
                "recorded_at": stamp,
                "event_type": name,
                "session_id": "lawelth4diwf8xuk",
                "source": source,
            }
            for name in ("ITEM_SYNC", "ITEM_UPLOAD")
        ]
    document = {"chunk_size": len(entries), "next_stream_position": feed_end, "entries": entries}
    return json.dumps(document, separators=(",", ":")).encode()
