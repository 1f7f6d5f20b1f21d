"""One published file, one rendered site and one Chromium for all tests of this room; the files are read only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Browser

from pipelines.pages.figures.periods import Periods
from pipelines.pages.figures.queries import Published, read_published
from pipelines.pages.site.write import render_site
from pipelines.pages.wording.language import Language, language
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
def records(published_file: Path) -> list[dict[str, object]]:
    """Every published figure, read without the code under test."""
    return _records(published_file, "department_metrics")


@pytest.fixture(scope="session")
def today_records(published_file: Path) -> list[dict[str, object]]:
    return _records(published_file, "department_metrics_today")


def _records(published_file: Path, table: str) -> list[dict[str, object]]:
    with duckdb.connect(str(published_file), read_only=True) as connection:
        found = connection.execute(f"select * from {table}")
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@pytest.fixture(scope="session")
def rows(records: list[dict[str, object]]) -> dict[tuple[str, str, str, str], dict[str, object]]:
    """The figures of whole departments by (department, period kind, start, metric)."""
    return {row_key(record): record for record in records if record["segment_kind"] == "all"}


@pytest.fixture(scope="session")
def parts(
    records: list[dict[str, object]], today_records: list[dict[str, object]]
) -> dict[tuple[str, str, str, str, str], dict[str, object]]:
    """The figures of parts by the same and kind:part, as in weekday:1; those in today's organisation beside them."""
    return {(*row_key(record), "organisation:today"): record for record in today_records} | {
        (*row_key(record), f"{record['segment_kind']}:{record['segment']}"): record
        for record in records
        if record["segment_kind"] != "all"
    }


def row_key(record: dict[str, object]) -> tuple[str, str, str, str]:
    return (*(str(record[name]) for name in ("department_key", "period_kind", "period_start", "metric_id")),)


# Not for the session: as long as it lives, its thread looks to asyncio as if a loop were running.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running
