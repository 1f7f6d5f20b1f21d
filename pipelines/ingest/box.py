"""What is asked of Box and taken in: enterprise events by day, users as they are now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date

from pipelines import progress
from pipelines.errors import SourceError
from pipelines.ingest.outcomes import Ingested, failed, stop_if_hopeless, take
from pipelines.resources import Workspace
from pipelines.sources.answer import Answer
from pipelines.sources.box.client import BoxSource
from pipelines.sources.box.records import parse_events, parse_users

# Days of one source that are fetched at the same time as one is taken in: hides the network, not the processor.
SIDE_BY_SIDE = 2


def ingest_box_events(workspace: Workspace, days: list[date]) -> Ingested:
    """Every Box event of every UTC day of the window."""
    intake, now = workspace.intake, workspace.settings.now
    outcomes = []
    progress.stage("Box events", len(days))
    with BoxSource(workspace.box_config) as box:
        for day, result in _ahead(days, lambda day: box.events(day, now())):
            outcomes.append(
                failed(day, result) if isinstance(result, SourceError) else take(intake, result, parse_events)
            )
            progress.step(day.isoformat())
    return Ingested("box", "events", tuple(outcomes))


def ingest_box_users(workspace: Workspace) -> Ingested:
    """The accounts that Box knows now."""
    progress.stage("Box users", 1)
    with BoxSource(workspace.box_config) as box:
        outcome = take(workspace.intake, box.users(workspace.settings.now()), parse_users)
    progress.step()
    return Ingested("box", "users", (outcome,))


def _ahead(days: list[date], fetch: Callable[[date], Answer]) -> Iterator[tuple[date, Answer | SourceError]]:
    """Fetch the next days in threads while the caller works on one; results come in order of day."""
    with ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="fetch") as pool:
        waiting: list[tuple[date, Future[Answer]]] = []
        remaining = iter(days)
        for day in remaining:
            waiting.append((day, pool.submit(fetch, day)))
            if len(waiting) > SIDE_BY_SIDE:
                yield _settled(*waiting.pop(0))
        for day, future in waiting:
            yield _settled(day, future)


def _settled(day: date, future: Future[Answer]) -> tuple[date, Answer | SourceError]:
    try:
        return day, future.result()
    except SourceError as error:
        stop_if_hopeless(error)
        return day, error
