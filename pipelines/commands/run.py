"""`katsuyo run`: the daily job now, for a window of days."""

from __future__ import annotations

from datetime import date, timedelta

from pipelines.commands import console
from pipelines.commands.options import settings_of
from pipelines.commands.summary import show_summary
from pipelines.common.days import newest_complete_day
from pipelines.errors import KatsuyoError
from pipelines.orchestration.daily import run_daily
from pipelines.orchestration.partitions import window
from pipelines.settings import Settings


def run(first: date | None, last: date | None, *, accept_partial: bool) -> None:
    """The job for the Tokyo days `first` to `last`; without them for the re-fetch window."""
    settings = settings_of(accept_partial=accept_partial)
    first_utc, last_utc = _days(settings, first, last)
    with console.shown_progress(days=(last_utc - first_utc).days + 1):
        run_daily(settings, first_utc, last_utc)
    show_summary(settings)


def _days(settings: Settings, first: date | None, last: date | None) -> tuple[date, date]:
    """The UTC days to fetch: a Tokyo day begins nine hours before the UTC day of the same date."""
    first_utc, last_utc = window(settings.now(), settings.refetch_days, settings.first_day)
    if first is not None:
        first_utc = first - timedelta(days=1)
    if last is not None:
        last_utc = min(last, newest_complete_day(settings.now()))
    if first_utc < settings.first_day or last_utc < first_utc:
        raise KatsuyoError(
            f"There is nothing to fetch from {first_utc} to {last_utc}: choose days after KATSUYO_FIRST_DAY "
            f"({settings.first_day}) that are complete."
        )
    return first_utc, last_utc
