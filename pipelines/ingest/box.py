"""What is asked of Box and taken in: enterprise events by day and by the stream, users as they are now.

How the stream is followed is box_stream.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, timedelta

from pipelines.common import progress
from pipelines.common.days import newest_complete_day
from pipelines.errors import SourceError
from pipelines.ingest.box_stream import HISTORY_DAYS, follow
from pipelines.ingest.outcomes import DayOutcome, Ingested, failed, raise_if_fatal, take
from pipelines.ingest.parsers import whole_day_of_events
from pipelines.ingest.workspace import Workspace
from pipelines.landing.store import Landing
from pipelines.settings import Settings
from pipelines.sources.answer import Answer
from pipelines.sources.box.client import BoxSource
from pipelines.sources.box.records import parse_users

# Days of one source that are fetched at the same time as one is taken in: hides the network, not the processor.
SIDE_BY_SIDE = 2


def ingest_box_events(workspace: Workspace, days: list[date]) -> Ingested:
    """Every Box event of every UTC day of the window."""
    progress.stage("Box events", len(days))
    with workspace.box() as box:
        outcomes = list(_take_days(workspace, box, days))
    return Ingested("box", "events", tuple(outcomes))


def ingest_box_stream(workspace: Workspace) -> Ingested:
    """Every Box event processed since the last run, of whatever day."""
    return follow(workspace, lambda box, days: list(_take_days(workspace, box, days)))


def ingest_box_backfill(workspace: Workspace) -> Ingested:
    """The next days of the year that Box keeps, oldest first because those go first; none unless the settings ask.

    A day that was answered before, even if the answer was rejected, is not asked for again here.
    """
    settings = workspace.settings
    days = backfill_days(settings, workspace.landing)
    share = _share(settings)
    progress.stage("Box backfill", len(days[:share]))
    outcomes: list[DayOutcome] = []
    if share and days:
        with workspace.box() as box:
            for outcome in _take_days(workspace, box, days[:share]):
                outcomes.append(outcome)
                if box.request_count >= settings.box_backfill_requests:
                    break
    return Ingested("box", "events", tuple(outcomes)).without_days_gone()


def backfill_days(settings: Settings, landing: Landing) -> list[date]:
    """Days of the history that nobody has asked for yet, oldest first."""
    return [day for day in history_days(settings) if not _is_answered(landing, day)]


def runs_left(settings: Settings, days: int) -> int:
    """How many daily runs it takes to ask for so many days of history, as the settings are; 0 if they never do."""
    return -(-days // _share(settings)) if settings.box_backfill_runs else 0


def _share(settings: Settings) -> int:
    return -(-HISTORY_DAYS // settings.box_backfill_runs) if settings.box_backfill_runs else 0


def history_days(settings: Settings) -> list[date]:
    """The days before the re-fetch window that Box still keeps, oldest first."""
    last = newest_complete_day(settings.now())
    first = max(settings.first_day, last - timedelta(days=HISTORY_DAYS - 1))
    before_window = (last - first).days + 1 - settings.refetch_days
    return [first + timedelta(days=offset) for offset in range(before_window)]


def ingest_box_users(workspace: Workspace) -> Ingested:
    """The accounts that Box knows now."""
    progress.stage("Box users", 1)
    with workspace.box() as box:
        outcome = take(workspace.intake, box.users(workspace.settings.now()), parse_users)
    progress.step()
    return Ingested("box", "users", (outcome,))


def _take_days(workspace: Workspace, box: BoxSource, days: list[date]) -> Iterator[DayOutcome]:
    now, parse = workspace.settings.now, whole_day_of_events(workspace.landing)
    for day, result in _ahead(days, lambda day: box.events(day, now())):
        yield failed(day, result) if isinstance(result, SourceError) else take(workspace.intake, result, parse)
        progress.step(day.isoformat())


def _is_answered(landing: Landing, day: date) -> bool:
    """Whether the whole day was asked for and answered, well or badly; parts that came by other ways are no answer."""
    return any(not one.revision.is_partial for one in landing.revisions("box", "events", day))


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
        raise_if_fatal(error)
        return day, error
