"""How often the services may be asked: the published quotas, counted always, enforced if the configuration says so.

A quota's window slides on the real clock (the simulated now stands still). What a refusal looks like belongs to
answers.py.
"""

from __future__ import annotations

import math
import re
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Quota:
    """At most `requests` in any `seconds`. Each match of `pattern` with another group 1 has a count of its own."""

    name: str
    host: str
    pattern: str
    requests: int
    seconds: float
    says_retry_after: bool = True

    def key(self, host: str, path: str) -> str | None:
        """Under which name a request counts, None if it does not."""
        match = re.match(self.pattern, path) if host == self.host else None
        return match and " ".join((self.name, *match.groups()))


QUOTAS = (
    Quota("report", "graph", r"/(?:v1\.0|beta)/(?:copilot/)?reports/(\w+)", 14, 600.0),
    Quota("sign-ins", "graph", r"/(?:v1\.0|beta)/auditLogs/(?:signIns|getSummarized.*)$", 5, 10.0),
    Quota("named locations", "graph", r"/v1\.0/identity/conditionalAccess/namedLocations$", 1, 1.0, False),
    Quota("box", "box", r"/2\.0/", 1000, 60.0),
)


@dataclass
class _Count:
    """What one quota has seen: arrivals within the window, of these the ones answered, and the worst moment."""

    quota: Quota
    arrived: deque[float] = field(default_factory=deque)
    answered: deque[float] = field(default_factory=deque)
    peak: int = 0
    refused: int = 0


@dataclass(frozen=True)
class Refusal:
    """A request too many. `retry_after_seconds` is None where the service does not say."""

    host: str
    retry_after_seconds: int | None


class QuotaBook:
    """Counts per quota. Written by the server's loop, read by any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._counts: dict[str, _Count] = {}

    def take(self, host: str, path: str, *, enforced: bool, time_scale: float) -> Refusal | None:
        """Count one request; a refusal if it is one too many. Refused requests use nothing up."""
        named = ((quota, quota.key(host, path)) for quota in QUOTAS)
        quota, key = next(((quota, key) for quota, key in named if key), (None, ""))
        if quota is None or not key:
            return None
        now, window = self._clock(), quota.seconds * time_scale
        with self._lock:
            count = self._counts.setdefault(key, _Count(quota))
            for times in (count.arrived, count.answered):
                while times and times[0] <= now - window:
                    times.popleft()
            count.arrived.append(now)
            count.peak = max(count.peak, len(count.arrived))
            if not enforced or len(count.answered) < quota.requests:
                count.answered.append(now)
                return None
            count.refused += 1
            wait = max(1, math.ceil(count.answered[0] + window - now))
            return Refusal(host, wait if quota.says_retry_after else None)

    def clear(self) -> None:
        with self._lock:
            self._counts.clear()

    def document(self) -> dict[str, dict[str, float]]:
        """Per quota its limit, the most requests that fell into one window, and how many were refused."""
        with self._lock:
            return {
                key: {
                    "requests": count.quota.requests,
                    "seconds": count.quota.seconds,
                    "peak": count.peak,
                    "refused": count.refused,
                }
                for key, count in sorted(self._counts.items())
            }

    def exceeded(self) -> list[str]:
        """The quotas that were overrun, whether or not anything was refused."""
        with self._lock:
            return sorted(key for key, count in self._counts.items() if count.peak > count.quota.requests)
