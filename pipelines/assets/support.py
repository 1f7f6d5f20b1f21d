"""Small things all asset modules share: keys, the days of a run, errors as Dagster failures, counts as metadata."""

import datetime as dt
from collections.abc import Generator
from contextlib import contextmanager

import dagster as dg

from pipelines.common.days import days_between
from pipelines.common.faults import fault_sentence
from pipelines.errors import KatsuyoError, TransientSourceError
from pipelines.ingest import Ingested
from pipelines.ingest.workspace import Workspace

WORKSPACE = "workspace"
# Tags of a run: it asks only for what is missing or not confirmed; it makes everything again from the landing.
HEALS, FROM_THE_LANDING = "katsuyo/heals", "katsuyo/from_the_landing"
YES = "yes"
# Courtesy between runs; the lock that holds is DuckDB's own (warehouse/connection.py).
POOL = "duckdb"


def days_of(context: dg.AssetExecutionContext) -> list[dt.date]:
    """The UTC days this run covers, in order; for partitioned assets."""
    return sorted(dt.date.fromisoformat(key) for key in context.partition_keys)


def window_of(context: dg.AssetExecutionContext) -> list[dt.date]:
    """The same for assets without partitions: none if the run has no window of days."""
    if not (context.has_partition_key or context.has_partition_key_range):
        return []
    window = context.partition_key_range
    first, last = dt.date.fromisoformat(window.start), dt.date.fromisoformat(window.end)
    return days_between(first, last)


def has_tag(context: dg.AssetExecutionContext, tag: str) -> bool:
    return context.run.tags.get(tag) == YES


@contextmanager
def failures(workspace: Workspace) -> Generator[None]:
    """Our errors are one sentence already, and a full disk is one, too: show that, not a stack of frames."""
    try:
        yield
    except KatsuyoError as error:
        raise dg.Failure(description=str(error), allow_retries=isinstance(error, TransientSourceError)) from error
    except Exception as error:
        sentence = fault_sentence(error, workspace.settings.folders)
        if sentence is None:
            raise
        raise dg.Failure(description=sentence, allow_retries=False) from error


def outcome_metadata(ingested: Ingested) -> dict[str, dg.MetadataValue]:
    """What became of the days: counts and dates only."""
    days = [outcome.day for outcome in ingested.outcomes if outcome.status in ("new", "unchanged")]
    metadata: dict[str, dg.MetadataValue] = {
        "days_new": dg.MetadataValue.int(ingested.count("new")),
        "days_unchanged": dg.MetadataValue.int(ingested.count("unchanged")),
        "days_not_yet_available": dg.MetadataValue.int(ingested.count("not_yet")),
        "days_that_did_not_come": dg.MetadataValue.int(sum(one.error is not None for one in ingested.outcomes)),
        "days_no_longer_kept": dg.MetadataValue.int(ingested.count("gone")),
        "rows_of_all_days": dg.MetadataValue.int(ingested.row_count),
    }
    notices = sorted({outcome.notice for outcome in ingested.outcomes if outcome.notice})
    if notices:
        metadata["notice"] = dg.MetadataValue.text(" ".join(notices))
    if days:
        metadata["newest_day"] = dg.MetadataValue.text(max(days).isoformat())
    return metadata
