"""The limiter: never more starts in any window than the quota allows, and never a longer wait than that needs."""

from __future__ import annotations

import asyncio
import heapq
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.sources.quota import Limiter, Quota

quotas = st.builds(Quota, st.integers(1, 5), st.integers(1, 20).map(float))


class VirtualTime:
    """A clock that moves only when every task waits, to the next moment at which one of them wakes."""

    def __init__(self) -> None:
        self.now = 0.0
        self._order = count()
        self._waking: list[tuple[float, int, asyncio.Future[None]]] = []

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waking, (self.now + seconds, next(self._order), future))
        await future

    async def run(self, *tasks: asyncio.Task[None]) -> None:
        while not all(task.done() for task in tasks):
            for _ in range(3):
                await asyncio.sleep(0)
            if self._waking:
                self.now, _, future = heapq.heappop(self._waking)
                if not future.done():
                    future.set_result(None)
        await asyncio.gather(*tasks, return_exceptions=True)


def starts_of(quota: Quota, arrivals: list[float], margin_seconds: float = 0.0) -> list[float]:
    """When calls that come at these moments begin, in order."""
    virtual, starts = VirtualTime(), []
    limiter = Limiter(quota, margin_seconds=margin_seconds, clock=virtual.clock, sleep_async=virtual.sleep)

    async def one(arrival: float) -> None:
        await virtual.sleep(arrival)
        await limiter.take()
        starts.append(virtual.now)

    async def all_of_them() -> None:
        await virtual.run(*(asyncio.create_task(one(arrival)) for arrival in arrivals))

    asyncio.run(all_of_them())
    return starts


def earliest(quota: Quota, arrivals: list[float]) -> list[float]:
    """The earliest moments at which these calls may begin, as the quota is defined."""
    starts: list[float] = []
    for place, arrival in enumerate(sorted(arrivals)):
        before = starts[place - quota.requests] + quota.seconds if place >= quota.requests else 0.0
        starts.append(max(arrival, before))
    return starts


@given(quotas, st.lists(st.integers(0, 50).map(float), max_size=30))
@settings(deadline=None, max_examples=150)
def test_calls_begin_as_early_as_the_quota_allows_and_never_earlier(quota: Quota, arrivals: list[float]) -> None:
    starts = starts_of(quota, arrivals)
    assert starts == earliest(quota, arrivals)
    for first, beyond in zip(starts, starts[quota.requests :], strict=False):
        assert beyond - first >= quota.seconds


def test_28_days_of_a_report_take_ten_minutes() -> None:
    assert starts_of(Quota(14, 600.0), [0.0] * 28) == [0.0] * 14 + [600.0] * 14


def test_the_margin_widens_the_window() -> None:
    assert starts_of(Quota(1, 1.0), [0.0] * 3, margin_seconds=0.5) == [0.0, 1.5, 3.0]


def test_a_caller_that_gives_up_uses_nothing_up() -> None:
    virtual, starts = VirtualTime(), []
    limiter = Limiter(Quota(1, 10.0), margin_seconds=0.0, clock=virtual.clock, sleep_async=virtual.sleep)

    async def take() -> None:
        await limiter.take()
        starts.append(virtual.now)

    async def scenario() -> None:
        await take()
        given_up, patient = asyncio.create_task(take()), asyncio.create_task(take())
        await asyncio.sleep(0)
        given_up.cancel()
        await virtual.run(given_up, patient)

    asyncio.run(scenario())
    assert starts == [0.0, 10.0]


@given(quotas, st.integers(1, 4), st.integers(1, 8))
@settings(deadline=None, max_examples=25)
def test_threads_share_one_window(quota: Quota, threads: int, each: int) -> None:
    lock, own, now = threading.Lock(), threading.local(), 0.0

    def clock() -> float:
        with lock:
            own.read = now
            return now

    def sleep(seconds: float) -> None:
        nonlocal now
        with lock:
            now += seconds

    limiter = Limiter(quota, margin_seconds=0.0, clock=clock, sleep=sleep)

    def work(_: int) -> list[float]:
        starts = []
        for _ in range(each):
            limiter.take_blocking()
            starts.append(own.read)
        return starts

    with ThreadPoolExecutor(threads) as pool:
        starts = sorted(start for part in pool.map(work, range(threads)) for start in part)
    assert len(starts) == threads * each
    for first, beyond in zip(starts, starts[quota.requests :], strict=False):
        assert beyond - first >= quota.seconds


@pytest.mark.parametrize(("requests", "seconds"), [(0, 1.0), (1, 0.0), (-1, 1.0)])
def test_a_quota_without_requests_or_time_is_refused(requests: int, seconds: float) -> None:
    with pytest.raises(ValueError, match="at least one request"):
        Quota(requests, seconds)
