"""Days that no service gives any more: each is named by one run, and then stands in the lists only.

A day is lost when it lies after the first one that came, is missing, and the service no longer keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, timedelta

from pipelines.common.days import days_between
from pipelines.ingest.open_days import kept_days
from pipelines.ingest.outcomes import Dataset
from pipelines.ingest.switches import is_off
from pipelines.ingest.told_days import not_told_before, span_of
from pipelines.ingest.workspace import Workspace


def lost_days(workspace: Workspace, dataset: Dataset) -> list[date]:
    """Days after the first one that came, which are missing and cannot be had any more; of a source that is asked."""
    if is_off(workspace.settings, dataset):
        return []
    landing = workspace.landing
    came = [day for day in landing.days(*dataset) if landing.current(*dataset, day)]
    if not came:
        return []
    last = workspace.settings.now().astimezone(UTC).date() - timedelta(days=kept_days(dataset) + 1)
    return sorted(set(days_between(came[0], last)) - set(came))


def name_lost_days(workspace: Workspace, datasets: Iterable[Dataset]) -> list[str]:
    """A sentence for each dataset that has lost days since this was last asked."""
    lost = {dataset: lost_days(workspace, dataset) for dataset in datasets}
    return [
        f"{' '.join(dataset)}: {span_of(days)} can no longer be had from the service, which keeps "
        f"{kept_days(dataset)} days: the figures stay missing unless somebody has an export for `katsuyo import`."
        for dataset, days in not_told_before(workspace.landing, "lost", lost).items()
    ]
