"""An application reads when its own secret ends; who asks keeps the day, so that `status` asks nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.ingest.own_secret import last_day
from pipelines.orchestration.expiry import known_expiries, refresh_expiries
from pipelines.settings import Settings
from pipelines.simulator.server import Simulator
from pipelines.sources.graph.client import Secret
from tests.simulator.simulated import running

NOW = datetime(2026, 7, 6, 3, tzinfo=UTC)
END = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with running() as simulator:
        yield simulator


@pytest.fixture
def settings(simulator: Simulator, tmp_path: Path) -> Settings:
    simulator.services.configure(now=NOW, secret_days=30)
    values = {name.removeprefix("KATSUYO_").lower(): value for name, value in simulator.settings().items()}
    return Settings(home=tmp_path, as_of=NOW, **values)


def test_the_day_is_asked_for_once_a_day_and_kept(simulator: Simulator, settings: Settings) -> None:
    assert known_expiries(settings) == ()
    refresh_expiries(settings)
    assert [one.day for one in known_expiries(settings)] == [date(2026, 8, 5)]
    simulator.services.configure(secret_days=60)
    refresh_expiries(settings)
    assert [one.day for one in known_expiries(settings)] == [date(2026, 8, 5)]
    tomorrow = settings.model_copy(update={"as_of": NOW + timedelta(days=1)})
    refresh_expiries(tomorrow)
    assert [one.day for one in known_expiries(settings)] == [date(2026, 9, 4)]


def test_a_tenant_that_does_not_tell_is_no_trouble(simulator: Simulator, settings: Settings) -> None:
    simulator.faults.add(host="graph", match="/applications", status=403, times=20)
    try:
        refresh_expiries(settings.model_copy(update={"max_retry_seconds": 1}))
    finally:
        simulator.faults.clear()
    assert known_expiries(settings) == ()


@given(st.lists(st.tuples(st.sampled_from(["abc", "xyz", None]), st.integers(0, 900))))
def test_only_a_secret_that_begins_like_ours_counts(found: list[tuple[str | None, int]]) -> None:
    secrets = [Secret(END + timedelta(days=days), hint) for hint, days in found]
    ours = [days for hint, days in found if hint == "abc"]
    assert last_day(secrets, "abc-and-more") == ((END + timedelta(days=max(ours))).date() if ours else None)
