"""Reading every stored answer and comparing it with its hash; what is damaged is made again out of the vault."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.common import progress
from pipelines.ingest.replay import heal
from pipelines.ingest.workspace import Workspace
from pipelines.landing.store import Damaged


@dataclass(frozen=True, slots=True)
class Verified:
    """How many answers were read, which of them were damaged and made again, and which could not be."""

    read: int
    healed: tuple[Damaged, ...]
    lost: tuple[Damaged, ...]


def verify_landing(workspace: Workspace) -> Verified:
    """Check all of it. A damaged answer is moved to landing/.damaged, so that its day is asked for again."""
    landing, read = workspace.landing, 0
    datasets = landing.datasets()
    progress.stage("Verify", sum(len(landing.days(*one)) for one in datasets))
    for source, dataset in datasets:
        for day in landing.days(source, dataset):
            for one in landing.revisions(source, dataset, day):
                read += 1
                landing.check(one)
            progress.step(day.isoformat())
    damaged = landing.take_damaged()
    healed = tuple(one for one in damaged if heal(workspace, one))
    return Verified(read, healed, tuple(one for one in damaged if one not in healed))
