"""The retry policy: how often, how long, in which words it gives up."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from pipelines.errors import PermanentSourceError, SourceError, TransientSourceError
from pipelines.sources.retry import MAX_ATTEMPTS, AttemptError, RetryPolicy, retry_after_seconds

NOW = datetime(2026, 6, 1, 12, 0, 0, tzinfo=UTC)


class Script:
    """Attempts that fail as written and then give "done"; keeps the waits instead of waiting."""

    def __init__(self, *failures: AttemptError, max_seconds: float = 900.0) -> None:
        self.failures = list(failures)
        self.waits: list[float] = []
        self.calls = 0
        self.policy = RetryPolicy(
            "The service", max_seconds=max_seconds, sleep=self.waits.append, sleep_async=self.sleep_async
        )

    async def sleep_async(self, seconds: float) -> None:
        self.waits.append(seconds)

    def attempt(self, _deadline: float) -> str:
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        return "done"

    async def attempt_async(self) -> str:
        return self.attempt(0.0)

    def run(self, kind: str) -> str:
        if kind == "sync":
            return self.policy.call("the thing", self.attempt)
        return asyncio.run(self.policy.call_async("the thing", self.attempt_async))


def failed(**more: object) -> AttemptError:
    return AttemptError("it answered 503", "run again later", **more)  # ty: ignore[invalid-argument-type]


both = pytest.mark.parametrize("kind", ["sync", "async"])


@both
def test_it_asks_until_there_is_an_answer(kind: str) -> None:
    script = Script(failed(), failed(), failed())
    assert script.run(kind) == "done"
    assert script.calls == 4
    # Each wait doubles, give or take the jitter.
    assert all(0.5 * 2**step <= wait <= 1.5 * 2**step for step, wait in enumerate(script.waits))


@both
def test_the_service_may_name_its_own_wait(kind: str) -> None:
    script = Script(failed(retry_after_seconds=600.0), failed(retry_after_seconds=7.0))
    assert script.run(kind) == "done"
    assert script.waits == [600.0, 7.0]


@both
def test_a_wait_beyond_the_time_left_ends_at_once(kind: str) -> None:
    script = Script(failed(retry_after_seconds=600.0), failed(retry_after_seconds=600.0))
    with pytest.raises(TransientSourceError, match=r"asks to wait 600 s.*KATSUYO_MAX_RETRY_SECONDS"):
        script.run(kind)
    assert script.waits == [600.0]


@both
def test_attempts_are_bounded_and_the_sentence_counts_them(kind: str) -> None:
    script = Script(*(failed(request_id="abc-1") for _ in range(50)), max_seconds=1e9)
    with pytest.raises(TransientSourceError) as caught:
        script.run(kind)
    assert script.calls == MAX_ATTEMPTS
    assert str(caught.value).startswith("The service did not give the thing: it answered 503 (12 attempts in ")
    assert str(caught.value).endswith(" s, request id abc-1); run again later.")


@both
def test_a_hopeless_failure_is_raised_as_its_own_error(kind: str) -> None:
    script = Script(failed(error=PermanentSourceError, again=False))
    with pytest.raises(PermanentSourceError, match=r"^The service did not give the thing: it answered 503; run again"):
        script.run(kind)
    assert script.waits == []


def test_a_lower_limit_of_attempts_holds() -> None:
    script = Script(*(failed(attempt_limit=3) for _ in range(9)))
    with pytest.raises(SourceError):
        script.run("sync")
    assert script.calls == 3


def test_an_attempt_without_end_is_cut_off() -> None:
    async def endless() -> str:
        await asyncio.sleep(60)
        return "never"

    start = time.monotonic()
    with pytest.raises(TransientSourceError, match="not complete within 0 s"):
        asyncio.run(RetryPolicy("The service", max_seconds=0.05).call_async("the thing", endless))
    assert time.monotonic() - start < 5


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("1.5", 1.5),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(NOW - timedelta(seconds=90), usegmt=True), 0.0),
        ("Mon, 01 Jun 2026 21:01:00 +0900", 60.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("99999999999999", None),
    ],
)
def test_retry_after_comes_in_two_forms(header: str, seconds: float | None) -> None:
    assert retry_after_seconds({"Retry-After": header}, NOW) == seconds


def test_what_is_no_request_id_is_not_printed() -> None:
    assert failed(request_id="3f2c-11").request_id == "3f2c-11"
    assert failed(request_id="<script>").request_id is None
    assert failed(request_id="taro@city.example").request_id is None
