"""Reading the exact answers of the vault again: rejected days, a mended parser, a newly classified field, a lost file.

The same acceptance as on the day itself; a new revision only where something differs. No service is asked. Loading and
building are orchestration/.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pipelines.common import progress
from pipelines.errors import InputFileError, KatsuyoError
from pipelines.ingest.acceptance import REPLAYED, Acceptance
from pipelines.ingest.parsers import parser_of
from pipelines.ingest.workspace import Workspace
from pipelines.landing.intake import IntakeResult
from pipelines.landing.manifest import Revision
from pipelines.landing.store import Damaged, Landed, Landing
from pipelines.sources.answer import Answer, Parser

ORG = "org"


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many answers were read again and what became of them; `changed`: those that read otherwise than before."""

    read: int
    changed: tuple[tuple[str, str, date], ...]
    rejected: tuple[str, ...]
    unreadable: tuple[str, ...]


def replay(
    workspace: Workspace, first: date | None = None, last: date | None = None, dataset: str | None = None
) -> Replayed:
    """Read the vault's answers about the UTC days `first` to `last` again, all datasets or one ("graph users").

    Raises InputFileError where nothing that landed is of that kind.
    """
    found = [one for one in _stored(workspace.landing) if _is_asked(one.revision, first, last, dataset)]
    if not found:
        raise InputFileError(
            "No answer of that dataset and these days has landed: `katsuyo status` lists the datasets and their days."
        )
    progress.stage("Replay", len(found))
    again = _Replay(workspace)
    changed, rejected, unreadable, read = [], [], [], 0
    # Snapshots and totals of a day first: reports are compared with them.
    for landed in sorted(found, key=lambda one: (one.revision.fetched_at, one.revision.name)):
        revision = landed.revision
        progress.step(revision.day.isoformat())
        try:
            taken = again.take(landed)
        except KatsuyoError as error:
            unreadable.append(f"{revision.source} {revision.dataset} {revision.day}: {error}")
            continue
        if taken is None:
            continue
        read += 1
        if taken.is_new:
            changed.append((revision.source, revision.dataset, revision.day))
        if not taken.is_accepted:
            rejected.append(taken.landed.revision.reason or "The answer was rejected.")
    return Replayed(read, tuple(dict.fromkeys(changed)), tuple(dict.fromkeys(rejected)), tuple(unreadable))


def heal(workspace: Workspace, damaged: Damaged) -> bool:
    """Land the answer of a damaged file again from the vault; False where the vault no longer has it."""
    return _Replay(workspace).restore(damaged)


class _Replay:
    """Reads answers of the vault, for one run."""

    def __init__(self, workspace: Workspace) -> None:
        self._intake = workspace.intake
        self._vault = workspace.vault
        self._landing = workspace.landing
        self._now = workspace.settings.now
        self._acceptance = Acceptance(workspace, REPLAYED)

    def take(self, landed: Landed) -> IntakeResult | None:
        """None where the vault holds nothing of it, and of files of the organisation."""
        kept = self._kept(landed.revision)
        return None if kept is None else self._intake.take_again(landed, *kept, self._now())

    def restore(self, damaged: Damaged) -> bool:
        kept, is_partial = self._kept(damaged.revision), damaged.revision.is_partial
        return kept is not None and self._intake.take(*kept, is_partial=is_partial).is_accepted

    def _kept(self, revision: Revision) -> tuple[Answer, Parser] | None:
        """The exact answer and how it is read, if the vault still holds it and there is something to read it."""
        place = self._landing.place(revision.first_reading)
        if not self._vault.holds(place):
            return None
        answer = _answer(revision, self._vault.get(place))
        parse = parser_of(self._acceptance, self._landing, answer, is_partial=revision.is_partial)
        return None if parse is None else (answer, parse)


def _stored(landing: Landing) -> Iterator[Landed]:
    """The newest reading of every answer."""
    for source, dataset in landing.datasets():
        if source == ORG:
            continue
        for day in landing.days(source, dataset):
            newest = {
                (one.revision.sha256, one.revision.is_partial): one for one in landing.revisions(source, dataset, day)
            }
            yield from newest.values()


def _is_asked(revision: Revision, first: date | None, last: date | None, dataset: str | None) -> bool:
    names = (revision.dataset, f"{revision.source} {revision.dataset}", f"{revision.source}_{revision.dataset}")
    return (
        (first is None or revision.day >= first)
        and (last is None or revision.day <= last)
        and (dataset is None or dataset in names)
    )


def _answer(revision: Revision, body: bytes) -> Answer:
    return Answer(
        revision.source,
        revision.dataset,
        revision.day,
        body,
        revision.fetched_at,
        request_id=revision.request_id,
        origin=revision.origin,
        channel=revision.channel,
    )
