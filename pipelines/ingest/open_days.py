"""Which days a morning asks for: those that are missing or not yet confirmed and can still be had. No fixed window.

A day is confirmed when the service gave it, changed or not, after its figures had settled. So an outage of any length
ends in the same data as none, but for the days that no service keeps any more (lost_days.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, timedelta

from pipelines.common.days import days_between, newest_complete_day
from pipelines.ingest.box_stream import HISTORY_DAYS
from pipelines.ingest.outcomes import Dataset
from pipelines.ingest.switches import is_off
from pipelines.ingest.workspace import Workspace
from pipelines.landing.store import Landed, Landing
from pipelines.settings import Settings
from pipelines.sources.graph.problems import KEPT_DAYS as REPORT_KEPT_DAYS
from pipelines.sources.graph.reports import REPORTS

BOX_EVENTS: Dataset = ("box", "events")
SIGN_INS = ("sign_ins", "non_interactive_sign_ins", "sign_in_summaries")
# Graph then still answers with what is left of the day, or with an empty list.
SIGN_INS_KEPT_DAYS = 30
# Records of a day are complete by the next one; fetched on the second day after it, they no longer change.
SIGN_INS_SETTLE_DAYS = 2
# What comes later comes by the stream.
BOX_SETTLE_DAYS = 3


def kept_days(dataset: Dataset) -> int:
    """How many days back the service still gives a day."""
    if dataset == BOX_EVENTS:
        return HISTORY_DAYS
    return SIGN_INS_KEPT_DAYS if dataset[1] in SIGN_INS else REPORT_KEPT_DAYS


def settled_after_days(dataset: Dataset) -> int:
    """An answer that came so many days after its day is final."""
    if dataset == BOX_EVENTS:
        return BOX_SETTLE_DAYS
    if dataset[1] in SIGN_INS:
        return SIGN_INS_SETTLE_DAYS
    spec = REPORTS[dataset[1]]
    return spec.lag_days + spec.restatement_days


def is_confirmed(landed: Landed | None, settled_after: int) -> bool:
    """Whether the whole day came, and came again or for the first time after it had settled."""
    if landed is None:
        return False
    return (landed.revision.confirmed_at.astimezone(UTC).date() - landed.revision.day).days >= settled_after


def days_to_be_had(settings: Settings, landing: Landing, dataset: Dataset) -> list[date]:
    """The complete days that the service still gives and that a morning may ask for, oldest first.

    Of Box not those that nobody has asked for yet: its year of history comes by KATSUYO_BOX_BACKFILL_RUNS. None of a
    source that is switched off.
    """
    if is_off(settings, dataset):
        return []
    last = newest_complete_day(settings.now())
    today = last + timedelta(days=1)
    first = max(settings.first_day, today - timedelta(days=kept_days(dataset)))
    if dataset == BOX_EVENTS:
        first = max(first, _followed_since(settings, landing, last))
    return days_between(first, last)


def open_days(workspace: Workspace, dataset: Dataset, days: Iterable[date]) -> list[date]:
    """Those of `days` that are missing or not confirmed and can still be had, oldest first."""
    settled, landing = settled_after_days(dataset), workspace.landing
    to_be_had = set(days_to_be_had(workspace.settings, landing, dataset))
    return [day for day in sorted(to_be_had & set(days)) if not is_confirmed(landing.current(*dataset, day), settled)]


def first_open_day(workspace: Workspace, datasets: Iterable[Dataset]) -> date:
    """The oldest day that any of the datasets has to be asked for; the newest complete day where none has."""
    last = newest_complete_day(workspace.settings.now())
    firsts = [last]
    for dataset in datasets:
        to_be_had = days_to_be_had(workspace.settings, workspace.landing, dataset)
        firsts += open_days(workspace, dataset, to_be_had)[:1]
    return min(firsts)


def _followed_since(settings: Settings, landing: Landing, last: date) -> date:
    """The first day of Box that the daily runs have to do with."""
    window = last - timedelta(days=settings.refetch_days - 1)
    for day in landing.days(*BOX_EVENTS):
        if day >= window:
            break
        landed = landing.current(*BOX_EVENTS, day)
        if landed is None:
            continue
        age = (landed.revision.fetched_at.astimezone(UTC).date() - day).days
        # While the history is being fetched, days that came late are its; what lies between is not asked for yet.
        if not settings.box_backfill_runs or age <= settings.refetch_days:
            return day
    return window
