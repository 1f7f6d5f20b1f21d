"""Small things all asset modules share: keys, the days of a run, errors as Dagster failures, counts as metadata."""

import datetime as dt
from collections.abc import Generator
from contextlib import contextmanager

import dagster as dg

from pipelines.errors import KatsuyoError, TransientSourceError
from pipelines.ingest import Ingested

WORKSPACE = "workspace"
# Courtesy between runs; the lock that holds is DuckDB's own (warehouse/connection.py).
POOL = "duckdb"


def days_of(context: dg.AssetExecutionContext) -> list[dt.date]:
    """The UTC days this run covers, in order."""
    return sorted(dt.date.fromisoformat(key) for key in context.partition_keys)


@contextmanager
def failures() -> Generator[None]:
    """Our errors are one sentence already: show that, not a stack of frames."""
    try:
        yield
    except KatsuyoError as error:
        raise dg.Failure(description=str(error), allow_retries=isinstance(error, TransientSourceError)) from error


def outcome_metadata(ingested: Ingested) -> dict[str, dg.MetadataValue]:
    """What became of the days: counts and dates only."""
    days = [outcome.day for outcome in ingested.outcomes if outcome.status in ("new", "unchanged")]
    metadata: dict[str, dg.MetadataValue] = {
        "days_new": dg.MetadataValue.int(ingested.count("new")),
        "days_unchanged": dg.MetadataValue.int(ingested.count("unchanged")),
        "days_not_yet_available": dg.MetadataValue.int(ingested.count("not_yet")),
        "days_no_longer_kept": dg.MetadataValue.int(ingested.count("gone")),
        "rows_of_all_days": dg.MetadataValue.int(ingested.row_count),
    }
    if days:
        metadata["newest_day"] = dg.MetadataValue.text(max(days).isoformat())
    return metadata
