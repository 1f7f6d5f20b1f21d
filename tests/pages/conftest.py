"""One published file, one rendered site and one Chromium for all tests of this room; the files are read only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Browser

from pipelines.pages.language import Language, language
from pipelines.pages.periods import Periods
from pipelines.pages.queries import Published, read_published
from pipelines.pages.site import render_site
from tests.pages.chromium import chromium
from tests.pages.published_fixture import write_published


@pytest.fixture(scope="session")
def published_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_published(tmp_path_factory.mktemp("published") / "katsuyo.duckdb")


@pytest.fixture(scope="session")
def published(published_file: Path) -> Published:
    return read_published(published_file)


@pytest.fixture(scope="session")
def periods(published: Published) -> Periods:
    return Periods.of(published)


@pytest.fixture(scope="session")
def ja() -> Language:
    return language("ja")


@pytest.fixture(scope="session")
def site(published_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages") / "site"
    render_site(published_file, folder)
    return folder


@pytest.fixture(scope="session")
def rows(published_file: Path) -> dict[tuple[str, str, str, str], dict[str, object]]:
    """The published figures by (department, period kind, start, metric), read without the code under test."""
    with duckdb.connect(str(published_file), read_only=True) as connection:
        found = connection.execute("select * from department_metrics")
        names = [column[0] for column in found.description]
        records = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return {(r["department_key"], r["period_kind"], r["period_start"].isoformat(), r["metric_id"]): r for r in records}


# Not for the session: as long as it lives, its thread looks to asyncio as if a loop were running.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running
