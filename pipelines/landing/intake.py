"""The way of one answer into the landing: vault, parse, minimise, store.

Every answer ends as an accepted or a rejected revision, or confirms one that is there already. Which answers to ask for
is not decided here, nor what the numbers mean.
"""

from __future__ import annotations

import dataclasses
import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import msgspec
import polars as pl

from pipelines.errors import RejectedAnswerError
from pipelines.landing.manifest import Revision
from pipelines.landing.store import Landed, Landing
from pipelines.privacy.minimise import Minimiser
from pipelines.privacy.vault import Vault, pack
from pipelines.sources.answer import Answer, Parser
from pipelines.sources.odd_records import Odd

# Within this the order of arrival decides; a clock may also be pinned.
SAME_TIME = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class IntakeResult:
    """What became of an answer. `is_new` is false when the same bytes had landed before; `odd`: what of it is so."""

    landed: Landed
    is_new: bool
    odd: Odd = field(default_factory=Odd)

    @property
    def is_accepted(self) -> bool:
        return self.landed.revision.verdict == "accepted"


@dataclass(frozen=True, slots=True)
class _Reading:
    """The table of an answer that was read, minimised; without one the reason for which it was rejected."""

    table: pl.DataFrame | None = None
    reason: str | None = None
    dropped: dict[str, int] = field(default_factory=dict)
    odd: Odd = field(default_factory=Odd)


class Intake:
    """Takes answers in, one at a time; safe to repeat with the same answer."""

    def __init__(self, landing: Landing, vault: Vault, minimiser: Minimiser) -> None:
        self.landing = landing
        self.vault = vault
        self.minimiser = minimiser
        # Packing the bytes for the vault needs no interpreter: it goes on beside the parsing.
        self._packer = ThreadPoolExecutor(1, thread_name_prefix="vault")

    def take(
        self, answer: Answer, parse: Parser, *, is_partial: bool = False, may_become_empty: bool = False
    ) -> IntakeResult:
        """Land `answer`. A rejected answer is kept aside with its reason and replaces nothing.

        What happened has happened: an answer without rows is rejected when rows of that day landed before, unless it
        `may_become_empty` as a file can that people edit.
        """
        sha256 = hashlib.sha256(answer.body).hexdigest()
        if not is_partial:
            answer = self._after_what_counts(answer, sha256)
        known = self.landing.find(answer.source, answer.dataset, answer.day, sha256, is_partial=is_partial)
        before = 0 if may_become_empty else self._rows_before(answer)
        # The bytes of nothing are always the same: once right for a day, they may be wrong for it later.
        is_good = known is not None and known.revision.verdict == "accepted"
        if known is not None and is_good and (known.revision.row_count or not before):
            return IntakeResult(self.landing.confirm(known, answer.fetched_at), is_new=False)
        packed = self._packer.submit(pack, answer.body)
        # What was rejected before is read again: the mistake may have been ours and mended since.
        read = self._read(answer, parse)
        if read.table is not None and read.table.is_empty() and before:
            read = _Reading(
                reason=f"The answer about {answer.source} {answer.dataset} on {answer.day} came without a single row "
                f"although {before} came before: these stay, run again later."
            )
        if known is not None and read.table is None and not is_good:
            return IntakeResult(self.landing.confirm(known, answer.fetched_at), is_new=False)
        revision = _revision(answer, sha256, read, is_partial=is_partial)
        self.vault.put_packed(self.landing.place(revision), packed.result())
        return IntakeResult(self.landing.add(revision, read.table), is_new=True, odd=read.odd)

    def take_again(self, landed: Landed, answer: Answer, parse: Parser, at: datetime) -> IntakeResult:
        """Read an answer that landed once more; a new revision only if it reads otherwise than `landed` does.

        It counts for the instants at which the service gave the bytes, not for that of this reading.
        """
        before = landed.revision
        read = self._read(answer, parse)
        # An answer that was good stays: a rule that has become stricter takes nothing away.
        if read.table is None or (before.verdict == "accepted" and _is_stored(read.table, landed)):
            return IntakeResult(landed, is_new=False)
        revision = msgspec.structs.replace(
            _revision(answer, before.sha256, read, is_partial=before.is_partial),
            confirmed_at=before.confirmed_at,
            replayed_at=at.astimezone(UTC),
        )
        return IntakeResult(self.landing.add(revision, read.table), is_new=True, odd=read.odd)

    def _after_what_counts(self, answer: Answer, sha256: str) -> Answer:
        """Of two answers of one second the one that was taken in last counts, not the one whose hash sorts last."""
        counts = self.landing.current(answer.source, answer.dataset, answer.day)
        if counts is None or counts.revision.sha256 == sha256:
            return answer
        behind = counts.revision.confirmed_at - answer.fetched_at
        if not timedelta(0) <= behind <= SAME_TIME:
            return answer
        return dataclasses.replace(answer, fetched_at=counts.revision.confirmed_at + timedelta(seconds=1))

    def _rows_before(self, answer: Answer) -> int:
        """The most rows of the day that landed at once so far."""
        accepted = self.landing.accepted(answer.source, answer.dataset, answer.day)
        return max((one.revision.row_count for one in accepted), default=0)

    def _read(self, answer: Answer, parse: Parser) -> _Reading:
        try:
            parsed = parse(answer)
        except RejectedAnswerError as error:
            return _Reading(reason=str(error))
        minimised = self.minimiser.apply(parsed.frame, answer.source, answer.dataset)
        dropped = dict(sorted({**parsed.unknown_fields, **minimised.dropped_fields}.items()))
        return _Reading(minimised.frame, None, dropped, parsed.odd)


def _revision(answer: Answer, sha256: str, read: _Reading, *, is_partial: bool) -> Revision:
    return Revision(
        source=answer.source,
        dataset=answer.dataset,
        day=answer.day,
        fetched_at=answer.fetched_at.astimezone(UTC),
        confirmed_at=answer.fetched_at.astimezone(UTC),
        sha256=sha256,
        byte_count=len(answer.body),
        row_count=0 if read.table is None else read.table.height,
        verdict="rejected" if read.table is None else "accepted",
        reason=read.reason,
        is_partial=is_partial,
        channel=answer.channel,
        request_id=answer.request_id,
        origin=answer.origin,
        dropped_fields=read.dropped,
        refused_lines=answer.refused_lines,
        odd_fields=read.odd.counts,
        set_aside=len(read.odd.set_aside),
    )


def _is_stored(table: pl.DataFrame, landed: Landed) -> bool:
    stored = pl.read_parquet(landed.table)
    return stored.schema == table.schema and stored.equals(table)
