"""Settings with a data folder of their own, and Dagster's records in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from pipelines.orchestration.instance import instance_of
from pipelines.settings import Settings


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in ("DAGSTER_HOME", "KATSUYO_DAGSTER_DIR"):
        monkeypatch.setenv(name, "")  # instance_of sets them; put back after the test
    return Settings(home=tmp_path)


@pytest.fixture
def instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    with instance_of(settings) as instance:
        yield instance
