"""The one retry policy of all sources, and the sentences a failed call ends with.

A client does one attempt at a time and raises AttemptError when it fails; this module decides whether and when to ask
again and, at the end, turns the last failure into one of the errors of pipelines/errors.py. What a status code means is
not decided here but beside each client (graph/problems.py, box/problems.py).
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from pipelines.errors import SourceError, TransientSourceError

T = TypeVar("T")

LONGEST_BACKOFF_SECONDS = 120.0
# Twelve attempts with doubling waits span the ten-minute window in which Graph counts report requests.
MAX_ATTEMPTS = 12
# For failures that time seldom heals (a host that does not exist, a page that is not JSON): enough to pass a blip.
FEW_ATTEMPTS = 4

# Jitter only spreads the load, but this generator needs no exemption from the linter's rule about weak ones.
_JITTER = random.SystemRandom()
_REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{1,80}")


class AttemptError(Exception):
    """One attempt failed: why, what mends it, and whether asking again can help.

    `reason` and `remedy` are parts of a sentence and hold no token, address, name or ticket. `error` is the class
    raised when the policy gives up. `retry_after_seconds` is the wait the service asked for. `attempt_limit` caps the
    attempts below the policy's own limit.
    """

    def __init__(
        self,
        reason: str,
        remedy: str,
        *,
        error: type[SourceError] = TransientSourceError,
        again: bool = True,
        retry_after_seconds: float | None = None,
        request_id: str | None = None,
        attempt_limit: int = MAX_ATTEMPTS,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy
        self.error = error
        self.again = again
        self.retry_after_seconds = retry_after_seconds
        self.request_id = clean_request_id(request_id)
        self.attempt_limit = attempt_limit


def clean_request_id(value: str | None) -> str | None:
    """A request id fit to be printed, or None: what a service sends is not trusted to be an id."""
    return value if value and _REQUEST_ID.fullmatch(value) else None


def retry_after_seconds(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds the service asks to wait, from Retry-After (seconds or an HTTP date); None when it says nothing.

    `headers` must be a mapping without regard to case, as httpx and the Box client give.
    """
    text = (headers.get("Retry-After") or "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d+)?", text):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Bounded attempts within a total time, for synchronous and asynchronous calls alike.

    `max_seconds` covers the attempts and the waits between them. `base_seconds` is the first wait; each further one
    doubles, with jitter, unless the service names its own. `sleep` and `sleep_async` are replaced in tests.
    """

    service: str
    max_seconds: float
    base_seconds: float = 1.0
    sleep: Callable[[float], None] = time.sleep
    sleep_async: Callable[[float], Awaitable[None]] = asyncio.sleep

    def call(self, what: str, attempt: Callable[[float], T]) -> T:
        """Run `attempt(deadline)` until it succeeds; `deadline` is a time.monotonic() it should not read beyond.

        Raises the SourceError named by the last AttemptError.
        """
        state = _RetryState(self, what)
        while True:
            try:
                return attempt(state.deadline)
            except AttemptError as failure:
                wait = state.wait_or_raise(failure)
            self.sleep(wait)

    async def call_async(self, what: str, attempt: Callable[[], Awaitable[T]]) -> T:
        """Like `call`; an attempt still running when the time is up is cancelled."""
        state = _RetryState(self, what)
        try:
            async with asyncio.timeout(self.max_seconds):
                while True:
                    try:
                        return await attempt()
                    except AttemptError as failure:
                        wait = state.wait_or_raise(failure)
                    await self.sleep_async(wait)
        except TimeoutError:
            raise state.final_error(state.out_of_time()) from None


class _RetryState:
    """What has happened so far within one call."""

    def __init__(self, policy: RetryPolicy, what: str) -> None:
        self.policy = policy
        self.what = what
        self.started = time.monotonic()
        self.deadline = self.started + policy.max_seconds
        self.attempts = 0
        self.waited_seconds = 0.0
        self.last: AttemptError | None = None

    def elapsed_seconds(self) -> float:
        # With a replaced sleep no real time passes; what was waited counts all the same.
        return max(time.monotonic() - self.started, self.waited_seconds)

    def wait_or_raise(self, failure: AttemptError) -> float:
        """Seconds to wait before the next attempt; raises the final error when there is none."""
        self.attempts += 1
        self.last = failure
        if not failure.again or self.attempts >= min(failure.attempt_limit, MAX_ATTEMPTS):
            raise self.final_error(failure) from failure
        wait = failure.retry_after_seconds or self._backoff_seconds()
        if self.elapsed_seconds() + wait > self.policy.max_seconds:
            raise self.final_error(self._too_long(failure, wait)) from failure
        self.waited_seconds += wait
        return wait

    def final_error(self, failure: AttemptError) -> SourceError:
        notes = []
        if self.attempts > 1:
            notes.append(f"{self.attempts} attempts in {self.elapsed_seconds():.0f} s")
        if failure.request_id:
            notes.append(f"request id {failure.request_id}")
        note = f" ({', '.join(notes)})" if notes else ""
        return failure.error(
            f"{self.policy.service} did not give {self.what}: {failure.reason}{note}; {failure.remedy}."
        )

    def out_of_time(self) -> AttemptError:
        seconds = f"{self.policy.max_seconds:.0f} s"
        before = f" after an earlier failure ({self.last.reason})" if self.last else ""
        self.attempts += 1
        return AttemptError(
            f"the answer was not complete within {seconds}{before}",
            "run again later, or raise KATSUYO_MAX_RETRY_SECONDS",
            request_id=self.last.request_id if self.last else None,
        )

    def _backoff_seconds(self) -> float:
        doubled = self.policy.base_seconds * 2 ** (self.attempts - 1)
        return min(doubled, LONGEST_BACKOFF_SECONDS) * _JITTER.uniform(0.5, 1.5)

    def _too_long(self, failure: AttemptError, wait: float) -> AttemptError:
        if failure.retry_after_seconds is None:
            return failure
        return AttemptError(
            f"{failure.reason} and asks to wait {wait:.0f} s, more than is left of {self.policy.max_seconds:.0f} s",
            "run again later, or raise KATSUYO_MAX_RETRY_SECONDS",
            error=failure.error,
            request_id=failure.request_id,
        )
