"""Faults as data: which request goes wrong, how often, and in which way.

A fault is chosen here and carried out in delivery.py. No service knows about faults, except that the report service
passes one on to the download it leads to.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import msgspec

Answer = Literal[
    "status",  # the given status, headers and body
    "reset",  # connection reset before any answer
    "reset_mid",  # reset after half of the body
    "truncate",  # Content-Length says more than is sent
    "chunked_cut",  # chunked transfer that never ends properly
    "bad_json",  # well-framed answer whose body is cut in the middle
    "empty_200",  # 200 without a body
    "gzip_cut",  # cut gzip stream with a Content-Length that fits
    "stall",  # nothing for `seconds`, then the answer
    "stall_mid",  # half of the body, then nothing for `seconds`, then the rest
    "line_cut",  # the first half of the lines of a body, well framed and cut exactly at a line end
    "wrong_day",  # reports: the content of the day before
    "header_only",  # reports: the header line alone
    "wrong_totals",  # reports: every count a fifth and one too high, so that totals and rows disagree
    "concealed",  # reports: concealed names, whatever the report settings say
    "replace",  # the right answer with every match of `pattern` in its body replaced by `replacement`
]

# Faults that the report service carries out itself, because they change what a report is about.
REPORT_FAULTS = ("wrong_day", "header_only", "wrong_totals", "concealed")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One misbehaviour. `match` is a regular expression searched in path?query as it was sent."""

    host: Literal["login", "graph", "download", "box", "*"] = "*"
    match: str = ""
    times: int = 1  # -1: for ever
    skip: int = 0  # let this many matching requests pass first
    answer: Answer = "status"
    status: int = 503
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    seconds: float = 30.0
    pattern: str = ""  # of re, for "replace"
    replacement: str = ""

    def applies(self, host: str, target: str) -> bool:
        return self.host in ("*", host) and re.search(self.match, target) is not None


class Faults:
    """The faults that are still to happen. Safe to use from the test's thread and the server's."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pending: list[Fault] = []

    def add(self, fault: Fault | None = None, /, **fields: Any) -> None:
        """Add a fault, or make one from keyword arguments. Raises re.error for a wrong pattern."""
        chosen = fault or msgspec.convert(fields, Fault)
        re.compile(chosen.match)
        re.compile(chosen.pattern)
        with self._lock:
            self._pending.append(chosen)

    def add_all(self, body: bytes) -> int:
        """Add the faults of a JSON list. Raises msgspec.ValidationError or re.error; returns how many."""
        chosen = msgspec.json.decode(body, type=list[Fault], strict=False)
        for fault in chosen:
            self.add(fault)
        return len(chosen)

    def clear(self) -> None:
        with self._lock:
            self._pending.clear()

    def pending(self) -> list[Fault]:
        with self._lock:
            return list(self._pending)

    def take(self, host: str, target: str) -> Fault | None:
        """The first fault for this request, used up by one; None if the request goes well."""
        with self._lock:
            for position, fault in enumerate(self._pending):
                if not fault.applies(host, target):
                    continue
                if fault.skip:
                    self._pending[position] = replace(fault, skip=fault.skip - 1)
                    continue
                if fault.times == 1:
                    del self._pending[position]
                elif fault.times > 1:
                    self._pending[position] = replace(fault, times=fault.times - 1)
                return fault
        return None
