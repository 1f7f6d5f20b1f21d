"""Hand-downloaded exports taken in: recognised, then landed under the very rules that fetched answers meet.

What does not belong here: telling which report a file is (sources/dropin/), loading and building (orchestration/).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from pipelines.common import progress
from pipelines.common.eras import TOKYO
from pipelines.errors import InputFileError, RejectedAnswerError
from pipelines.ingest.acceptance import EXPORT_AGAIN, Acceptance
from pipelines.ingest.org import ingest_org
from pipelines.ingest.outcomes import raise_if_any_failed, take
from pipelines.ingest.ties import as_of, says_the_same, settled
from pipelines.ingest.workspace import Workspace
from pipelines.landing.store import Landed
from pipelines.sources.answer import Answer
from pipelines.sources.dropin import DropIn, Refusal, WholeDays, parser_of, recognise
from pipelines.sources.graph.reports import CATALOGUE, PERIOD_REPORTS


@dataclass(frozen=True, slots=True)
class ImportedDay:
    """One day of one dataset that came from an exported file."""

    source: str
    dataset: str
    day: date
    row_count: int
    is_partial: bool

    def __str__(self) -> str:
        part = ", taken as a part of the day" if self.is_partial else ""
        return f"{self.day}  {self.source} {self.dataset}: {self.row_count} rows{part}"


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of the files: the days taken in, and why each refused file was refused."""

    days: list[ImportedDay]
    refused: list[Refusal]

    @property
    def gaps(self) -> list[str]:
        """A sentence for each file or pair of files that was refused."""
        return [one.why for one in self.refused]


def ingest_exports(
    workspace: Workspace,
    paths: Sequence[Path],
    whole: WholeDays | None = None,
    zone: ZoneInfo = TOKYO,
    *,
    replace: bool = False,
) -> Imported:
    """Recognise and land exported files, after the organisation's own.

    `whole` names the UTC days of which the Box files hold every event; all others count as parts, not as days.
    `zone` is that of the administrator who ran the User Activity reports. A report that differs from the one of its day
    that counts so far, although both say the same of themselves, is refused unless `replace`.
    A file that is refused costs itself only. Raises InputFileError when no file can be taken in.
    """
    raise_if_any_failed(ingest_org(workspace).files)
    found = settled(recognise(paths, workspace.settings.now(), whole, zone))
    for note in found.notes:
        progress.say(note)
    if not found.drop_ins and not found.refused:
        raise InputFileError("There is no file to take in: name exported reports or a folder that holds them.")
    progress.stage("Import", len(found.drop_ins))
    imported = Imported([], found.refused)
    acceptance = Acceptance(workspace, EXPORT_AGAIN)
    # Totals of the tenant first: the days are compared with them.
    for one in sorted(found.drop_ins, key=lambda one: one.answer.dataset not in PERIOD_REPORTS):
        try:
            imported.days.append(_take(workspace, acceptance, one, replace=replace))
        except (InputFileError, RejectedAnswerError) as error:
            name = f"{one.file}: " if one.file else ""
            imported.refused.append(Refusal((one.file,) if one.file else (), f"{name}{error}"))
        progress.step(one.answer.day.isoformat())
    if not imported.days:
        raise InputFileError("\n".join(imported.gaps))
    return imported


def _take(workspace: Workspace, acceptance: Acceptance, one: DropIn, *, replace: bool) -> ImportedDay:
    """Land one answer. Raises InputFileError or RejectedAnswerError with the reason why not."""
    answer = one.answer
    spec = CATALOGUE.get(answer.dataset)
    parse = acceptance.parser(spec) if spec is not None else parser_of(answer)
    known = workspace.landing.current(answer.source, answer.dataset, answer.day)
    if one.file is not None and known is not None and known.revision.sha256 != sha256(answer.body).hexdigest():
        if not _may_replace(workspace, answer, known, replace=replace):
            return ImportedDay(answer.source, answer.dataset, answer.day, known.revision.row_count, one.is_partial)
        # Also under a clock that is pinned to an earlier instant.
        after = known.revision.confirmed_at + timedelta(seconds=1)
        answer = dataclasses.replace(answer, fetched_at=max(answer.fetched_at, after))
    outcome = take(workspace.intake, answer, parse, is_partial=one.is_partial)
    if outcome.error is not None:
        raise outcome.error
    return ImportedDay(answer.source, answer.dataset, outcome.day, outcome.row_count, one.is_partial)


def _may_replace(workspace: Workspace, answer: Answer, known: Landed, *, replace: bool) -> bool:
    """Whether a report takes the place of the one that counts; False if it says the same. Raises InputFileError."""
    table = workspace.intake.minimiser.apply(parser_of(answer)(answer).frame, answer.source, answer.dataset).frame
    former = pl.read_parquet(known.table)
    shared = [name for name in table.columns if name in former.columns]
    if says_the_same(table.select(shared), former.select(shared)):
        return False
    if replace or as_of(table) > as_of(former):
        return True
    older = as_of(table) < as_of(former)
    how = "is older than" if older else "differs from"
    raise InputFileError(
        f"The {CATALOGUE[answer.dataset].label} of {answer.day} {how} the one that counts for that day, as of "
        f"{as_of(former)}: that one stays; import the file with --replace if it is the right one."
    )
