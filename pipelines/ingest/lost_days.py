"""Days that no service gives any more: each is named by one run, and then stands in the lists only.

A day is lost when it lies between days that came and the service no longer keeps it. Which were named is noted in
landing/lost_days.json.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, timedelta
from pathlib import Path

import msgspec

from pipelines.common.days import days_between
from pipelines.common.durable import write_durably
from pipelines.ingest.open_days import kept_days
from pipelines.ingest.outcomes import Dataset
from pipelines.ingest.workspace import Workspace
from pipelines.landing.store import PARTS

NAMED_FILE = "lost_days.json"


def lost_days(workspace: Workspace, dataset: Dataset) -> list[date]:
    """Days after the first one that came, which are missing and cannot be had any more."""
    landing = workspace.landing
    came = [day for day in landing.days(*dataset) if landing.current(*dataset, day)]
    if not came:
        return []
    last = workspace.settings.now().astimezone(UTC).date() - timedelta(days=kept_days(dataset) + 1)
    return sorted(set(days_between(came[0], last)) - set(came))


def name_lost_days(workspace: Workspace, datasets: Iterable[Dataset]) -> list[str]:
    """A sentence for each dataset that has lost days since this was last asked; noted, so that each is named once."""
    path = workspace.landing.root / NAMED_FILE
    named = _read(path)
    sentences = []
    for dataset in datasets:
        name = " ".join(dataset)
        lost = [day.isoformat() for day in lost_days(workspace, dataset)]
        if new := sorted(set(lost) - set(named.get(name, []))):
            days = f"{len(new)} days, {new[0]} to {new[-1]}," if len(new) > 1 else f"the day {new[0]}"
            sentences.append(
                f"{name}: {days} can no longer be had from the service, which keeps {kept_days(dataset)} days: "
                "the figures of these days stay missing unless somebody has an export to give to `katsuyo import`."
            )
            named[name] = sorted({*named.get(name, []), *new})
    if sentences:
        write_durably(
            path, msgspec.json.format(msgspec.json.encode(named), indent=1), parts=workspace.landing.root / PARTS
        )
    return sentences


def _read(path: Path) -> dict[str, list[str]]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, list[str]])
    except (FileNotFoundError, msgspec.DecodeError, UnicodeError):
        return {}
