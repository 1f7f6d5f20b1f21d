"""Days of which a run says once that something is wrong with them, and then no more: landing/told_days.json.

What is wrong is decided elsewhere (lost_days.py, the models); here is only what was told before.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec

from pipelines.common.durable import write_durably
from pipelines.ingest.outcomes import Dataset
from pipelines.landing.store import PARTS, Landing

TOLD_FILE = "told_days.json"
_Told = dict[str, dict[str, list[date]]]


def not_told_before(landing: Landing, what: str, days: Mapping[Dataset, list[date]]) -> dict[Dataset, list[date]]:
    """Those of the days of which `what` was not told yet; they count as told from now on."""
    path = landing.root / TOLD_FILE
    told = _read(landing)
    before = told.setdefault(what, {})
    new = {}
    for dataset, found in days.items():
        name = " ".join(dataset)
        if fresh := sorted(set(found) - set(before.get(name, []))):
            new[dataset] = fresh
            before[name] = sorted({*before.get(name, []), *fresh})
    if new:
        write_durably(path, msgspec.json.format(msgspec.json.encode(told), indent=1), parts=landing.root / PARTS)
    return new


def _read(landing: Landing) -> _Told:
    try:
        return msgspec.json.decode((landing.root / TOLD_FILE).read_bytes(), type=_Told)
    except (FileNotFoundError, msgspec.DecodeError, UnicodeError):
        return {}  # then it is told once more


def span_of(days: list[date]) -> str:
    """The days in words: how many, the first and the last."""
    return f"{len(days)} days, {days[0]} to {days[-1]}," if len(days) > 1 else f"the day {days[0]}"
