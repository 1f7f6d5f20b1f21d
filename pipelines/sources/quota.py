"""How often a service may be asked: a quota as plain values, and a limiter that keeps to it.

The window slides: at no instant have more than `requests` calls begun within the last `seconds`, which is how the
services count. A leaky or token bucket would let nearly twice as many through in its first window. What a quota is
for, and what to do when a service still answers 429, is decided beside each client.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quota:
    """At most `requests` calls may begin within any `seconds`."""

    requests: int
    seconds: float

    def __post_init__(self) -> None:
        if self.requests < 1 or self.seconds <= 0:
            raise ValueError("A quota allows at least one request in a span of time.")


class Limiter:
    """Lets a call begin as soon as the quota allows it; for threads and event loops, also both at once.

    A start counts from the moment a call may go, so a caller that is cancelled while it waits uses nothing up.
    `margin_seconds` is added to the window, because a request that travels faster than an earlier one arrives too soon.
    `clock`, `sleep` and `sleep_async` are replaced in tests.
    """

    def __init__(
        self,
        quota: Quota,
        *,
        margin_seconds: float = 0.25,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        sleep_async: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._window_seconds = quota.seconds + margin_seconds
        self._starts: deque[float] = deque(maxlen=quota.requests)
        self._lock = threading.Lock()
        self._clock = clock
        self._sleep = sleep
        self._sleep_async = sleep_async

    async def take(self) -> None:
        """Return when a call may begin."""
        while wait_seconds := self._try_to_start():
            await self._sleep_async(wait_seconds)

    def take_blocking(self) -> None:
        """Like `take`, for threads."""
        while wait_seconds := self._try_to_start():
            self._sleep(wait_seconds)

    def _try_to_start(self) -> float:
        """Note a start and return 0.0, or return the seconds after which trying again makes sense."""
        with self._lock:
            now = self._clock()
            # Full: the oldest of the last `requests` starts must have left the window.
            if len(self._starts) == self._starts.maxlen:
                free_at = self._starts[0] + self._window_seconds
                if now < free_at:
                    return free_at - now
            self._starts.append(now)
            return 0.0
