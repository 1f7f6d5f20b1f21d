"""`katsuyo run`: the daily job now, for a window of days."""

from __future__ import annotations

from datetime import date, timedelta

from pipelines.commands import console
from pipelines.commands.notify import telling_afterwards
from pipelines.commands.options import settings_of
from pipelines.commands.summary import raise_gaps, show_summary
from pipelines.common.days import newest_complete_day
from pipelines.errors import KatsuyoError
from pipelines.orchestration.daily import run_daily
from pipelines.settings import Settings


def run(first: date | None, last: date | None, *, accept_partial: bool) -> None:
    """The job for the Tokyo days `first` to `last`; without them for all that is missing or not confirmed.

    Raises DoneWithGapsError where something did not come: the rest is published.
    """
    settings = settings_of(accept_partial=accept_partial)
    days = _days(settings, first, last) if first or last else None
    expected = (days[1] - days[0]).days + 1 if days else settings.refetch_days
    with telling_afterwards(settings), console.shown_progress(days=expected):
        gaps = run_daily(settings, days)
    show_summary(settings)
    raise_gaps(gaps)


def _days(settings: Settings, first: date | None, last: date | None) -> tuple[date, date]:
    """The UTC days to fetch: a Tokyo day begins nine hours before the UTC day of the same date."""
    newest = newest_complete_day(settings.now())
    last_utc = min(last, newest) if last is not None else newest
    earliest = last_utc - timedelta(days=settings.refetch_days - 1)
    first_utc = first - timedelta(days=1) if first is not None else max(settings.first_day, earliest)
    if first_utc < settings.first_day or last_utc < first_utc:
        raise KatsuyoError(
            f"There is nothing to fetch from {first_utc} to {last_utc}: choose days after KATSUYO_FIRST_DAY "
            f"({settings.first_day}) that are complete."
        )
    return first_utc, last_utc
