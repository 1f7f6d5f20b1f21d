"""A small simulated ward that the real clients talk to; started once for all client tests."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipelines.simulator.server import ServerConfig, Simulator
from pipelines.simulator.world import World, WorldConfig
from pipelines.sources.box.client import BoxConfig
from pipelines.sources.graph.client import GraphConfig
from pipelines.sources.quota import Quota

FIRST_DAY, LAST_DAY = date(2026, 5, 11), date(2026, 6, 14)
NOW = datetime(2026, 6, 15, 6, 0, tzinfo=ZoneInfo("Asia/Tokyo"))


PLENTY = Quota(100_000, 1.0)


class Waits(list[float]):
    """Takes the place of sleeping: keeps the seconds and goes on at once."""

    def sleep(self, seconds: float) -> None:
        self.append(seconds)

    async def sleep_async(self, seconds: float) -> None:
        self.append(seconds)
        await asyncio.sleep(0)


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture(scope="session")
def running_ward() -> Iterator[Simulator]:
    world = World.build(WorldConfig(seed=20260102, staff=120, first_day=FIRST_DAY, last_day=LAST_DAY))
    with Simulator(world, ServerConfig(now=NOW)) as simulator:
        yield simulator


@pytest.fixture
def ward(running_ward: Simulator) -> Iterator[Simulator]:
    """The running ward without faults; whatever a test changes is put back."""
    config = running_ward.services.config
    running_ward.faults.clear()
    running_ward.log.clear()
    yield running_ward
    running_ward.faults.clear()
    running_ward.services.config = config


@pytest.fixture
def graph_config(ward: Simulator) -> GraphConfig:
    settings = ward.settings()
    return GraphConfig(
        tenant_id=settings["KATSUYO_TENANT_ID"],
        client_id=settings["KATSUYO_CLIENT_ID"],
        client_secret=settings["KATSUYO_CLIENT_SECRET"],
        authority=settings["KATSUYO_AUTHORITY"],
        base_url=settings["KATSUYO_GRAPH_BASE_URL"],
        ca_file=Path(settings["KATSUYO_CA_FILE"]),
        report_quota=PLENTY,
        sign_in_quota=PLENTY,
        named_location_quota=PLENTY,
    )


@pytest.fixture
def box_config(ward: Simulator) -> BoxConfig:
    settings = ward.settings()
    return BoxConfig(
        client_id=settings["KATSUYO_BOX_CLIENT_ID"],
        client_secret=settings["KATSUYO_BOX_CLIENT_SECRET"],
        enterprise_id=settings["KATSUYO_BOX_ENTERPRISE_ID"],
        base_url=settings["KATSUYO_BOX_BASE_URL"],
        ca_file=Path(settings["KATSUYO_CA_FILE"]),
    )
