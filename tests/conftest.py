"""Fixtures shared by all rooms: keys, a minimiser, a small landing. Versions that matter are printed at the top."""

from __future__ import annotations

import ipaddress
import os
import shutil
import sys
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import dagster
import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, settings

from pipelines.landing.intake import Intake
from pipelines.landing.store import Landing
from pipelines.privacy.minimise import Minimiser
from pipelines.privacy.places import Places
from pipelines.privacy.pseudonym import Pseudonymiser
from pipelines.privacy.vault import Vault
from pipelines.sources.org.networks import Network
from tests.groups import Groups, rank

NOON = datetime(2026, 7, 6, 3, 0, tzinfo=UTC)

# No test is about time: where hypothesis counts milliseconds, a busy machine fails it.
settings.register_profile("no clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no clock")

# A memory file system, and what must be free there: most of a run's time would be spent on waiting for the disk.
MEMORY, NEEDED_BYTES = Path("/dev/shm"), 6_000_000_000


# The tables of tests are small: a second thread costs a quarter more CPU than it saves, and the other worker needs it.
duckdb.connect = partial(duckdb.connect, config={"threads": 1})


def pytest_configure() -> None:
    """Where the tests' files lie and where their commands find what Python has compiled; the workers inherit both."""
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > NEEDED_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    # Where a shell forbids byte code, each of some hundred commands would compile five thousand modules again.
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(Path(sys.prefix) / "byte_code"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills", type=int, default=8, help="How many runs tests/crash kills (default: %(default)s).")
    parser.addoption("--kill-seed", type=int, default=1, help="Another seed kills at other moments.")


def pytest_report_header() -> str:
    python = sys.version.split()[0]
    return f"python {python}, duckdb {duckdb.__version__}, polars {pl.__version__}, dagster {dagster.__version__}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: rank(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Groups:
    return Groups(config, log)


@pytest.fixture
def pseudonymiser() -> Pseudonymiser:
    return Pseudonymiser(bytes(range(32)))


@pytest.fixture
def places() -> Places:
    """An office whose egress address changed on 1 April, and a gateway inside a wider range."""
    net = ipaddress.ip_network
    return Places(
        [
            Network(net("192.0.2.0/25"), "本庁舎", "office", date(2020, 1, 1), date(2026, 3, 31)),
            Network(net("192.0.2.128/25"), "本庁舎", "office", date(2026, 4, 1), None),
            Network(net("203.0.113.0/24"), "出張所", "branch", date(2020, 1, 1), None),
            Network(net("203.0.113.8/32"), "テレワーク接続", "telework_gateway", date(2020, 1, 1), None),
            Network(net("2001:db8:1::/48"), "本庁舎", "office", date(2020, 1, 1), None),
        ]
    )


@pytest.fixture
def minimiser(pseudonymiser: Pseudonymiser, places: Places) -> Minimiser:
    return Minimiser(pseudonymiser, places)


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    return Landing(tmp_path / "landing")


@pytest.fixture
def intake(tmp_path: Path, landing: Landing, minimiser: Minimiser) -> Intake:
    return Intake(landing, Vault(tmp_path / "vault", bytes(32)), minimiser)
