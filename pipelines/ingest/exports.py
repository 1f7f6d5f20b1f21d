"""Hand-downloaded exports taken in: recognised, then landed under the very rules that fetched answers meet.

What does not belong here: telling which report a file is (sources/dropin/), loading and building (orchestration/).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from pipelines.common import progress
from pipelines.common.eras import TOKYO
from pipelines.errors import InputFileError
from pipelines.ingest.acceptance import EXPORT_AGAIN, Acceptance
from pipelines.ingest.org import ingest_org
from pipelines.ingest.outcomes import raise_if_any_failed, take
from pipelines.ingest.workspace import Workspace
from pipelines.sources.dropin import WholeDays, parser_of, recognise
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


def ingest_exports(
    workspace: Workspace, paths: Sequence[Path], whole: WholeDays | None = None, zone: ZoneInfo = TOKYO
) -> list[ImportedDay]:
    """Recognise and land exported files, after the organisation's own.

    `whole` names the UTC days of which the Box files hold every event; all others count as parts, not as days.
    `zone` is that of the administrator who ran the User Activity reports.
    Nothing is taken in unless every file is recognised; a file that is refused is named in the error.
    """
    raise_if_any_failed(ingest_org(workspace).files)
    drop_ins = recognise(paths, workspace.settings.now(), whole, zone)
    if not drop_ins:
        raise InputFileError("There is no file to take in: name exported reports or a folder that holds them.")
    progress.stage("Import", len(drop_ins))
    taken = []
    acceptance = Acceptance(workspace, EXPORT_AGAIN)
    # Totals of the tenant first: the days are compared with them.
    for one in sorted(drop_ins, key=lambda one: one.answer.dataset not in PERIOD_REPORTS):
        spec = CATALOGUE.get(one.answer.dataset)
        parse = acceptance.parser(spec) if spec is not None else parser_of(one.answer)
        outcome = take(workspace.intake, one.answer, parse, is_partial=one.is_partial)
        if outcome.error is not None:
            raise outcome.error
        taken.append(ImportedDay(one.answer.source, one.answer.dataset, outcome.day, outcome.row_count, one.is_partial))
        progress.step(outcome.day.isoformat())
    return taken
