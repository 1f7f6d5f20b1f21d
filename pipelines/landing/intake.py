"""The way of one answer into the landing: vault, parse, minimise, store.

Every answer ends as an accepted or a rejected revision, or confirms one that is there already. Which answers to ask for
is not decided here, nor what the numbers mean.
"""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC

import polars as pl

from pipelines.errors import RejectedAnswerError
from pipelines.landing.manifest import Revision
from pipelines.landing.store import Landed, Landing
from pipelines.privacy.minimise import Minimiser
from pipelines.privacy.vault import Vault, pack
from pipelines.sources.answer import Answer, Parser
from pipelines.sources.odd_records import Odd


@dataclass(frozen=True, slots=True)
class IntakeResult:
    """What became of an answer. `is_new` is false when the same bytes had landed before; `odd`: what of it is so."""

    landed: Landed
    is_new: bool
    odd: Odd = field(default_factory=Odd)

    @property
    def is_accepted(self) -> bool:
        return self.landed.revision.verdict == "accepted"


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
        known = self.landing.find(answer.source, answer.dataset, answer.day, sha256, is_partial=is_partial)
        before = 0 if may_become_empty else self._rows_before(answer)
        # The bytes of nothing are always the same: once right for a day, they may be wrong for it later.
        is_good = known is not None and known.revision.verdict == "accepted"
        if known is not None and is_good and (known.revision.row_count or not before):
            return IntakeResult(self.landing.confirm(known, answer.fetched_at), is_new=False)
        packed = self._packer.submit(pack, answer.body)
        # What was rejected before is read again: the mistake may have been ours and mended since.
        table, reason, dropped, odd = self._minimised(answer, parse)
        if table is not None and table.is_empty() and before:
            table, dropped = None, {}
            reason = (
                f"The answer about {answer.source} {answer.dataset} on {answer.day} came without a single row although "
                f"{before} came before: these stay, run again later."
            )
        if known is not None and table is None and not is_good:
            return IntakeResult(self.landing.confirm(known, answer.fetched_at), is_new=False)
        revision = Revision(
            source=answer.source,
            dataset=answer.dataset,
            day=answer.day,
            fetched_at=answer.fetched_at.astimezone(UTC),
            confirmed_at=answer.fetched_at.astimezone(UTC),
            sha256=sha256,
            byte_count=len(answer.body),
            row_count=0 if table is None else table.height,
            verdict="rejected" if table is None else "accepted",
            reason=reason,
            is_partial=is_partial,
            channel=answer.channel,
            request_id=answer.request_id,
            origin=answer.origin,
            dropped_fields=dropped,
            refused_lines=answer.refused_lines,
            odd_fields=odd.counts,
            set_aside=len(odd.set_aside),
        )
        folder = self.landing.folder(answer.source, answer.dataset, answer.day)
        self.vault.put_packed((folder / revision.name).relative_to(self.landing.root), packed.result())
        return IntakeResult(self.landing.add(revision, table), is_new=True, odd=odd)

    def _rows_before(self, answer: Answer) -> int:
        """The most rows of the day that landed at once so far."""
        accepted = self.landing.accepted(answer.source, answer.dataset, answer.day)
        return max((one.revision.row_count for one in accepted), default=0)

    def _minimised(self, answer: Answer, parse: Parser) -> tuple[pl.DataFrame | None, str | None, dict[str, int], Odd]:
        try:
            parsed = parse(answer)
        except RejectedAnswerError as error:
            return None, str(error), {}, Odd()
        minimised = self.minimiser.apply(parsed.frame, answer.source, answer.dataset)
        dropped = dict(sorted({**parsed.unknown_fields, **minimised.dropped_fields}.items()))
        return minimised.frame, None, dropped, parsed.odd
